"""Tables of procurement. States and their transitions are in `rules.py`."""

from sqlalchemy import Boolean, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from erp.kernel.base import ErpTable, big
from erp.kernel.entry import NO_GROUP


class Requisition(ErpTable, table=True):
    """A request for an item, with the terms its order will have (请购单)."""

    __tablename__ = "requisition"
    __table_args__ = (Index("ix_requisition_raised_at_number", "raised_at", "number"),)

    number: str = Field(primary_key=True)
    item: str = Field(foreign_key="item.code", index=True)
    buyer: str = Field(foreign_key="party.code")
    quantity: int = big()
    estimate_minor: int = big()
    chain_group: str = NO_GROUP
    status: str = Field(index=True)
    raised_at: int = big()
    promised_at: int = big()
    bond_minor: int = big()
    min_credit_bps: int = big()
    lateness_bps_per_day: int = big()
    lateness_cap_bps: int = big()
    tax_bps: int = big()
    tolerance_bps: int = big()
    fund_seconds: int = big()
    grace_seconds: int = big()
    silence_seconds: int = big()
    payment_seconds: int = big(default=0)  # paid so long after acceptance, by a claim; 0: at once
    sourcing: str = "sealed"  # how it is bought outside: sealed, lots, auction, direct
    review_seconds: int = big(default=0)
    second_price: bool = Field(default=False, sa_type=Boolean)
    day_value_minor: int = big(default=0)
    max_days: int = big(default=0)
    credit_weight_bps: int = big(default=0)
    min_decrement_bps: int = big(default=0)
    extension_seconds: int = big(default=0)
    max_extensions: int = big(default=0)
    lots: str | None = Field(default=None, index=True)  # the document that asked for it as one lot


class Lots(ErpTable, table=True):
    """A request of lots, and the document that opens them together."""

    __tablename__ = "lots"

    number: str = Field(primary_key=True)
    item: str = Field(foreign_key="item.code")
    opening: str | None = None


class RequisitionCandidate(ErpTable, table=True):
    """A supplier that the requisition's tender may invite."""

    __tablename__ = "requisition_candidate"

    requisition: str = Field(primary_key=True, foreign_key="requisition.number")
    position: int = big(primary_key=True)
    party: str = Field(foreign_key="party.code")
    account: str


class ReorderHold(ErpTable, table=True):
    """A reorder that is due and cannot be raised, and why."""

    __tablename__ = "reorder_hold"

    item: str = Field(primary_key=True, foreign_key="item.code")
    reason: str
    since: int = big()
    document: str


class Tender(ErpTable, table=True):
    """A reverse auction for a requisition (竞价)."""

    __tablename__ = "tender"

    tender_id: int = big(primary_key=True)
    # None: it stands on no requisition
    requisition: str | None = Field(default=None, foreign_key="requisition.number", unique=True)
    number: str = Field(unique=True)
    buyer: str = Field(foreign_key="party.code")
    item: str = Field(foreign_key="item.code")
    chain_group: str = NO_GROUP
    quantity: int = big()
    ceiling_minor: int = big()
    bond_minor: int = big()
    commit_end: int = big()
    reveal_end: int = big()
    review_seconds: int = big(default=0)  # to strike bids, and again as long to rank the others
    second_price: bool = Field(default=False, sa_type=Boolean)
    day_value_minor: int = big(default=0)
    max_days: int = big(default=0)
    credit_weight_bps: int = big(default=0)
    status: str = Field(index=True)
    bids: int = big(default=0)
    leader: str | None = Field(default=None, foreign_key="party.code")
    runner_up: str | None = Field(default=None, foreign_key="party.code")  # with a second price
    supplier: str | None = Field(default=None, foreign_key="party.code")  # who won
    amount_minor: int | None = big(default=None)  # at what amount
    order_id: int | None = big(default=None)  # the order that the award names


class TenderBid(ErpTable, table=True):
    """A supplier's sealed bid, and what became of it (报价)."""

    __tablename__ = "tender_bid"

    tender_id: int = big(primary_key=True, foreign_key="tender.tender_id")
    supplier: str = Field(primary_key=True, foreign_key="party.code")
    bid_index: int = big()
    commitment: str
    bond_minor: int = big()
    credit_bps: int = big()
    status: str
    amount_minor: int | None = big(default=None)
    offered_days: int | None = big(default=None)
    within_ceiling: bool | None = Field(default=None, sa_type=Boolean)
    strike: str | None = None  # number of the document by which the buyer asked to strike it
    struck: str | None = None  # number of the document that struck it


class PurchaseOrder(ErpTable, table=True):
    """An order and where it stands (采购订单). Quantities in smallest units, amounts in minor units."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        Index("ix_purchase_order_opened_at_order_id", "opened_at", "order_id"),
        Index("ix_purchase_order_buyer_order_id", "buyer", "order_id"),
    )

    order_id: int = big(primary_key=True)
    number: str = Field(unique=True)
    # of what it came of: a tender, an auction, or what both sides signed; each contract counts its own
    tender_id: int | None = big(default=None, foreign_key="tender.tender_id", unique=True)
    auction_id: int | None = big(default=None, unique=True)
    direct_order_id: int | None = big(default=None, unique=True)
    # None: it stands on no requisition
    requisition: str | None = Field(default=None, foreign_key="requisition.number", unique=True)
    buyer: str = Field(foreign_key="party.code")
    supplier: str = Field(foreign_key="party.code", index=True)
    item: str = Field(foreign_key="item.code", index=True)
    chain_group: str = NO_GROUP
    quantity: int = big()
    amount_minor: int = big()
    deposit_minor: int = big()
    opened_at: int = big()
    promised_at: int = big()
    fund_seconds: int = big()
    grace_seconds: int = big()
    silence_seconds: int = big()
    payment_seconds: int = big(default=0)  # paid so long after acceptance, by a claim; 0: at once
    lateness_bps_per_day: int = big()
    lateness_cap_bps: int = big()
    tax_bps: int = big()
    tolerance_bps: int = big()
    status: str = Field(index=True)
    deliveries: int = big(default=0)
    # despatched and neither rejected nor missing: includes what was accepted
    underway: int = big(default=0)
    accepted: int = big(default=0)
    accepted_amount_minor: int = big(default=0)
    matched_minor: int = big(default=0)  # net amounts matched
    tax_minor: int = big(default=0)
    penalty_minor: int = big(default=0)
    paid_minor: int = big(default=0)
    escrowed_minor: int = big(default=0)  # in escrow for this order now
    refunded_minor: int = big(default=0)
    contestable_until: int = big(default=0)  # until then something that was paid may be disputed
    # how often quantity, amount, promise or schedule changed; at the last change, what was accepted before it: the rest
    # of the order has a price of its own
    revision: int = big(default=0)
    base_quantity: int = big(default=0)
    base_amount_minor: int = big(default=0)
    defaulted_minor: int = big(default=0)  # given up by the supplier: no longer in the amount above
    unbudgeted_minor: int = big(default=0)  # of the amount above, what no budget was set aside for
    region: str  # where force majeure excuses lateness; zero: nowhere
    scheduled: bool = Field(
        default=False, sa_type=Boolean
    )  # its deliveries have promises of their own
    close_request: str | None = None  # number of the document that asked for the close


class Delivery(ErpTable, table=True):
    """A delivery from despatch to payment (到货). Columns of documents hold their numbers; None: not yet made."""

    __tablename__ = "delivery"

    order_id: int = big(primary_key=True, foreign_key="purchase_order.order_id")
    delivery_id: int = big(primary_key=True)
    status: str = Field(index=True)
    shipped: int = big()
    shipped_at: int = big()
    promised_at: int = big()
    own_promise: bool = Field(
        default=False, sa_type=Boolean
    )  # by a schedule: the order's may change
    despatch: str
    received: int = big(default=0)
    received_at: int | None = big(default=None)
    days_late: int = big(default=0)
    receipt: str | None = Field(default=None, unique=True)
    receipt_attestation: str | None = None
    # of the supplier's goods that left a stock known here and are not accepted yet: units, and their cost
    goods: int = big(default=0)
    goods_cost_minor: int = big(default=0)
    # the same at despatch
    goods_sent: int = big(default=0)
    goods_sent_minor: int = big(default=0)
    accepted: int = big(default=0)
    rejected: int = big(default=0)
    accepted_amount_minor: int = big(default=0)
    discount_minor: int | None = big(
        default=None
    )  # the net price that the supplier granted below the floor
    # or the silent acceptance that stands for it
    inspection: str | None = Field(default=None, unique=True)
    inspection_attestation: str | None = None
    net_minor: int = big(default=0)
    tax_minor: int = big(default=0)
    # or the silent acceptance that stands for it
    match: str | None = Field(default=None, unique=True)
    invoice: str | None = None  # the matched invoice
    claimed: str | None = None  # the silent acceptance, when the delivery was claimed
    certified: str | None = None  # the document that certified its input VAT
    certified_tax_minor: int = big(default=0)  # and how much of it
    reversed_tax_minor: int = big(default=0)  # of it, what a later penalty transferred out
    uninvoiced_tax_minor: int = big(default=0)  # added by a ruling after the payment
    penalty_minor: int = big(default=0)
    penalty_tax_minor: int = big(default=0)  # the VAT within the penalty
    red_letter: str | None = None  # the red-letter invoice that corrects its invoice by the penalty
    paid_minor: int = big(default=0)
    payment: str | None = Field(default=None, unique=True)
    unclaimed_minor: int = big(default=0)  # paid later, and its claim is not yet booked
    # a dispute that is not over: its document, whose it is, until when it may be ruled
    dispute: str | None = None
    disputed_by: str | None = Field(default=None, foreign_key="party.code")
    rule_by: int = big(default=0)
    ruling: str | None = Field(default=None, unique=True)
    # what paid what the ruling added
    supplement: str | None = Field(default=None, unique=True)


class SupplierInvoice(ErpTable, table=True):
    """What a supplier asks for a delivery (供应商发票)."""

    __tablename__ = "supplier_invoice"
    __table_args__ = (
        UniqueConstraint("supplier", "invoice_key"),
        ForeignKeyConstraint(
            ["order_id", "delivery_id"], ["delivery.order_id", "delivery.delivery_id"]
        ),
    )

    number: str = Field(primary_key=True)
    supplier: str = Field(foreign_key="party.code")
    invoice_number: str  # as the supplier spells it
    # what makes spellings the same number (`rules.invoice_key`); None: withdrawn, the number is free
    invoice_key: str | None = None
    order_id: int = big(index=True)
    delivery_id: int = big()
    quantity: int = big()
    net_minor: int = big()
    tax_minor: int = big()
    status: str = Field(index=True)
    reason: str | None = None  # why it is blocked or withdrawn
    release: str | None = None  # the document that released it, on these terms
    released_net_minor: int | None = big(default=None)
    released_tax_minor: int | None = big(default=None)


class RedLetterInvoice(ErpTable, table=True):
    """The supplier's invoice of negative amount that corrects an earlier one by a penalty (红字发票)."""

    __tablename__ = "red_letter_invoice"
    __table_args__ = (
        UniqueConstraint("supplier", "invoice_key"),
        ForeignKeyConstraint(
            ["order_id", "delivery_id"], ["delivery.order_id", "delivery.delivery_id"]
        ),
    )

    number: str = Field(primary_key=True)
    supplier: str = Field(foreign_key="party.code")
    invoice_number: str  # as the supplier spells it
    invoice_key: str  # what makes spellings the same number (`rules.invoice_key`)
    order_id: int = big()
    delivery_id: int = big()
    net_minor: int = big()  # by so much less than the invoice
    tax_minor: int = big()
