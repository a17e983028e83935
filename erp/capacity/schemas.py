"""Commands of machine-minutes (产能): all but one are told by external events."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    MAX_ID,
    Account,
    AmountMinor,
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
    Text,
)

MAX_LINES = 64  # tokens of one transfer, as the contract bounds them
DECIMAL_ID = r"^[1-9][0-9]{0,77}$"  # 256 bits, as decimal text
TokenId = Annotated[str, Field(pattern=DECIMAL_ID)]
SlotIndex = Annotated[int, Field(ge=0, le=MAX_ID, strict=True)]


class RecordDeviceRegistration(Command):
    """A plant made a device one whose minutes can be sold (登记设备)."""

    device_id: RecordId
    plant: Account
    device_ref: Reference
    region: Reference  # whose days of force majeure do not count against the plant; zero: none
    attester_post: RecordId
    arbiter_post: RecordId
    grid_start: Instant  # at which slot 0 starts
    slot_seconds: Seconds
    notice_seconds: Seconds  # tokens expire so long before their slot
    report_seconds: Seconds
    dispute_seconds: Seconds
    ruling_seconds: Seconds


class RecordDeviceAttester(Command):
    """A plant named another post that attests the minutes of a device from now on (更换见证岗位)."""

    device_id: RecordId
    attester_post: RecordId


class RecordCapacityAttested(Command):
    """The attester said how many minutes of a slot are free for others, in all (见证空闲产能)."""

    device_id: RecordId
    slot_index: SlotIndex
    attester_post: RecordId
    attester: Account
    attested: QuantityOrNone
    issued: QuantityOrNone  # sold of the slot so far: equal to ours
    evidence_ref: Reference


class RecordSlotFailureAttestation(Command):
    """A device cannot run in a slot (设备故障): what was sold of it is refunded, one document each."""

    device_id: RecordId
    slot_index: SlotIndex
    caller: Account
    reason_ref: Reference


class ContinueRefunds(Command):
    """Names further holders and runs of a failed slot, where they are more than one document names. No entries."""

    device_id: RecordId
    slot_index: SlotIndex
    batch: RecordId  # from 1: the document before named the first ones


class RecordCapacityOutcome(Command):
    """What a plant kept of a slot was counted in its credit (履约计入信用). Nothing is booked."""

    device_id: RecordId
    slot_index: SlotIndex
    plant: Account
    quantity: Quantity
    ran: QuantityOrNone
    weight_minor: AmountMinor
    outcome_bps: Bps
    excused_days: QuantityOrNone


class RecordCapacitySale(Command):
    """A plant offered minutes of a slot at a fixed or falling price (挂牌)."""

    sale_id: RecordId
    device_id: RecordId
    plant: Account
    slot_index: SlotIndex
    opens_at: Instant
    closes_at: Instant
    quantity: Quantity
    start_minor: PositiveMinor
    floor_minor: PositiveMinor


class RecordCapacitySaleClose(Command):
    """A plant ended a sale early (撤牌)."""

    sale_id: RecordId
    plant: Account
    sold: QuantityOrNone
    unsold: QuantityOrNone


class RecordCapacityPurchase(Command):
    """Minutes were bought (购买产能): holder Dr 1123.02, Cr 1012.01; plant Dr 1012.09, Cr 2205."""

    sale_id: RecordId
    token_id: TokenId
    buyer: Account
    plant: Account
    quantity: Quantity
    price_minor: PositiveMinor  # a minute
    amount_minor: PositiveMinor


class CapacityLine(Command):
    """Minutes of one token."""

    token_id: TokenId
    minutes: Quantity


class RecordCapacityTransfer(Command):
    """A holder gave minutes to another outside of any sale (转让产能). Its reason is unknown, so both wait in suspense.

    Sender Dr 1221.09, Cr 1123.02 what they stood at; receiver Dr 1123.02, Cr 2241.09 what they were first sold for.
    """

    sender: Account
    receiver: Account
    lines: Annotated[tuple[CapacityLine, ...], Field(min_length=1, max_length=MAX_LINES)]


class RecordCapacityRedemption(Command):
    """A holder asked for minutes to be run for a work order (兑付产能). Nothing is booked before it is settled."""

    redemption_id: RecordId
    token_id: TokenId
    holder: Account
    plant: Account
    quantity: Quantity
    amount_minor: PositiveMinor
    work_order: Number | None  # None: the reference is of no document here
    production_order_ref: Reference
    dispute_by: Instant


class RecordRunAttestation(Command):
    """The attester reported how many of the redeemed minutes ran (报告加工工时)."""

    redemption_id: RecordId
    attester: Account
    evidence_ref: Reference
    ran: QuantityOrNone
    dispute_by: Instant


class RecordRunDispute(Command):
    """Holder or plant disputed a report, or that there is none (争议)."""

    redemption_id: RecordId
    caller: Account
    reason_ref: Reference
    rule_by: Instant


class RecordRunDisputeWithdrawal(Command):
    """Holder or plant took its dispute back (撤回争议)."""

    redemption_id: RecordId
    caller: Account
    settleable_at: Instant


class RecordRunDisputeLapse(Command):
    """Nobody ruled a dispute in time (争议失效): what was reported stands, and is settled at once."""

    redemption_id: RecordId


class RecordRunRuling(Command):
    """An arbiter ruled how many minutes ran (裁决)."""

    redemption_id: RecordId
    arbiter: Account
    ruling_ref: Reference
    ran: QuantityOrNone


class RecordRunSettlement(Command):
    """A redemption was settled by what stands (结算): minutes that ran are the plant's, the price of the others comes back.

    Plant Dr 2205, Cr 6051.01 and 1012.09; holder Dr 5001 the cost of what ran, 1012.09 what comes back, Cr 1123.02, and
    6111.01 the difference.
    """

    redemption_id: RecordId
    plant: Account
    holder: Account
    ran: QuantityOrNone
    quantity: Quantity
    to_plant_minor: AmountMinor
    to_holder_minor: AmountMinor


class RecordCapacityExpiry(Command):
    """Minutes that nobody redeemed in time are the plant's (过期): Dr 2205, Cr 6051.01; holder Dr 6711.03, Cr 1123.02."""

    token_id: TokenId
    holder: Account
    plant: Account
    quantity: Quantity
    amount_minor: PositiveMinor


class RecordCapacityRefund(Command):
    """The price of minutes of a failed slot went back to their holder (退款).

    Plant Dr 2205, Cr 1012.09; holder Dr 1012.09, Cr 1123.02, and 6111.01 the difference.
    """

    token_id: TokenId
    holder: Account
    plant: Account
    quantity: Quantity
    amount_minor: PositiveMinor


class RecordCapacityPayout(Command):
    """A market paid an account what it owed (提款): Dr 1012.01, Cr 1012.09."""

    account: Account
    caller: Account
    amount_minor: PositiveMinor


class ExplainCapacityTransfer(Command):
    """Says why machine-minutes moved from holder to holder (产能转让说明), once.

    Sold: sender Dr 2241.09 the payment, Cr 1221.09, and 6111.01 the difference; receiver Dr 2241.09, Cr 1221.09 the
    payment, the difference into 1123.02, or 6111.01 for minutes that are gone. Returned: both transfers are cleared against
    each other. Neither: nothing was paid.
    """

    transfer: Number
    paid_by: Number | None = None  # the document of the direct transfer of tokens that paid
    returned_by: Number | None = None  # the transfer that brought the same minutes back
    reason: Text
