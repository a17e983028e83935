"""Words about terms of bets, by which their sponsors propose them: papers of the ERP, which no event makes (对赌条款)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref


class TermsTarget(TypedDict):
    """One figure that a party would pledge."""

    metric: int
    follows_index: bool
    weight_bps: int
    floor: int
    base: int
    stretch: int


class TermsParty(TypedDict):
    """What a party would stake and pledge."""

    party: str  # the ERP's code of it
    stake_minor: int
    share_bps: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    targets: tuple[TermsTarget, ...]


class BetTerms(TypedDict):
    """A bet that a sponsor would propose."""

    sponsor: str  # the ERP's code of it
    group_id: int  # 0: of none
    accounts: dict[str, Account]  # of sponsor and parties, by their codes
    pool_minor: int
    region: Ref
    reporter_post: int
    arbiter_post: int
    sign_by: int
    start: int
    periods: int
    period_seconds: int
    report_seconds: int
    dispute_seconds: int
    ruling_seconds: int
    index_baseline: int
    index_elasticity_bps: int
    index_max_up_bps: int
    index_max_down_bps: int
    parties: tuple[TermsParty, ...]


class BetApproval(TypedDict):
    """One of those whom the bet may cost something agrees to its terms."""

    bet_terms: Number
    party: str


class BetTermsWithdrawal(TypedDict):
    """No bet is to be proposed on these terms any more."""

    bet_terms: Number


class BetChange(TypedDict):
    """What somebody would have become of a bet from a period on."""

    bet_id: int
    proposer: str  # the ERP's code of it
    accounts: dict[str, Account]  # of all who go on, and of who leaves, by their codes
    leaver: str | None
    newcomer: str | None
    start: int
    periods: int
    from_period: int
    sign_by: int
    parties: tuple[TermsParty, ...]


class BetChangeApproval(TypedDict):
    """One of those who go on agrees to a change."""

    bet_change: Number
    party: str


class BetChangeWithdrawal(TypedDict):
    """The change is not to be proposed any more."""

    bet_change: Number


class PoolTopUp(TypedDict):
    """What the sponsor of a bet would add to its pool."""

    bet_id: int
    payer: str  # the ERP's code of it
    amount_minor: int


class PoolTopUpApproval(TypedDict):
    """Finance lets the sponsor pay."""

    top_up: Number


class PoolTopUpWithdrawal(TypedDict):
    """The top-up is not to be paid any more."""

    top_up: Number


DOCUMENT_TYPES: Mapping[type, str] = {}
DOCUMENTS: Mapping[str, type] = {
    "bet_terms": BetTerms,
    "bet_approval": BetApproval,
    "bet_terms_withdrawal": BetTermsWithdrawal,
    "bet_change": BetChange,
    "bet_change_approval": BetChangeApproval,
    "bet_change_withdrawal": BetChangeWithdrawal,
    "pool_top_up": PoolTopUp,
    "pool_top_up_approval": PoolTopUpApproval,
    "pool_top_up_withdrawal": PoolTopUpWithdrawal,
}
