"""Words about PurchaseOrders: escrow, deliveries, payments (采购订单)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref


class OpenPurchaseOrder(TypedDict):
    """PurchaseOrders opened an order (采购订单): of a tender, an auction, or what both sides signed.

    At most one of the three numbers is told, each as its own contract counts; none where something else opened the order.
    """

    order_id: int
    tender_id: int | None
    auction_id: int | None
    direct_order_id: int | None
    requisition: Number | None  # None: the reference is that of no document here
    requisition_ref: Ref
    buyer: Account
    supplier: Account
    quantity: int
    amount_minor: int
    deposit_minor: int  # the least that must go into escrow
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    payment_seconds: int  # from acceptance until the supplier is paid, by a claim; 0: at once
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    awarder: Account  # the contract that opened it
    attester_post: int  # who reports for the buyer, as a post in Participants
    arbiter_post: int  # who rules
    region: Ref  # where force majeure excuses lateness; zero: nowhere
    schedule_root: Ref  # of the promises of its deliveries; zero: all by `promised_at`


class RecordEscrowDeposit(TypedDict):
    """The order's money is in escrow (托管): the buyer's wallet falls, its escrow rises by `amount_minor`."""

    order_id: int
    buyer: Account
    amount_minor: int


class RecordDespatch(TypedDict):
    """The supplier says that goods are on their way (发货)."""

    order_id: int
    delivery_id: int
    supplier: Account
    quantity: int
    shipped_at: int  # time of the block
    promised_at: int  # of this delivery
    despatch_ref: Ref


class AttestReceipt(TypedDict):
    """PurchaseOrders holds the goods receipt. Refuse it unless all values equal the receipt's."""

    order_id: int
    delivery_id: int
    receipt: Number
    quantity: int
    received_at: int
    days_late: int


class AttestInspection(TypedDict):
    """PurchaseOrders holds the inspection. Refuse it unless all values equal the inspection's."""

    order_id: int
    delivery_id: int
    inspection: Number
    accepted: int
    rejected: int
    accepted_amount_minor: int


class RecordSilentAcceptance(TypedDict):
    """A delivery was claimed after the attester's silence (逾期视同验收): it stands for inspection and match."""

    order_id: int
    delivery_id: int
    accepted: int
    accepted_amount_minor: int
    net_minor: int
    tax_minor: int


class RecordDiscount(TypedDict):
    """The supplier granted a net price below the floor for a delivery (让价): a match at that price or above may go out."""

    order_id: int
    delivery_id: int
    supplier: Account
    net_minor: int
    grant_ref: Ref


class RecordPayment(TypedDict):
    """PurchaseOrders paid the supplier (付款): paid = net + tax − penalty.

    The buyer's payable falls by net and tax, its escrow by `paid_minor`; the supplier's wallet rises by `paid_minor`.
    Where the order is paid later: the supplier's claims held rise instead, and the buyer's claims issued and their cover.
    """

    order_id: int
    delivery_id: int
    match: Number | None  # None: claimed after silence, or ruled
    supplier: Account
    accepted_amount_minor: int
    net_minor: int
    tax_minor: int
    penalty_minor: int
    paid_minor: int
    contestable_until: (
        int  # until then the supplier may contest it, and the order stays open; 0: not at all
    )


class RecordDeliveryDispute(TypedDict):
    """Buyer or supplier disputes a delivery (争议). Nothing moves before the ruling."""

    order_id: int
    delivery_id: int
    disputant: Account
    reason_ref: Ref
    reason: Number | None  # the ERP's document behind the reference, when it has one
    rule_by: int


class RecordDisputeWithdrawal(TypedDict):
    """The disputant took its dispute back (撤回争议)."""

    order_id: int
    delivery_id: int
    disputant: Account


class RecordDisputeLapse(TypedDict):
    """Nobody ruled a dispute in time (争议失效): the delivery stands as it was reported."""

    order_id: int
    delivery_id: int


class RecordReceiptVoid(TypedDict):
    """The contract takes no receipt of a delivery any more (收货作废), and this one did not reach it.

    Told by the bridge itself, not for an event: nothing happened on chain.
    """

    order_id: int
    delivery_id: int
    receipt: Number


class RecordMatchVoid(TypedDict):
    """The contract takes this match no more (匹配作废): what the delivery is worth changed, and its price does not fit.

    Told by the bridge itself, not for an event: nothing happened on chain.
    """

    order_id: int
    delivery_id: int
    match: Number


class RecordDeliveryRuling(TypedDict):
    """The arbiter decided what of a delivery arrived, when, and what of it is good (裁定): values of the whole delivery.

    A delivery that was not settled is billed at the order's price, and its payment follows; one that was is billed by what
    the ruling adds, and a supplement follows.
    """

    order_id: int
    delivery_id: int
    ruling_ref: Ref
    ruling: Number | None  # the ERP's document behind the reference, when it has one
    arbiter: Account
    received: int
    accepted: int
    accepted_amount_minor: int
    received_at: int
    days_late: int


class RecordSupplement(TypedDict):
    """PurchaseOrders paid what a ruling added (裁定补付): paid = net + tax + penalty_returned − penalty.

    The buyer's escrow falls, the supplier's wallet rises by `paid_minor`.
    """

    order_id: int
    delivery_id: int
    ruling_ref: Ref
    supplier: Account
    accepted_amount_minor: int
    net_minor: int
    tax_minor: int
    penalty_returned_minor: int
    penalty_minor: int
    paid_minor: int


class RecordOrderAmendment(TypedDict):
    """Both sides signed another quantity, amount, promise or schedule (订单变更), all of the whole order.

    The buyer's escrow rises by `topped_up_minor` or falls by `refunded_minor`, its wallet the other way round.
    """

    order_id: int
    buyer: Account
    supplier: Account
    revision: int
    quantity: int
    amount_minor: int
    promised_at: int
    schedule_root: Ref
    topped_up_minor: int
    refunded_minor: int


class RecordOrderPartCancel(TypedDict):
    """The supplier gave up a part (部分取消): the buyer's escrow falls, its wallet rises by `refunded_minor`."""

    order_id: int
    buyer: Account
    supplier: Account
    revision: int
    quantity: int  # what left the order
    amount_minor: int
    refunded_minor: int


class CloseOrder(TypedDict):
    """The order ended: the buyer's escrow falls, its wallet rises by `refunded_minor`."""

    order_id: int
    buyer: Account
    accepted: int
    accepted_amount_minor: int
    refunded_minor: int


class CancelOrder(TypedDict):
    """The order ended before it was funded."""

    order_id: int
    caller: Account


# ---- documents that the bridge reads ----------------------------------------------------------------


class PurchaseOrder(OpenPurchaseOrder):
    """Made by OpenPurchaseOrder. Becomes PurchaseOrders.fund, signed by the buyer."""


class GoodsReceipt(TypedDict):
    """What arrived, and when (收货). Becomes PurchaseOrders.receiveDelivery."""

    order_id: int
    delivery_id: int
    quantity: int
    received_at: int


class Inspection(TypedDict):
    """How much of a receipt is good (质检). Becomes PurchaseOrders.inspectDelivery."""

    order_id: int
    delivery_id: int
    accepted: int


class MatchStatus(StrEnum):
    """Result of comparing order, acceptance and invoice (三单匹配)."""

    MATCHED = "MATCHED"  # to be paid
    BLOCKED = "BLOCKED"  # they differ: nothing is asked of the chain


class Match(TypedDict):
    """Order, acceptance and invoice compared. A matched one becomes PurchaseOrders.acceptDelivery."""

    order_id: int
    delivery_id: int
    status: str  # MatchStatus
    net_minor: int
    tax_minor: int


class OrderCloseRequest(TypedDict):
    """A clerk asks to end an order whose time has run out. Becomes PurchaseOrders.close at `closable_at`."""

    order_id: int
    closable_at: int


class EscrowDeposit(RecordEscrowDeposit):
    """Made by RecordEscrowDeposit. The audit reads its entries: debits of escrow."""


class SilentAcceptance(RecordSilentAcceptance):
    """Made by RecordSilentAcceptance. The audit counts its net and tax as billed."""


class Payment(RecordPayment):
    """Made by RecordPayment. The audit reads its entries: credits of escrow, debits of payables.

    Becomes PurchaseOrders.close at `contestable_until`, where that is not 0.
    """


class DeliveryDispute(RecordDeliveryDispute):
    """Made by RecordDeliveryDispute. Becomes PurchaseOrders.lapseDispute at `rule_by`."""


class DeliveryRuling(RecordDeliveryRuling):
    """Made by RecordDeliveryRuling. The audit counts its net and tax as billed.

    Becomes PurchaseOrders.close at `closable_at`, where that is not 0.
    """

    net_minor: int  # what the ruling bills
    tax_minor: int
    closable_at: int  # when the order ends, which is complete while something else of it may be disputed; 0: not so


class Supplement(RecordSupplement):
    """Made by RecordSupplement. The audit reads its entries: credits of escrow, debits of payables."""


class OrderAmendment(RecordOrderAmendment):
    """Made by RecordOrderAmendment. The audit reads its entries: debits and credits of escrow."""


class OrderPartCancel(RecordOrderPartCancel):
    """Made by RecordOrderPartCancel. The audit reads its entries: credits of escrow."""


class OrderClose(CloseOrder):
    """Made by CloseOrder. The audit reads its entries: credits of escrow. Takes back what came too late for the order."""

    order: str
    voided: list[Number]


class ReceiptVoid(RecordReceiptVoid):
    """Made by RecordReceiptVoid. Takes back what a receipt asks, and the inspection and the match that stand on it."""

    voided: list[Number]


class MatchVoid(RecordMatchVoid):
    """Made by RecordMatchVoid. Takes back what a match asks."""


class OrderCancelled(CancelOrder):
    """Made by CancelOrder. Nobody has to fund the order any more."""

    order: str


DOCUMENT_TYPES: Mapping[type, str] = {
    OpenPurchaseOrder: "purchase_order",
    RecordEscrowDeposit: "escrow_deposit",
    RecordDespatch: "despatch",
    AttestReceipt: "receipt_attestation",
    AttestInspection: "inspection_attestation",
    RecordSilentAcceptance: "silent_acceptance",
    RecordDiscount: "discount",
    RecordPayment: "payment",
    RecordDeliveryDispute: "delivery_dispute",
    RecordDisputeWithdrawal: "dispute_withdrawal",
    RecordDisputeLapse: "dispute_lapse",
    RecordReceiptVoid: "receipt_void",
    RecordMatchVoid: "match_void",
    RecordDeliveryRuling: "delivery_ruling",
    RecordSupplement: "supplement",
    RecordOrderAmendment: "order_amendment",
    RecordOrderPartCancel: "order_part_cancel",
    CloseOrder: "order_close",
    CancelOrder: "order_cancel",
}
DOCUMENTS: Mapping[str, type] = {
    "purchase_order": PurchaseOrder,
    "goods_receipt": GoodsReceipt,
    "inspection": Inspection,
    "match": Match,
    "order_close_request": OrderCloseRequest,
    "escrow_deposit": EscrowDeposit,
    "silent_acceptance": SilentAcceptance,
    "payment": Payment,
    "delivery_dispute": DeliveryDispute,
    "receipt_void": ReceiptVoid,
    "match_void": MatchVoid,
    "delivery_ruling": DeliveryRuling,
    "supplement": Supplement,
    "order_amendment": OrderAmendment,
    "order_part_cancel": OrderPartCancel,
    "order_close": OrderClose,
    "order_cancel": OrderCancelled,
}
