"""Commands about terms of bets, before anything stands on chain. People tell them all."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.bets.terms_rules import MAX_PARTIES, MAX_TARGETS
from erp.kernel.schema import (
    NO_REFERENCE,
    AmountMinor,
    Bps,
    Code,
    Command,
    Instant,
    Number,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    Reference,
    Seconds,
    Text,
)


class TermsTarget(Command):
    """One figure that a party would pledge: missed whole at the floor, kept at the base, surpassed at the stretch.

    `expected`: what it expects to reach; that is for whoever approves, and is not published.
    """

    metric: Quantity
    follows_index: Annotated[bool, Field(strict=True)] = False
    weight_bps: Bps
    floor: QuantityOrNone
    base: QuantityOrNone
    stretch: QuantityOrNone
    expected: QuantityOrNone


class TermsParty(Command):
    """One party of a proposed bet: what it would stake and pledge, and its share of the value added."""

    party: Code
    stake_minor: PositiveMinor
    share_bps: Bps
    tolerance_bps: Bps
    slope_bps: QuantityOrNone
    cap_bps: Bps
    targets: Annotated[tuple[TermsTarget, ...], Field(min_length=1, max_length=MAX_TARGETS)]


class ProposeBetTerms(Command):
    """A sponsor wants to bet with the members of a group, or with others (拟定对赌条款). No entries.

    `chain_group` None: of no group. `expected_value_minor`: the part of the pool that is expected to be shared.
    """

    sponsor: Code
    chain_group: Code | None = None
    pool_minor: AmountMinor
    expected_value_minor: AmountMinor
    region: Reference = NO_REFERENCE  # whose force majeure excuses shortfalls
    reporter_post: QuantityOrNone
    arbiter_post: QuantityOrNone
    sign_by: Instant
    start: Instant
    periods: Quantity
    period_seconds: Seconds
    report_seconds: Seconds
    dispute_seconds: Seconds
    ruling_seconds: Seconds
    index_baseline: QuantityOrNone = 0  # 0: targets follow no index
    index_elasticity_bps: QuantityOrNone = 0
    index_max_up_bps: QuantityOrNone = 0
    index_max_down_bps: QuantityOrNone = 0
    parties: Annotated[tuple[TermsParty, ...], Field(min_length=1, max_length=MAX_PARTIES)]


class ApproveBetTerms(Command):
    """One of those whom a bet may cost something agrees to its terms (对赌条款批准): another person than their proposer.

    What it can cost is set aside: the pool of the sponsor, the most that a party can lose. BUD Dr 9003, Cr 9002. An outside
    partner has no budget here, and no entry.
    """

    bet_terms: Number
    party: Code


class WithdrawBetTerms(Command):
    """Takes terms back on which no bet stands (撤回对赌条款), and frees what was set aside: BUD Dr 9002, Cr 9003."""

    bet_terms: Number
    reason: Text
