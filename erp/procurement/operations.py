"""The operations of procurement, and what sets off a reorder or a match."""

from __future__ import annotations

from erp.budget.schemas import ApproveBudget
from erp.items.schemas import SetSourcingPolicy
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.parties.schemas import EnrolParty, ReinstateParty
from erp.procurement import deliveries, invoices, orders, planning, schemas, silence, tenders
from erp.stock.schemas import IssueStock

OPERATIONS: Operations = {
    schemas.RaiseRequisition: Operation(
        "requisition",
        "PR",
        planning.raise_requisition,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.PLANNER, Role.BUYER}),
        outward=True,
        filled=frozenset({"quantity", "estimate_minor"}),
    ),
    schemas.HoldReorder: Operation("reorder_hold", "HLD", planning.hold_reorder, Told.BY_FOLLOW_UP),
    schemas.RecordTender: Operation(
        "tender", "TND", tenders.record_tender, Told.EXTERNALLY, outward=True
    ),
    schemas.RecordBid: Operation("bid", "BID", tenders.record_bid, Told.EXTERNALLY, outward=True),
    schemas.RecordQuotation: Operation(
        "quotation", "QUO", tenders.record_quotation, Told.EXTERNALLY
    ),
    schemas.RecordBondForfeit: Operation(
        "bond_forfeit", "FOR", tenders.record_bond_forfeit, Told.EXTERNALLY
    ),
    schemas.RecordTenderVoid: Operation(
        "tender_void", "VOI", tenders.record_tender_void, Told.EXTERNALLY
    ),
    schemas.RecordAward: Operation("award", "AWD", tenders.record_award, Told.EXTERNALLY),
    schemas.OpenPurchaseOrder: Operation(
        "purchase_order", "PO", orders.open_purchase_order, Told.EXTERNALLY, outward=True
    ),
    schemas.RecordDespatch: Operation(
        "despatch", "DES", deliveries.record_despatch, Told.EXTERNALLY
    ),
    schemas.RecordGoodsReceipt: Operation(
        "goods_receipt",
        "GR",
        deliveries.record_goods_receipt,
        Told.BY_PEOPLE,
        frozenset({Role.WAREHOUSE}),
        outward=True,
    ),
    schemas.AttestReceipt: Operation(
        "receipt_attestation", "GRA", deliveries.attest_receipt, Told.EXTERNALLY
    ),
    schemas.RecordSupplierInvoice: Operation(
        "supplier_invoice",
        "SI",
        invoices.record_supplier_invoice,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE, Role.SUPPLIER}),
    ),
    schemas.MatchInvoice: Operation(
        "match", "MAT", invoices.match_invoice, Told.BY_FOLLOW_UP, outward=True
    ),
    schemas.RecordSilentAcceptance: Operation(
        "silent_acceptance", "SIL", silence.record_silent_acceptance, Told.EXTERNALLY
    ),
    schemas.RequestOrderClose: Operation(
        "order_close_request",
        "OCR",
        orders.request_order_close,
        Told.BY_PEOPLE,
        frozenset({Role.BUYER}),
        outward=True,
    ),
    schemas.CloseOrder: Operation("order_close", "OCL", orders.close_order, Told.EXTERNALLY),
    schemas.CancelOrder: Operation("order_cancel", "OCN", orders.cancel_order, Told.EXTERNALLY),
}

# Reactions to other rooms stand here, in the room that reacts: the rooms below know nothing of reorders.
FOLLOW_UPS: FollowUps = {
    EnrolParty: planning.after_enrolment,
    ReinstateParty: planning.after_enrolment,
    SetSourcingPolicy: planning.after_policy,
    IssueStock: planning.after_issue,
    ApproveBudget: planning.after_budget,
    schemas.RecordSupplierInvoice: invoices.after_invoice,
}
