"""Words about bets: pledged targets with stakes, penalties and shares (对赌契约).

`BigAmount`: an integer as decimal text. Values and tiers of targets are in the unit of their metric, and may be larger
than amounts are. Periods count from 1; `subject` None is the index of a period, or at period 0 the value added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref

BigAmount = str


class BetTarget(TypedDict):
    """One pledged figure: missed whole at the floor, kept at the base, surpassed at the stretch."""

    metric: int
    follows_index: bool
    weight_bps: int
    floor: BigAmount
    base: BigAmount
    stretch: BigAmount


class RecordBetContract(TypedDict):
    """BetContracts took a proposal: the sponsor's wallet falls, its money in the contract rises by `pool_minor`."""

    bet_id: int
    sponsor: Account
    terms: Number | None
    terms_ref: Ref
    group_id: int
    parties_root: Ref
    region: Ref
    reporter_post: int
    arbiter_post: int
    sign_by: int
    start: int
    party_count: int
    report_seconds: int
    dispute_seconds: int
    ruling_seconds: int
    pool_minor: int
    index_baseline: BigAmount
    index_elasticity_bps: int
    index_max_up_bps: int
    index_max_down_bps: int
    periods: int
    period_seconds: int


class RecordBetSignature(TypedDict):
    """A party signed: its wallet falls, its money in the contract rises by `stake_minor`."""

    bet_id: int
    party: Account
    stake_minor: int
    share_bps: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    targets: tuple[BetTarget, ...]
    signed: int
    staked_minor: int
    weight: int


class RecordBetActivation(TypedDict):
    """All had signed in time, so the bet binds."""

    bet_id: int
    parties: int


class RecordBetVoid(TypedDict):
    """Not everybody signed in time: the whole pool is the sponsor's again."""

    bet_id: int
    sponsor: Account
    signed: int
    remainder_minor: int


class RecordBetTopUp(TypedDict):
    """Somebody paid more into the pool, which is the sponsor's: the payer's wallet falls by `amount_minor`."""

    bet_id: int
    payer: Account
    amount_minor: int
    pool_minor: int


class RecordBetMeasure(TypedDict):
    """What was reached, an index, or the value added, as reported or ruled. Refuse what does not follow from the pledge."""

    bet_id: int
    subject: Account | None  # None: the index of the period, or at period 0 the value added
    period: int
    evidence: Number | None
    evidence_ref: Ref
    ruled: bool
    values: tuple[BigAmount, ...]
    kept_bps: int
    shortfall_bps: int
    attainment_bps: int
    factor_bps: int
    penalty_minor: int
    contribution: int
    penalties_minor: int
    weight: int
    value_added_minor: int


class RecordBetDispute(TypedDict):
    """A report, or its absence, is disputed."""

    bet_id: int
    subject: Account | None
    disputant: Account
    period: int
    reason: Number | None
    reason_ref: Ref
    rule_by: int


class RecordBetDisputeWithdrawal(TypedDict):
    """A dispute was taken back."""

    bet_id: int
    subject: Account | None
    disputant: Account
    period: int


class RecordBetSettlement(TypedDict):
    """Shares and penalties are fixed: within the contract money changes hands from sponsor to parties."""

    bet_id: int
    sponsor: Account
    value_added_minor: int
    penalties_minor: int
    weight: int
    remainder_minor: int
    by_consent: bool


class RecordBetPayout(TypedDict):
    """A party was paid out: its money in the contract falls, its wallet rises by `paid_minor`."""

    bet_id: int
    party: Account
    stake_minor: int
    penalty_minor: int
    share_minor: int
    paid_minor: int
    outcome_bps: int


class RecordBetStakeReturn(TypedDict):
    """A party of a void bet has its stake back: `stake_minor`."""

    bet_id: int
    party: Account
    stake_minor: int


class RecordBetRounding(TypedDict):
    """What divisions left over is the sponsor's to withdraw."""

    bet_id: int
    sponsor: Account
    amount_minor: int


class RecordBetRemainder(TypedDict):
    """The sponsor took what nobody else was entitled to: `amount_minor`."""

    bet_id: int
    sponsor: Account
    amount_minor: int


class RecordBetAmendment(TypedDict):
    """Somebody proposed what a bet becomes from a period on."""

    bet_id: int
    amendment_id: int
    proposer: Account
    terms: Number | None
    terms_ref: Ref
    parties_root: Ref
    leaver: Account | None
    newcomer: Account | None
    start: int
    periods: int
    from_period: int
    sign_by: int


class RecordBetAmendmentSignature(TypedDict):
    """A party or the newcomer signed an amendment."""

    bet_id: int
    amendment_id: int
    party: Account
    stake_minor: int
    share_bps: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    targets: tuple[BetTarget, ...]
    signed: int


class RecordBetAmendmentAgreement(TypedDict):
    """All had signed: the amendment binds, and a newcomer's stake was paid in."""

    bet_id: int
    amendment_id: int
    leaver: Account | None
    newcomer: Account | None
    from_period: int
    periods: int
    start: int
    staked_minor: int
    weight: int


class RecordBetEndSignature(TypedDict):
    """Somebody agreed that the bet is over."""

    bet_id: int
    account: Account
    round: int
    signed: int
    end_by: int


class RecordBetLeave(TypedDict):
    """Who is to leave may leave."""

    bet_id: int
    amendment_id: int
    leaver: Account
    by: Account
    reason: Number | None
    reason_ref: Ref


# ---- documents that the bridge reads ----------------------------------------------------------------


class BetContract(RecordBetContract):
    """Made by RecordBetContract. Becomes BetContracts.voidBet once `sign_by` has passed."""


class BetSignature(RecordBetSignature):
    """Made by RecordBetSignature. The audit reads its entries."""


class BetActivation(RecordBetActivation):
    """Made by RecordBetActivation. Becomes BetContracts.settleBet."""

    settleable_at: int


class BetVoid(RecordBetVoid):
    """Made by RecordBetVoid. Becomes payments to the sponsor and to all that signed."""

    accounts: list[Account]


class BetTopUp(RecordBetTopUp):
    """Made by RecordBetTopUp. The audit reads its entries."""


class BetSettlement(RecordBetSettlement):
    """Made by RecordBetSettlement. Becomes payments to the sponsor and to all parties."""

    group_id: int  # 0: of no group
    rounding_minor: int
    accounts: list[Account]


class BetPayout(RecordBetPayout):
    """Made by RecordBetPayout. The audit reads its entries."""


class BetStakeReturn(RecordBetStakeReturn):
    """Made by RecordBetStakeReturn. The audit reads its entries."""


class BetRounding(RecordBetRounding):
    """Made by RecordBetRounding. Becomes a payment to the sponsor."""


class BetRemainder(RecordBetRemainder):
    """Made by RecordBetRemainder. The audit reads its entries."""


class BetAmendmentAgreement(RecordBetAmendmentAgreement):
    """Made by RecordBetAmendmentAgreement. Becomes BetContracts.settleBet at its new end."""

    settleable_at: int


class Pledge(TypedDict):
    """What a party pledges for a period, as the contract published it with its signature."""

    share_bps: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    targets: list[BetTarget]


class PerformanceReport(TypedDict):
    """The ERP measured a party's period (业绩报告). Becomes BetContracts.report, once the document is anchored.

    `values` has one for each target, in the unit of its metric; the document names those that show them in `evidence`.
    """

    bet_id: int
    account: Account
    subject: Account
    period: int
    until: int
    values: list[int]
    stake_minor: int
    pledge: Pledge


class IndexReport(TypedDict):
    """The ERP counted the demand before a period's index day (需求指数报告). Becomes BetContracts.report, once anchored.

    `values` has one, in units; `subject` is None, since it concerns all. `until`: the index day.
    """

    bet_id: int
    subject: None
    period: int
    until: int
    values: list[int]


class ValueReport(TypedDict):
    """The ERP measured what a bet's members added (增值报告). Becomes BetContracts.report, once the document is anchored.

    `values` has one, in minor units, no more than the pool; `period` is 0, and `until` the end of the last period.
    """

    bet_id: int
    subject: None
    period: int
    until: int
    values: list[int]


class ReportLateness(TypedDict):
    """Made by CloseReport. Takes back what a report of a bet asks: it came too late for the contract."""

    report: Number


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordBetContract: "bet_contract",
    RecordBetSignature: "bet_signature",
    RecordBetActivation: "bet_activation",
    RecordBetVoid: "bet_void",
    RecordBetTopUp: "bet_top_up",
    RecordBetMeasure: "bet_measure",
    RecordBetDispute: "bet_dispute",
    RecordBetDisputeWithdrawal: "bet_dispute_withdrawal",
    RecordBetSettlement: "bet_settlement",
    RecordBetPayout: "bet_payout",
    RecordBetStakeReturn: "bet_stake_return",
    RecordBetRounding: "bet_rounding",
    RecordBetRemainder: "bet_remainder",
    RecordBetAmendment: "bet_amendment",
    RecordBetAmendmentSignature: "bet_amendment_signature",
    RecordBetAmendmentAgreement: "bet_amendment_agreement",
    RecordBetEndSignature: "bet_end_signature",
    RecordBetLeave: "bet_leave",
}
DOCUMENTS: Mapping[str, type] = {
    "bet_contract": BetContract,
    "bet_signature": BetSignature,
    "bet_activation": BetActivation,
    "bet_void": BetVoid,
    "bet_top_up": BetTopUp,
    "bet_settlement": BetSettlement,
    "bet_payout": BetPayout,
    "bet_stake_return": BetStakeReturn,
    "bet_rounding": BetRounding,
    "bet_remainder": BetRemainder,
    "bet_amendment_agreement": BetAmendmentAgreement,
    "performance_report": PerformanceReport,
    "index_report": IndexReport,
    "value_report": ValueReport,
    "report_lateness": ReportLateness,
}
