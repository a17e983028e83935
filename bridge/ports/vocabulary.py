"""The words that bridge and ERP exchange: operations told to the ERP, documents read from it, roles of its accounts.

An adapter for another ERP (Tryton, Odoo, ERPNext) is written from this file and from `bridge/ports/port.py`, without
reading the embedded ERP. It carries out each operation of `OPERATIONS` as one document of the type in `DOCUMENT_TYPES`,
and shows every document of its log with a type name and fields as in `DOCUMENTS`; documents of other types may carry what
they like.

Units and forms, the same everywhere:

- `…_minor`: money in minor units of the settlement token, an int from 0 on. `…_bps`: basis points, 0 to 10 000.
- `…_at`, `…_end`: unix seconds of chain time. `…_seconds`: a span.
- accounts (`Account`): `0x` and 40 lower-case hex digits. References (`Ref`): `0x` and 64 hex digits, a hash.
- numbers (`Number`): a document's number as the ERP gave it, such as `PO-2026-00001`.
- ids (`…_id`): numbers that the contracts gave, from 1 on.

A document that an operation made carries the operation's fields under the same names with the same values: the audit
compares them with the event, one by one. It may carry more fields beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, TypedDict

Account = str
Ref = str
Number = str


class AccountRole(StrEnum):
    """What an account of the ERP's ledger stands for. The chart of accounts behind it is the ERP's own business."""

    WALLET = "wallet"  # settlement tokens that a party holds itself
    ESCROW = "escrow"  # settlement tokens of a party that PurchaseOrders holds
    STAKE = "stake"  # settlement tokens of a party that Tenders holds as bonds of bids
    PAYABLE = "payable"  # what a party owes for goods accepted and billed
    ISSUED = "issued"  # what the treasury owes for the settlement tokens it issued


def order_aggregate(order_id: int) -> str:
    """The aggregate of an order, as a `BookDifference` names it: everything that happens to the order, in order."""
    return f"order:{order_id}"


# ---- operations: what the bridge tells the ERP, each once for one event ----------------------------


class EnrolParty(TypedDict):
    """Participants registered the account of a party: from now on it may act."""

    account: Account
    capabilities: int  # bit set: 1 buyer, 2 supplier


class ExtendParty(TypedDict):
    """Participants gave the account of a party more capabilities."""

    account: Account
    added: int  # bit set
    capabilities: int  # all that it has from now on


class SuspendParty(TypedDict):
    """Participants barred the party from new obligations."""

    account: Account
    reason_ref: Ref


class ReinstateParty(TypedDict):
    """Participants lifted the bar."""

    account: Account


class RecordCreditOutcome(TypedDict):
    """CreditRegistry counted a kept or broken promise of a supplier (信用等级)."""

    account: Account
    order_id: int
    delivery_id: int  # 0: an order never delivered
    value_minor: int
    delivery_bps: int
    quality_bps: int
    score_bps: int  # of the party from now on


class RecordCreditComponent(TypedDict):
    """CreditRegistry counted an outcome beyond orders: of a bet, of peers or of users (信用分项)."""

    account: Account
    subject_id: int  # the bet or the group
    component: Literal["delivery", "quality", "bets", "peers", "users"]
    value_minor: int
    outcome_bps: int
    score_bps: int  # of the party from now on


class RecordTokenIssue(TypedDict):
    """SettlementToken issued tokens against bank money: the holder's wallet and what the treasury owes rise alike."""

    account: Account
    amount_minor: int
    bank_ref: Ref


class RecordTokenRedemption(TypedDict):
    """SettlementToken burned tokens, and bank money left for them: wallet and what the treasury owes fall alike."""

    account: Account
    amount_minor: int
    bank_ref: Ref


class RecordTokenTransfer(TypedDict):
    """A participant sent tokens to another outside of any followed contract: suspense on both sides."""

    sender: Account
    receiver: Account
    amount_minor: int


class RecordTender(TypedDict):
    """Tenders opened a tender for a requisition (竞价采购).

    The requisition may have been cancelled meanwhile: it stands again then, and its budget is set aside again.
    """

    tender_id: int
    requisition: Number
    buyer: Account
    quantity: int
    ceiling_minor: int
    bond_minor: int
    min_credit_bps: int
    commit_end: int
    reveal_end: int
    invited_root: Ref
    invited: tuple[Account, ...]  # a list once it was stored


class RecordBid(TypedDict):
    """A supplier committed to a sealed bid and paid in its bond: its wallet falls, its stake rises by `bond_minor`."""

    tender_id: int
    supplier: Account
    index: int  # of the bids of this tender, from 1
    commitment: Ref
    bond_minor: int
    credit_bps: int


class RecordQuotation(TypedDict):
    """A supplier revealed its bid: its stake falls, its wallet rises by `bond_returned_minor`."""

    tender_id: int
    supplier: Account
    amount_minor: int
    bond_returned_minor: int
    within_ceiling: bool


class RecordBondForfeit(TypedDict):
    """A bid was never revealed: the supplier's stake falls, the buyer's wallet rises by `bond_minor`."""

    tender_id: int
    supplier: Account
    buyer: Account
    bond_minor: int


class RecordTenderVoid(TypedDict):
    """Nobody won: the requisition ends and its budget is free again."""

    tender_id: int
    requisition: Number
    bids: int


class RecordAward(TypedDict):
    """The best bid won (授标)."""

    tender_id: int
    supplier: Account
    order_id: int
    amount_minor: int
    bids: int


class OpenPurchaseOrder(TypedDict):
    """PurchaseOrders opened an order for the award (采购订单)."""

    order_id: int
    tender_id: int
    requisition: Number
    buyer: Account
    supplier: Account
    quantity: int
    amount_minor: int
    deposit_minor: int  # the least that must go into escrow
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
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
    """

    order_id: int
    delivery_id: int
    match: Number | None  # None: claimed after silence
    supplier: Account
    accepted_amount_minor: int
    net_minor: int
    tax_minor: int
    penalty_minor: int
    paid_minor: int
    contestable_until: (
        int  # until then the supplier may contest it, and the order stays open; 0: not at all
    )


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


# Operation -> type of the documents that it makes, and that nothing else makes.
DOCUMENT_TYPES: Mapping[type, str] = {
    EnrolParty: "party_enrolment",
    ExtendParty: "party_extension",
    SuspendParty: "party_suspension",
    ReinstateParty: "party_reinstatement",
    RecordCreditOutcome: "credit_outcome",
    RecordCreditComponent: "credit_component",
    RecordTokenIssue: "token_issue",
    RecordTokenRedemption: "token_redemption",
    RecordTokenTransfer: "token_transfer",
    RecordTender: "tender",
    RecordBid: "bid",
    RecordQuotation: "quotation",
    RecordBondForfeit: "bond_forfeit",
    RecordTenderVoid: "tender_void",
    RecordAward: "award",
    OpenPurchaseOrder: "purchase_order",
    RecordEscrowDeposit: "escrow_deposit",
    RecordDespatch: "despatch",
    AttestReceipt: "receipt_attestation",
    AttestInspection: "inspection_attestation",
    RecordSilentAcceptance: "silent_acceptance",
    RecordDiscount: "discount",
    RecordPayment: "payment",
    CloseOrder: "order_close",
    CancelOrder: "order_cancel",
}
OPERATIONS: Mapping[str, type] = {operation.__name__: operation for operation in DOCUMENT_TYPES}


def document_type(operation: str) -> str:
    """Type of the documents that an operation makes. Raises KeyError for an unknown operation."""
    return DOCUMENT_TYPES[OPERATIONS[operation]]


# ---- documents: what the bridge reads of the ERP's log ---------------------------------------------


class Candidate(TypedDict):
    """A supplier that a requisition names."""

    party: str  # the ERP's code of it
    account: Account


class Requisition(TypedDict):
    """Asks for goods (请购). Becomes Tenders.openTender, signed by the buyer."""

    buyer_account: Account
    candidates: list[Candidate]  # empty: whoever is registered and has the credit
    quantity: int
    estimate_minor: int  # the ceiling of bids
    bond_minor: int
    commit_seconds: int
    reveal_seconds: int
    min_credit_bps: int
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int


class RequisitionCancel(TypedDict):
    """Takes a requisition back. Its openTender is not signed any more; one that was signed may still open a tender."""

    requisition: Number


class Tender(RecordTender):
    """Made by RecordTender. Becomes Tenders.award once `reveal_end` has passed."""


class Bid(RecordBid):
    """Made by RecordBid. Becomes Tenders.forfeitBond when it is still sealed at `reveal_end`."""

    reveal_end: int  # of its tender


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


class OrderClose(CloseOrder):
    """Made by CloseOrder. The audit reads its entries: credits of escrow."""


class Line(TypedDict):
    """A line of a journal entry."""

    account: str  # code; `Port.roles` tells which role it plays
    debit: int  # minor units; one of the two is 0
    credit: int


class Entry(TypedDict):
    """A journal entry of a document: the lines that one entity's books get from it."""

    entity: str  # the ERP's code of the party whose books these are
    lines: list[Line]


DOCUMENTS: Mapping[str, type] = {
    "requisition": Requisition,
    "requisition_cancel": RequisitionCancel,
    "tender": Tender,
    "bid": Bid,
    "purchase_order": PurchaseOrder,
    "goods_receipt": GoodsReceipt,
    "inspection": Inspection,
    "match": Match,
    "order_close_request": OrderCloseRequest,
    "escrow_deposit": EscrowDeposit,
    "silent_acceptance": SilentAcceptance,
    "payment": Payment,
    "order_close": OrderClose,
}
