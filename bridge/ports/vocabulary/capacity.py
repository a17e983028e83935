"""Words about CapacityTokens and CapacityMarket: machine-minutes, sold and run (产能)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref

TokenId = str  # 256 bits as decimal text: device, slot, market and price per minute


class RecordDeviceRegistration(TypedDict):
    """CapacityTokens knows a device of a plant, with the times of its slots (登记设备)."""

    device_id: int
    plant: Account
    device_ref: Ref
    region: Ref  # whose days of force majeure do not count against the plant; zero: none
    attester_post: int
    arbiter_post: int
    grid_start: int
    slot_seconds: int
    notice_seconds: int  # tokens expire so long before their slot
    report_seconds: int
    dispute_seconds: int
    ruling_seconds: int


class RecordDeviceAttester(TypedDict):
    """A plant named another post that attests the minutes of a device (更换见证岗位)."""

    device_id: int
    attester_post: int


class RecordCapacityAttested(TypedDict):
    """The attester said how many minutes of a slot are free, in all (见证空闲产能). Refuse it unless `issued` is yours."""

    device_id: int
    slot_index: int  # from 0 on
    attester_post: int
    attester: Account
    attested: int
    issued: int
    evidence_ref: Ref


class RecordSlotFailureAttestation(TypedDict):
    """A device cannot run in a slot (设备故障): what was sold of it will be refunded."""

    device_id: int
    slot_index: int
    caller: Account
    reason_ref: Ref


class RecordCapacityOutcome(TypedDict):
    """What a plant kept of a slot was counted in its credit. Refuse it unless minutes and outcome are as you compute."""

    device_id: int
    slot_index: int
    plant: Account
    quantity: int
    ran: int
    weight_minor: int
    outcome_bps: int
    excused_days: int


class RecordCapacitySale(TypedDict):
    """A plant offered minutes of a slot at a fixed or falling price (挂牌)."""

    sale_id: int
    device_id: int
    plant: Account
    slot_index: int
    opens_at: int
    closes_at: int
    quantity: int
    start_minor: int  # a minute
    floor_minor: int


class RecordCapacitySaleClose(TypedDict):
    """A plant ended a sale early (撤牌)."""

    sale_id: int
    plant: Account
    sold: int
    unsold: int


class RecordCapacityPurchase(TypedDict):
    """Minutes were bought (购买产能): the buyer pays; the market holds the price for the plant, which owes the run."""

    sale_id: int
    token_id: TokenId
    buyer: Account
    plant: Account
    quantity: int
    price_minor: int  # a minute
    amount_minor: int


class CapacityLine(TypedDict):
    """Minutes of one token."""

    token_id: TokenId
    minutes: int


class RecordCapacityTransfer(TypedDict):
    """A holder gave minutes to another outside of any sale (转让产能): suspense on both sides."""

    sender: Account
    receiver: Account
    lines: tuple[CapacityLine, ...]


class RecordCapacityRedemption(TypedDict):
    """A holder asked for minutes to be run for a work order (兑付产能)."""

    redemption_id: int
    token_id: TokenId
    holder: Account
    plant: Account
    quantity: int
    amount_minor: int
    work_order: Number | None  # None: the reference is of no document here
    production_order_ref: Ref
    dispute_by: int


class RecordRunAttestation(TypedDict):
    """The attester reported how many of the redeemed minutes ran (报告加工工时)."""

    redemption_id: int
    attester: Account
    evidence_ref: Ref
    ran: int
    dispute_by: int


class RecordRunDispute(TypedDict):
    """Holder or plant disputed a report, or that there is none (争议)."""

    redemption_id: int
    caller: Account
    reason_ref: Ref
    rule_by: int


class RecordRunDisputeWithdrawal(TypedDict):
    """Holder or plant took its dispute back (撤回争议)."""

    redemption_id: int
    caller: Account
    settleable_at: int


class RecordRunDisputeLapse(TypedDict):
    """Nobody ruled a dispute in time (争议失效)."""

    redemption_id: int


class RecordRunRuling(TypedDict):
    """An arbiter ruled how many minutes ran (裁决)."""

    redemption_id: int
    arbiter: Account
    ruling_ref: Ref
    ran: int


class RecordRunSettlement(TypedDict):
    """A redemption was settled (结算): what ran is the plant's, the price of the others is the holder's again."""

    redemption_id: int
    plant: Account
    holder: Account
    ran: int
    quantity: int
    to_plant_minor: int
    to_holder_minor: int


class RecordCapacityExpiry(TypedDict):
    """The price of minutes that nobody redeemed in time is the plant's (过期)."""

    token_id: TokenId
    holder: Account
    plant: Account
    quantity: int
    amount_minor: int


class RecordCapacityRefund(TypedDict):
    """The price of minutes of a failed slot is their holder's again (退款)."""

    token_id: TokenId
    holder: Account
    plant: Account
    quantity: int
    amount_minor: int


class RecordCapacityPayout(TypedDict):
    """A market paid an account what it owed (提款)."""

    account: Account
    caller: Account
    amount_minor: int


# ---- documents that the bridge reads ---------------------------------------------------------------


class CapacityPurchase(TypedDict):
    """`capacity_purchase`: minutes that expire when nobody redeems them."""

    sale_id: int
    token_id: TokenId
    buyer: Account
    expires_at: int  # of the tokens


class CapacityTransfer(TypedDict):
    """`capacity_transfer`: minutes that expire when nobody redeems them."""

    sender: Account
    receiver: Account
    lines: list[CapacityLine]
    sale_ids: list[int]  # of each line, in which its token was sold
    expires_at: int  # of the first of them


class CapacityRedemption(TypedDict):
    """`capacity_redemption`: a run that anybody settles when nothing is reported."""

    redemption_id: int
    token_id: TokenId
    amount_minor: int
    dispute_by: int


class RunAttestation(TypedDict):
    """`run_attestation`: a report that stands when nobody disputes it."""

    redemption_id: int
    dispute_by: int


class RunDispute(TypedDict):
    """`run_dispute`: what was reported stands when nobody rules."""

    redemption_id: int
    rule_by: int


class RunDisputeWithdrawal(TypedDict):
    """`run_dispute_withdrawal`: what was reported stands from here on."""

    redemption_id: int
    settleable_at: int


class HeldMinutes(TypedDict):
    """Minutes of a token with the account that holds them."""

    token_id: TokenId
    account: Account
    sale_id: int  # in which the token was sold


class SlotFailureAttestation(TypedDict):
    """`slot_failure_attestation`: who holds minutes of the slot, and which redemptions of it are open."""

    device_id: int
    slot_index: int
    held: list[HeldMinutes]
    redemptions: list[int]


class SlotRefundBatch(TypedDict):
    """`slot_refund_batch`: further holders and redemptions of a failed slot, where they are more than its document names."""

    device_id: int
    slot_index: int
    held: list[HeldMinutes]
    redemptions: list[int]


class RunSettlement(TypedDict):
    """`run_settlement`: whom the market owes something by it, and from when on the plant's credit may be counted."""

    redemption_id: int
    plant: Account
    holder: Account
    to_plant_minor: int
    to_holder_minor: int
    device_id: int
    slot_index: int
    counted_from: int


class CapacityExpiry(TypedDict):
    """`capacity_expiry`: the market owes the plant."""

    token_id: TokenId
    plant: Account
    sale_id: int  # in which the token was sold


class CapacityRefund(TypedDict):
    """`capacity_refund`: the market owes the holder; the plant's credit may be counted."""

    token_id: TokenId
    holder: Account
    sale_id: int  # in which the token was sold
    device_id: int
    slot_index: int
    counted_from: int


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordDeviceRegistration: "device_registration",
    RecordDeviceAttester: "device_attester",
    RecordCapacityAttested: "capacity_attested",
    RecordSlotFailureAttestation: "slot_failure_attestation",
    RecordCapacityOutcome: "capacity_outcome",
    RecordCapacitySale: "capacity_sale",
    RecordCapacitySaleClose: "capacity_sale_close",
    RecordCapacityPurchase: "capacity_purchase",
    RecordCapacityTransfer: "capacity_transfer",
    RecordCapacityRedemption: "capacity_redemption",
    RecordRunAttestation: "run_attestation",
    RecordRunDispute: "run_dispute",
    RecordRunDisputeWithdrawal: "run_dispute_withdrawal",
    RecordRunDisputeLapse: "run_dispute_lapse",
    RecordRunRuling: "run_ruling",
    RecordRunSettlement: "run_settlement",
    RecordCapacityExpiry: "capacity_expiry",
    RecordCapacityRefund: "capacity_refund",
    RecordCapacityPayout: "capacity_payout",
}
DOCUMENTS: Mapping[str, type] = {
    "capacity_purchase": CapacityPurchase,
    "capacity_transfer": CapacityTransfer,
    "capacity_redemption": CapacityRedemption,
    "run_attestation": RunAttestation,
    "run_dispute": RunDispute,
    "run_dispute_withdrawal": RunDisputeWithdrawal,
    "slot_failure_attestation": SlotFailureAttestation,
    "slot_refund_batch": SlotRefundBatch,
    "run_settlement": RunSettlement,
    "capacity_expiry": CapacityExpiry,
    "capacity_refund": CapacityRefund,
}
