"""Commands about papers that change a bet that runs, before anything of it is on chain. People tell them all."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.bets.terms_rules import MAX_PARTIES
from erp.bets.terms_schemas import TermsParty
from erp.kernel.schema import Code, Command, Instant, Number, PositiveMinor, Quantity, Text


class ProposeBetChange(Command):
    """Sponsor or a party wants a bet to be otherwise from a period on (拟定对赌变更). No entries.

    `parties`: what all who go on would sign, the newcomer among them. Stakes and penalty curves stay as they were signed.
    """

    bet: Number
    proposer: Code
    from_period: Quantity
    periods: Quantity
    start: Instant
    sign_by: Instant
    leaver: Code | None = None
    newcomer: Code | None = None
    parties: Annotated[tuple[TermsParty, ...], Field(min_length=1, max_length=MAX_PARTIES)]


class ApproveBetChange(Command):
    """One of those who go on, or the newcomer, agrees to a change of a bet (对赌变更批准): another person than its proposer.

    What it newly can cost is set aside: the most that a newcomer can lose of its stake. BUD Dr 9003, Cr 9002.
    """

    bet_change: Number
    party: Code


class WithdrawBetChange(Command):
    """Takes a change back that nobody can sign (撤回对赌变更), and frees what was set aside: BUD Dr 9002, Cr 9003."""

    bet_change: Number
    reason: Text


class ProposeTopUp(Command):
    """The sponsor of a bet wants to add to its pool (拟定追加增值池). No entries."""

    bet: Number
    payer: Code
    amount_minor: PositiveMinor
    reason: Text


class ApproveTopUp(Command):
    """Finance of a sponsor lets it add to the pool (追加增值池批准): another than the proposer. BUD Dr 9003, Cr 9002."""

    top_up: Number


class WithdrawTopUp(Command):
    """Takes a top-up back that was not paid (撤回追加), and frees what was set aside: BUD Dr 9002, Cr 9003."""

    top_up: Number
    reason: Text
