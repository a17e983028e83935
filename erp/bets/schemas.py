"""Commands about bets on chain: all of them told by external events.

Values and tiers of targets are in the unit of their metric and may exceed an amount of money: decimal text.
"""

from __future__ import annotations

from erp.kernel.schema import (
    Account,
    AmountMinor,
    BigAmount,
    Bps,
    Command,
    Instant,
    Number,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    RecordId,
    Reference,
    Seconds,
)


class BetTarget(Command):
    """One pledged figure of a period (目标): missed whole at the floor, kept at the base, surpassed at the stretch."""

    metric: QuantityOrNone
    follows_index: bool
    weight_bps: Bps
    floor: BigAmount
    base: BigAmount
    stretch: BigAmount


class RecordBetContract(Command):
    """A sponsor proposed a bet and paid in its pool (提出对赌契约): Dr 1012.07, Cr 1012.01.

    On the terms that all approved: BUD Dr 9002, Cr 9001 pool. Otherwise it has no budget entry, stands in
    `unbudgeted_minor`, and `unagreed` says why.
    """

    bet_id: RecordId
    sponsor: Account
    terms: Number | None
    terms_ref: Reference
    group_id: QuantityOrNone
    parties_root: Reference
    region: Reference
    reporter_post: QuantityOrNone
    arbiter_post: QuantityOrNone
    sign_by: Instant
    start: Instant
    party_count: Quantity
    report_seconds: Seconds
    dispute_seconds: Seconds
    ruling_seconds: Seconds
    pool_minor: AmountMinor
    index_baseline: BigAmount
    index_elasticity_bps: QuantityOrNone
    index_max_up_bps: QuantityOrNone
    index_max_down_bps: QuantityOrNone
    periods: Quantity
    period_seconds: Seconds


class RecordBetSignature(Command):
    """A party signed a bet with its pledge and paid in its stake (签署): Dr 1012.07, Cr 1012.01.

    As the terms of the bet have it: BUD Dr 9002, Cr 9001 the most that it can lose. Otherwise `unagreed` says why not.
    """

    bet_id: RecordId
    party: Account
    stake_minor: PositiveMinor
    share_bps: Bps
    tolerance_bps: QuantityOrNone
    slope_bps: QuantityOrNone
    cap_bps: Bps
    targets: tuple[BetTarget, ...]
    signed: Quantity
    staked_minor: PositiveMinor
    weight: QuantityOrNone


class RecordBetActivation(Command):
    """All parties had signed in time: the bet binds (生效). No entries."""

    bet_id: RecordId
    parties: Quantity


class RecordBetVoid(Command):
    """Not everybody signed in time: the bet ended (作废). Stakes and pool go back by documents of their own.

    What budgets committed is free again: BUD Dr 9001, Cr 9003; what nobody signed: BUD Dr 9002, Cr 9003.
    """

    bet_id: RecordId
    sponsor: Account
    signed: QuantityOrNone
    remainder_minor: AmountMinor


class RecordBetTopUp(Command):
    """Somebody paid more into the pool (追加增值池), which is the sponsor's until it is shared.

    Sponsor: Dr 1012.07, Cr 1012.01. Anybody else gave it to the sponsor, for a reason that nobody has told yet: Dr 1221.09,
    Cr 1012.01; sponsor Dr 1012.07, Cr 2241.09.
    """

    bet_id: RecordId
    payer: Account
    amount_minor: PositiveMinor
    pool_minor: PositiveMinor


class RecordBetMeasure(Command):
    """The reporter told what was reached, or the arbiter ruled it (业绩证明): a party's period, an index, or the value.

    Refused unless attainment, penalty and contribution follow from the pledge. No entries: nothing is final before the end.
    """

    bet_id: RecordId
    subject: Account | None  # None: the index of the period, or at period 0 the value added
    period: QuantityOrNone
    evidence: Number | None
    evidence_ref: Reference
    ruled: bool
    values: tuple[BigAmount, ...]
    kept_bps: Bps
    shortfall_bps: Bps
    attainment_bps: QuantityOrNone
    factor_bps: QuantityOrNone
    penalty_minor: AmountMinor
    contribution: QuantityOrNone
    penalties_minor: AmountMinor
    weight: QuantityOrNone
    value_added_minor: AmountMinor


class RecordBetDispute(Command):
    """A party or the sponsor disputed a report, or that there is none (异议). No entries."""

    bet_id: RecordId
    subject: Account | None
    disputant: Account
    period: QuantityOrNone
    reason: Number | None
    reason_ref: Reference
    rule_by: Instant


class RecordBetDisputeWithdrawal(Command):
    """A dispute was taken back (撤回异议). No entries."""

    bet_id: RecordId
    subject: Account | None
    disputant: Account
    period: QuantityOrNone


class RecordBetSettlement(Command):
    """Penalties and the value to share were fixed (结算): what each party gets is its own from now on, whenever it takes it.

    Party: Dr 6711.01 penalty, Dr 1012.07 share less penalty, Cr 6051.02 its share of the value, Cr 6301.01 its share of the
    penalties. Sponsor: Dr 6602.01 value shared, Cr 1012.07, Cr 6301.01 what rounding leaves. Of what budgets committed,
    value and penalties are spent, BUD Dr 9001, Cr 9004, and the rest is free, BUD Dr 9001, Cr 9003.
    """

    bet_id: RecordId
    sponsor: Account
    value_added_minor: AmountMinor
    penalties_minor: AmountMinor
    weight: QuantityOrNone
    remainder_minor: AmountMinor
    by_consent: bool


class RecordBetPayout(Command):
    """A party took its stake less its penalty, and its share (提取): Dr 1012.01, Cr 1012.07."""

    bet_id: RecordId
    party: Account
    stake_minor: PositiveMinor
    penalty_minor: AmountMinor
    share_minor: AmountMinor
    paid_minor: AmountMinor
    outcome_bps: Bps


class RecordBetStakeReturn(Command):
    """A party has its stake back from a void bet (退回质押): Dr 1012.01, Cr 1012.07."""

    bet_id: RecordId
    party: Account
    stake_minor: PositiveMinor


class RecordBetRounding(Command):
    """What rounding left went to the sponsor (尾差). It was booked with the settlement. No entries."""

    bet_id: RecordId
    sponsor: Account
    amount_minor: PositiveMinor


class RecordBetRemainder(Command):
    """The sponsor took what no party was entitled to (退回未分享): Dr 1012.01, Cr 1012.07."""

    bet_id: RecordId
    sponsor: Account
    amount_minor: PositiveMinor


# ---- changes that all agree to -----------------------------------------------------------------


class RecordBetAmendment(Command):
    """A party or the sponsor proposed what a bet becomes from a period on (提议变更). No entries."""

    bet_id: RecordId
    amendment_id: RecordId
    proposer: Account
    terms: Number | None
    terms_ref: Reference
    parties_root: Reference
    leaver: Account | None
    newcomer: Account | None
    start: Instant
    periods: Quantity
    from_period: Quantity
    sign_by: Instant


class RecordBetAmendmentSignature(Command):
    """A party or the newcomer signed an amendment with its pledge (签署变更). No entries."""

    bet_id: RecordId
    amendment_id: RecordId
    party: Account
    stake_minor: PositiveMinor
    share_bps: Bps
    tolerance_bps: QuantityOrNone
    slope_bps: QuantityOrNone
    cap_bps: Bps
    targets: tuple[BetTarget, ...]
    signed: Quantity


class RecordBetAmendmentAgreement(Command):
    """All had signed an amendment: it binds (变更生效). A newcomer's stake was paid in: Dr 1012.07, Cr 1012.01."""

    bet_id: RecordId
    amendment_id: RecordId
    leaver: Account | None
    newcomer: Account | None
    from_period: Quantity
    periods: Quantity
    start: Instant
    staked_minor: PositiveMinor
    weight: QuantityOrNone


class RecordBetEndSignature(Command):
    """A party or the sponsor agreed that the bet is over (同意结束). No entries."""

    bet_id: RecordId
    account: Account
    round: QuantityOrNone
    signed: QuantityOrNone
    end_by: Instant


class RecordBetLeave(Command):
    """Who is to leave agreed to it, or the arbiter did in its stead (同意退出). No entries."""

    bet_id: RecordId
    amendment_id: RecordId
    leaver: Account
    by: Account
    reason: Number | None
    reason_ref: Reference
