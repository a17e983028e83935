"""What the room of bets refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownBet(NotFound):
    code = "unknown-bet"
    template = "No bet has the id or number {key}."


class UnknownBetParty(NotFound):
    code = "unknown-bet-party"
    template = "There is no party {key}."


class UnknownBetAmendment(NotFound):
    code = "unknown-bet-amendment"
    template = "There is no amendment {key}."


class BetExists(Conflict):
    code = "bet-exists"
    template = "Bet {key} is already recorded."


class BetAmendmentExists(Conflict):
    code = "bet-amendment-exists"
    template = "Amendment {key} is already recorded."


class AlreadyParty(Conflict):
    code = "already-party"
    template = "The signature {key} is already recorded."


class AlreadyPaidOut(Conflict):
    code = "already-paid-out"
    template = "What belongs to {key} was already paid out."


class UnknownBetTerms(NotFound):
    code = "unknown-bet-terms"
    template = "No terms of a bet have the number {key}."


@dataclass(eq=False)
class BetTermsUnsound(Rejected):
    """No bet could be proposed or signed on such terms."""

    why: str
    code: ClassVar[str] = "bet-terms-unsound"
    template: ClassVar[str] = "No bet can stand on these terms: {why}."


@dataclass(eq=False)
class NotTheMembers(Rejected):
    """A bet of a group is between its leader and those who hold its roles."""

    chain_group: str
    why: str
    code: ClassVar[str] = "not-the-members"
    template: ClassVar[str] = (
        "The bet is of {chain_group}, so its sponsor is that group's leader and its parties are those who hold its roles, "
        "and the leader where it wants to: {why}."
    )


@dataclass(eq=False)
class NothingToApprove(Rejected):
    """Who has no part in a bet approves nothing of it."""

    bet_terms: str
    party: str
    code: ClassVar[str] = "nothing-to-approve"
    template: ClassVar[str] = "{party} is neither the sponsor nor a party of {bet_terms}."


@dataclass(eq=False)
class ApprovedBefore(Conflict):
    """Whoever a bet may cost something agrees once."""

    approval: str
    code: ClassVar[str] = "approved-before"
    template: ClassVar[str] = "{key} was approved by {approval} already."


@dataclass(eq=False)
class BetTermsNotApproved(Rejected):
    """A bet is proposed and signed on terms that all agreed to."""

    bet_terms: str
    why: str
    code: ClassVar[str] = "bet-terms-not-approved"
    template: ClassVar[str] = "No bet can stand on {bet_terms}: {why}."


@dataclass(eq=False)
class NotAsAgreed(Rejected):
    """A party signs what stands in the terms."""

    bet_terms: str
    why: str
    code: ClassVar[str] = "not-as-agreed"
    template: ClassVar[str] = "{bet_terms} says otherwise: {why}."


class UnknownBetChange(NotFound):
    code = "unknown-bet-change"
    template = "No change of a bet has the number {key}."


class UnknownTopUp(NotFound):
    code = "unknown-top-up"
    template = "No top-up of a pool has the number {key}."


@dataclass(eq=False)
class BetChangeUnsound(Rejected):
    """No contract would take such a change."""

    bet: str
    why: str
    code: ClassVar[str] = "bet-change-unsound"
    template: ClassVar[str] = "{bet} cannot be changed so: {why}."


@dataclass(eq=False)
class NothingToAgree(Rejected):
    """Who does not go on agrees to no change."""

    bet_change: str
    party: str
    code: ClassVar[str] = "nothing-to-agree"
    template: ClassVar[str] = "{party} does not go on by {bet_change}, so it agrees to nothing."


@dataclass(eq=False)
class StillToBeSigned(Rejected):
    """What stands on chain binds as soon as all have signed."""

    bet_change: str
    sign_by: int
    now: int
    code: ClassVar[str] = "still-to-be-signed"
    template: ClassVar[str] = (
        "{bet_change} stands on chain and can be signed until {sign_by}; it is {now}. Withdraw it from then on."
    )


@dataclass(eq=False)
class NotTheSponsor(Rejected):
    """Papers of a pool are its sponsor's."""

    bet: str
    payer: str
    sponsor: str
    code: ClassVar[str] = "not-the-sponsor"
    template: ClassVar[str] = (
        "The pool of {bet} is {sponsor}'s. {payer} may add to it by the act top_up_pool, and finance explains it then."
    )


@dataclass(eq=False)
class BetChangeNotApproved(Rejected):
    """A bet is changed on papers that all agreed to whom it may cost something."""

    paper: str
    why: str
    code: ClassVar[str] = "bet-change-not-approved"
    template: ClassVar[str] = "No bet is changed by {paper}: {why}."
