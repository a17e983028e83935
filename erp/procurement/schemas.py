"""Commands of procurement: requisition, tender, order, despatch, receipt, invoice, close."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Bps,
    Code,
    Command,
    Instant,
    Number,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    RecordId,
    Reference,
    Seconds,
    ShortText,
    Text,
)

MAX_CERTIFIED = 100  # invoices of one certification
MAX_BIDS = 2**32 - 1
MAX_BID = 2**60  # the tender contract's own bound
# Of purchases that others open: whatever the shared rules allow is kept, so that what follows of it can be booked.
WideMinor = Annotated[int, Field(ge=0, le=MAX_BID, strict=True)]
WideQuantity = Annotated[int, Field(gt=0, le=MAX_BID, strict=True)]
MAX_DAYS = 2**16 - 1
Days = Annotated[int, Field(ge=0, le=MAX_DAYS, strict=True)]
Score = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,23})$")]  # beyond what JSON numbers hold

# ---- told by people ---------------------------------------------------------------------------


class RaiseRequisition(Command):
    """Asks for an item on the terms of its sourcing policy (请购): BUD Dr 9003, Cr 9002 by the estimate.

    Raised by the reorder check, or by a clerk who names another quantity or estimate. None means: as the policy says.
    """

    item: Code
    quantity: Quantity | None = None
    estimate_minor: PositiveMinor | None = None
    chain_group: Code | None = None  # for whose need; on every entry of its tender and order
    lots: Number | None = None  # the request of which it is one lot


class RequestLots(Command):
    """Asks for an item in the lots of its sourcing policy (分标段). Each lot becomes a requisition; they open together."""

    item: Code
    quantity: Quantity | None = None
    estimate_minor: PositiveMinor | None = None
    chain_group: Code | None = None


class OpenLots(Command):
    """Follows by itself once all lots of a request are requisitions, and lists them with the terms they share."""

    lots: Number


class CancelRequisition(Command):
    """Takes back a requisition that no tender stands on (请购取消): BUD Dr 9002, Cr 9003 by the estimate."""

    requisition: Number
    reason: Text


class HoldReorder(Command):
    """Keeps the reason (budget, policy) why a reorder that was due could not be raised."""

    item: Code
    reason: Text


class RecordGoodsReceipt(Command):
    """Says what arrived of a despatch, and when (收货). Quantities only; supplier Dr 1901, Cr 1406 what is missing."""

    order: Number
    delivery_id: RecordId
    quantity: Quantity
    received_at: Instant


class RecordSupplierInvoice(Command):
    """Enters the supplier's claim for a delivery (供应商发票). Matched at once when the inspection is there."""

    order: Number
    delivery_id: RecordId
    # the supplier's own; once per supplier, however it is spelt
    invoice_number: ShortText
    quantity: Quantity
    net_minor: PositiveMinor
    tax_minor: AmountMinor


class MatchInvoice(Command):
    """Compares order, acceptance and invoice (三单匹配). Follows by itself when invoice and inspection are there."""

    invoice: Number


class ReleaseInvoice(Command):
    """Finance lets a blocked invoice be paid (发票放行), at terms that the order allows. None means: as invoiced.

    Its match follows by itself, on these terms.
    """

    invoice: Number
    net_minor: PositiveMinor | None = None
    tax_minor: AmountMinor | None = None
    reason: Text


class WithdrawInvoice(Command):
    """Takes back an invoice that is not matched (发票撤回). Its number is free again; the invoice stays."""

    invoice: Number
    reason: Text


class CertifyInputVat(Command):
    """The tax office accepted the input VAT of invoices (认证抵扣): buyer Dr 2221.01.01, Cr 2221.05."""

    entity: Code
    invoices: Annotated[tuple[Number, ...], Field(min_length=1, max_length=MAX_CERTIFIED)]


class RecordRedLetterInvoice(Command):
    """The supplier corrected an invoice by the penalty kept from its payment (红字发票): Dr 2221.01.06, Cr 2221.09.

    Amounts are told as positive numbers: by so much less.
    """

    order: Number
    delivery_id: RecordId
    # the supplier's own; once per supplier, however it is spelt
    invoice_number: ShortText
    net_minor: AmountMinor
    tax_minor: AmountMinor


class RequestOrderClose(Command):
    """Asks that an order whose time has run out be ended outside, so that its escrow returns."""

    order: Number


# ---- told by external events ------------------------------------------------------------------


class OrderTerms(Command):
    """The terms of the order that will come of a tender or an auction."""

    promised_at: Instant  # the latest, where bids offer days
    fund_seconds: Seconds
    grace_seconds: Seconds
    silence_seconds: Seconds
    payment_seconds: Seconds
    lateness_bps_per_day: Bps
    lateness_cap_bps: Bps
    tax_bps: Bps
    tolerance_bps: Bps


class RecordTender(OrderTerms):
    """A tender was opened (竞价采购), for a requisition when it is on that one's terms.

    BUD Dr 9003, Cr 9002 by the estimate when the requisition had been cancelled meanwhile.
    """

    tender_id: RecordId
    requisition: Number | None  # None: the reference is nobody's here
    requisition_ref: Reference
    buyer: Account
    quantity: WideQuantity
    ceiling_minor: WideMinor
    bond_minor: WideMinor
    min_credit_bps: Bps
    commit_end: Instant
    reveal_end: Instant
    review_seconds: Seconds
    second_price: bool
    day_value_minor: WideMinor
    max_days: Days
    credit_weight_bps: Bps
    invited_root: Reference
    invited: tuple[Account, ...]


class RecordBid(Command):
    """A supplier committed to a sealed bid and paid its bond: supplier Dr 1012.03, Cr 1012.01."""

    tender_id: RecordId
    supplier: Account
    index: Annotated[int, Field(gt=0, le=MAX_BIDS)]
    commitment: Reference
    bond_minor: AmountMinor
    credit_bps: Bps


class RecordQuotation(Command):
    """A supplier revealed its bid and got its bond back: supplier Dr 1012.01, Cr 1012.03.

    What it asks is posted nowhere, and an absurd price must not stop the tender: any bid of the shared rules is kept.
    """

    tender_id: RecordId
    supplier: Account
    amount_minor: Annotated[int, Field(gt=0, le=MAX_BID, strict=True)]
    bond_returned_minor: AmountMinor
    within_ceiling: bool
    offered_days: Days
    score: Score  # what bids are compared by, lower is better


class DisqualifyBid(Command):
    """The buyer strikes a revealed bid for a reason (废标), while the tender's review lasts. Nothing is booked."""

    tender: Number
    supplier: Code
    reason: Text


class RecordBidDisqualification(Command):
    """A revealed bid was struck (废标): it cannot win. Nothing is booked, its bond is back already."""

    tender_id: RecordId
    supplier: Account
    strike: Number | None  # the document that gives the reason; None: no document here does
    reason_ref: Reference


class RecordBidRanking(Command):
    """A revealed bid competes again after one of rank was struck (重新排序). Leader and next best must be ours, too."""

    tender_id: RecordId
    supplier: Account
    leader: Account
    runner_up: Account  # zero: nobody


class RecordBondForfeit(Command):
    """A bid was never revealed: supplier Dr 6711.01, Cr 1012.03; buyer Dr 1012.01, Cr 6301.02."""

    tender_id: RecordId
    supplier: Account
    buyer: Account
    bond_minor: AmountMinor


class RecordTenderVoid(Command):
    """No valid bid: the requisition ends and its budget is freed: BUD Dr 9002, Cr 9003."""

    tender_id: RecordId
    requisition: Number | None
    bids: Annotated[int, Field(ge=0, le=MAX_BIDS)]


class RecordAward(Command):
    """The best bid won the tender (授标)."""

    tender_id: RecordId
    supplier: Account
    order_id: RecordId
    amount_minor: PositiveMinor
    bids: Annotated[int, Field(ge=0, le=MAX_BIDS)]


class OpenPurchaseOrder(Command):
    """An award became an order (采购订单): BUD Dr 9002 the estimate, Cr 9001 the amount, Cr 9003 the saving.

    It came of a tender, an auction or a purchase that both sides signed, whichever is named, each by its own number; of
    none of them when something else opened it. Without a requisition nothing was set aside: no budget entry.
    Who reports and who rules are posts outside, known by their numbers: people and keys may change.
    """

    order_id: RecordId
    tender_id: RecordId | None
    auction_id: RecordId | None = None
    direct_order_id: RecordId | None = None
    requisition: Number | None
    requisition_ref: Reference
    buyer: Account
    supplier: Account
    quantity: Quantity
    amount_minor: PositiveMinor
    deposit_minor: PositiveMinor  # the least deposit the terms ask for
    promised_at: Instant
    fund_seconds: Seconds
    grace_seconds: Seconds
    silence_seconds: Seconds
    payment_seconds: Seconds = 0  # from acceptance until the supplier is paid
    lateness_bps_per_day: Bps
    lateness_cap_bps: Bps
    tax_bps: Bps
    tolerance_bps: Bps
    awarder: Account  # who opened it: the contract of the tender
    attester_post: RecordId
    arbiter_post: RecordId
    region: Reference  # where force majeure excuses lateness; zero: nowhere
    schedule_root: Reference  # of the promises of its deliveries; zero: all by `promised_at`


class RecordDespatch(Command):
    """The supplier said that goods are on their way (发货): supplier Dr 1406, Cr 1405 or 1403 at cost."""

    order_id: RecordId
    delivery_id: RecordId
    supplier: Account
    quantity: Quantity
    shipped_at: Instant
    promised_at: Instant  # of this delivery: the order's, unless it has a schedule
    despatch_ref: Reference


class AttestReceipt(Command):
    """The goods receipt was recorded outside, with its lateness. Numbers must equal the receipt's."""

    order_id: RecordId
    delivery_id: RecordId
    receipt: Number
    quantity: Quantity
    received_at: Instant
    days_late: QuantityOrNone


class RecordReceiptVoid(Command):
    """The outside took no receipt of a delivery any more (收货作废): nobody accepted it, and nobody pays for it.

    What inspection and match booked, the other way round: buyer Dr 2202.02, Cr 1403; BUD Dr 9004, Cr 9001; matched:
    Dr 2202.01, Cr 2202.02, 2221.05. Supplier Dr 6001, Cr 1122.02; matched: Dr 1122.02, 2221.01.06, Cr 1122.01; and Dr 1406.
    """

    order_id: RecordId
    delivery_id: RecordId
    receipt: Number


class RecordMatchVoid(Command):
    """The outside took a match no more (匹配作废): the delivery is worth another price since that changed.

    What the match booked, the other way round: buyer Dr 2202.01, Cr 2202.02, 2221.05, the variance back from the goods;
    supplier Dr 1122.02, 2221.01.06, Cr 1122.01. BUD the variance: Dr 9004, Cr 9003, or the reverse.
    """

    order_id: RecordId
    delivery_id: RecordId
    match: Number


class RecordDiscount(Command):
    """The supplier granted a price below the order's floor for a delivery (让价). Nothing is booked before the match."""

    order_id: RecordId
    delivery_id: RecordId
    supplier: Account
    net_minor: AmountMinor  # the least that an invoice may ask from now on, net
    grant_ref: Reference


class CloseOrder(Command):
    """A funded order ended and the rest of its escrow came back.

    Dr 1012.01, Cr 1012.02 the refund; BUD Dr 9001, Cr 9003 what was not accepted.
    """

    order_id: RecordId
    buyer: Account
    accepted: QuantityOrNone
    accepted_amount_minor: AmountMinor
    refunded_minor: AmountMinor


class RecordDeliveryDispute(Command):
    """Buyer or supplier disputes a delivery (争议). Nothing is booked before the ruling."""

    order_id: RecordId
    delivery_id: RecordId
    disputant: Account
    reason_ref: Reference
    reason: Number | None  # our document behind the reference
    rule_by: Instant


class RecordDisputeWithdrawal(Command):
    """The disputant took its dispute back (撤回争议): the delivery stands as it was reported."""

    order_id: RecordId
    delivery_id: RecordId
    disputant: Account


class RecordDisputeLapse(Command):
    """Nobody ruled a dispute in time (争议失效): the delivery stands as it was reported."""

    order_id: RecordId
    delivery_id: RecordId


class RecordDeliveryRuling(Command):
    """The arbiter decided what of a delivery arrived, when, and what of it is good (裁定): values of the whole delivery.

    By what is accepted more: buyer Dr 1403, Cr 2202.02; BUD Dr 9001, Cr 9004; billed at once: Dr 2202.02, 2221.05,
    Cr 2202.01. Supplier the same in 1122.02, 6001, 1122.01, 2221.01.06, and the cost of it. Less: the other way round.
    """

    order_id: RecordId
    delivery_id: RecordId
    ruling_ref: Reference
    ruling: Number | None  # our document behind the reference
    arbiter: Account
    received: QuantityOrNone
    accepted: QuantityOrNone
    accepted_amount_minor: AmountMinor
    received_at: Instant
    days_late: QuantityOrNone


class RecordOrderAmendment(Command):
    """Both sides signed another quantity, amount, promise or schedule (订单变更): all of the whole order.

    Buyer Dr 1012.02, Cr 1012.01 the top-up, or the reverse; BUD Dr 9003, Cr 9001 what the amount grew by, or the reverse.
    """

    order_id: RecordId
    buyer: Account
    supplier: Account
    revision: RecordId
    quantity: QuantityOrNone
    amount_minor: AmountMinor
    promised_at: Instant
    schedule_root: (
        Reference  # of the promises of its deliveries from now on; zero: all by `promised_at`
    )
    topped_up_minor: AmountMinor
    refunded_minor: AmountMinor


class RecordOrderPartCancel(Command):
    """The supplier gave up a part of what it has not sent (部分取消): buyer Dr 1012.01, Cr 1012.02; BUD Dr 9001, Cr 9003."""

    order_id: RecordId
    buyer: Account
    supplier: Account
    revision: RecordId
    quantity: Quantity  # what left the order
    amount_minor: AmountMinor
    refunded_minor: AmountMinor


class CancelOrder(Command):
    """An order ended before it was funded: BUD Dr 9001, Cr 9003."""

    order_id: RecordId
    caller: Account


class RecordSilentAcceptance(Command):
    """The attester fell silent and the delivery was claimed at the order's price (逾期视同验收).

    Stands for inspection and match: their entries, as far as they are missing or were booked at other numbers. Only an
    inspection that was reported before counts: with numbers other than its own the claim is refused.
    """

    order_id: RecordId
    delivery_id: RecordId
    accepted: Quantity
    accepted_amount_minor: AmountMinor
    net_minor: AmountMinor
    tax_minor: AmountMinor
