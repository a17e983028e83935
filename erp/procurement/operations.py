"""The operations of procurement, and what sets off a reorder or a match."""

from __future__ import annotations

from collections.abc import Iterator

from erp.budget.schemas import ApproveBudget
from erp.items.schemas import SetSourcingPolicy
from erp.kernel.context import Context
from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.parties.schemas import EnrolParty, ExtendParty, ReinstateParty
from erp.procurement import (
    changes,
    deliveries,
    disputes,
    invoices,
    lots,
    opening,
    orders,
    planning,
    queries,
    review,
    rulings,
    schemas,
    silence,
    tenders,
    unmatching,
    vat,
    voids,
)
from erp.stock.schemas import IssueStock

# Fields that documents share: those of every document of an order, of a bid, and the terms of an order and of a tender.
ORDER = "order order_id item buyer_code supplier_code "
BID = "tender_id requisition item supplier supplier_code "
ORDER_TERMS = (
    "fund_seconds grace_seconds silence_seconds payment_seconds "
    "lateness_bps_per_day lateness_cap_bps tax_bps tolerance_bps "
)
SOURCING = (
    "sourcing review_seconds second_price max_days credit_weight_bps "
    "min_decrement_bps extension_seconds max_extensions "
)
TERMS = ORDER_TERMS + SOURCING + "commit_seconds reveal_seconds lead_seconds min_credit_bps"
LOT_TERMS = TERMS.replace("sourcing ", "")

OPERATIONS: Operations = {
    schemas.RaiseRequisition: Operation(
        "requisition",
        "PR",
        planning.raise_requisition,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.PLANNER, Role.BUYER}),
        outward=True,
        filled=frozenset({"quantity", "estimate_minor"}),
        fields=classed(
            "item quantity buyer buyer_account candidates promised_at chain_group lots " + TERMS,
            money="bond_minor day_value_minor",
            confidential="estimate_minor",
        ),
    ),
    schemas.RequestLots: Operation(
        "lots_request",
        "LTR",
        lots.request_lots,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.PLANNER, Role.BUYER}),
        filled=frozenset({"quantity", "estimate_minor"}),
        fields=classed("item quantity lots buyer chain_group", confidential="estimate_minor"),
    ),
    schemas.OpenLots: Operation(
        "lots_opening",
        "LOP",
        lots.open_lots,
        Told.BY_FOLLOW_UP,
        outward=True,
        fields=classed(
            "item buyer buyer_account candidates promised_at " + LOT_TERMS,
            money="bond_minor day_value_minor",
            confidential="lots",
        ),
    ),
    schemas.HoldReorder: Operation(
        "reorder_hold",
        "HLD",
        planning.hold_reorder,
        Told.BY_FOLLOW_UP,
        fields=classed("item", confidential="reason"),
    ),
    schemas.CancelRequisition: Operation(
        "requisition_cancel",
        "PRC",
        planning.cancel_requisition,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.PLANNER, Role.BUYER}),
        fields=classed(
            "requisition lots_opening item buyer quantity reason", confidential="estimate_minor"
        ),
    ),
    schemas.RecordTender: Operation(
        "tender",
        "TND",
        tenders.record_tender,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            "tender_id requisition requisition_ref buyer quantity min_credit_bps commit_end reveal_end "
            "review_seconds review_end second_price max_days credit_weight_bps "
            "invited_root invited item buyer_code invited_codes chain_group promised_at "
            + ORDER_TERMS,
            money="bond_minor day_value_minor",
            confidential="ceiling_minor set_aside_again unasked",
        ),
    ),
    schemas.RecordBid: Operation(
        "bid",
        "BID",
        tenders.record_bid,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(BID + "index commitment credit_bps reveal_end", money="bond_minor"),
    ),
    schemas.RecordQuotation: Operation(
        "quotation",
        "QUO",
        tenders.record_quotation,
        Told.EXTERNALLY,
        fields=classed(
            BID,
            money="bond_returned_minor",
            confidential="amount_minor within_ceiling offered_days score",
        ),
    ),
    schemas.DisqualifyBid: Operation(
        "bid_strike",
        "DSA",
        review.disqualify_bid,
        Told.BY_PEOPLE,
        frozenset({Role.BUYER}),
        outward=True,
        fields=classed(
            BID + "tender supplier_account buyer_code buyer_account reveal_end",
            confidential="reason",
        ),
    ),
    schemas.RecordBidDisqualification: Operation(
        "bid_disqualification",
        "DSQ",
        review.record_bid_disqualification,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            BID + "strike reason_ref buyer_code review_end", confidential="leader_code to_rank"
        ),
    ),
    schemas.RecordBidRanking: Operation(
        "bid_ranking",
        "RNK",
        review.record_bid_ranking,
        Told.EXTERNALLY,
        fields=classed(BID, confidential="leader runner_up leader_code runner_up_code"),
    ),
    schemas.RecordBondForfeit: Operation(
        "bond_forfeit",
        "FOR",
        tenders.record_bond_forfeit,
        Told.EXTERNALLY,
        fields=classed(BID + "buyer buyer_code", money="bond_minor"),
    ),
    schemas.RecordTenderVoid: Operation(
        "tender_void",
        "VOI",
        tenders.record_tender_void,
        Told.EXTERNALLY,
        fields=classed("tender_id requisition bids item buyer_code"),
    ),
    schemas.RecordAward: Operation(
        "award",
        "AWD",
        tenders.record_award,
        Told.EXTERNALLY,
        fields=classed(BID + "order_id order bids buyer_code", money="amount_minor"),
    ),
    schemas.OpenPurchaseOrder: Operation(
        "purchase_order",
        "PO",
        opening.open_purchase_order,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            ORDER
            + "tender_id auction_id direct_order_id requisition requisition_ref "
            + "buyer supplier quantity promised_at chain_group "
            + "awarder attester_post arbiter_post region schedule_root "
            + ORDER_TERMS,
            money="amount_minor deposit_minor",
            confidential="saving_minor unbudgeted_minor set_aside_again unasked",
        ),
    ),
    schemas.RecordDespatch: Operation(
        "despatch",
        "DES",
        deliveries.record_despatch,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "delivery_id supplier quantity shipped_at promised_at despatch_ref",
            confidential="cost_unknown",
        ),
    ),
    schemas.RecordGoodsReceipt: Operation(
        "goods_receipt",
        "GR",
        deliveries.record_goods_receipt,
        Told.BY_PEOPLE,
        frozenset({Role.WAREHOUSE}),
        outward=True,
        fields=classed(ORDER + "delivery_id supplier quantity received_at shipped days_late"),
    ),
    schemas.AttestReceipt: Operation(
        "receipt_attestation",
        "GRA",
        deliveries.attest_receipt,
        Told.EXTERNALLY,
        fields=classed(ORDER + "delivery_id receipt quantity received_at days_late"),
    ),
    schemas.RecordReceiptVoid: Operation(
        "receipt_void",
        "GRV",
        voids.record_receipt_void,
        Told.EXTERNALLY,
        fields=classed(ORDER + "delivery_id receipt voided", confidential="unbudgeted_minor"),
    ),
    schemas.RecordMatchVoid: Operation(
        "match_void",
        "MAV",
        unmatching.record_match_void,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "delivery_id match",
            money="net_minor tax_minor accepted_amount_minor reason",
            confidential="unbudgeted_minor",
        ),
    ),
    schemas.RecordSupplierInvoice: Operation(
        "supplier_invoice",
        "SI",
        invoices.record_supplier_invoice,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE, Role.SUPPLIER}),
        fields=classed(
            ORDER + "delivery_id supplier invoice_number quantity", money="net_minor tax_minor"
        ),
    ),
    schemas.MatchInvoice: Operation(
        "match",
        "MAT",
        invoices.match_invoice,
        Told.BY_FOLLOW_UP,
        outward=True,
        fields=classed(
            ORDER + "delivery_id invoice status quantity invoice_number receipt inspection release",
            money="net_minor tax_minor accepted_amount_minor variance reason",
        ),
    ),
    schemas.ReleaseInvoice: Operation(
        "invoice_release",
        "REL",
        invoices.release_invoice,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        filled=frozenset({"net_minor", "tax_minor"}),
        fields=classed(
            ORDER + "delivery_id invoice invoice_number",
            money="net_minor tax_minor reason",
            confidential="blocked_for",
        ),
    ),
    schemas.RecordDiscount: Operation(
        "discount",
        "DSC",
        invoices.record_discount,
        Told.EXTERNALLY,
        fields=classed(ORDER + "delivery_id supplier grant_ref", money="net_minor"),
    ),
    schemas.WithdrawInvoice: Operation(
        "invoice_withdrawal",
        "WDI",
        invoices.withdraw_invoice,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE, Role.SUPPLIER}),
        fields=classed(ORDER + "delivery_id invoice invoice_number", money="reason"),
    ),
    schemas.CertifyInputVat: Operation(
        "vat_certification",
        "CER",
        vat.certify_input_vat,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("entity invoices", money="tax_minor"),
    ),
    schemas.RecordRedLetterInvoice: Operation(
        "red_letter_invoice",
        "RLI",
        vat.record_red_letter_invoice,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE, Role.SUPPLIER}),
        fields=classed(ORDER + "delivery_id invoice_number corrects", money="net_minor tax_minor"),
    ),
    schemas.RecordSilentAcceptance: Operation(
        "silent_acceptance",
        "SIL",
        silence.record_silent_acceptance,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "delivery_id accepted stands_for_inspection instead_of",
            money="accepted_amount_minor net_minor tax_minor",
            confidential="unbudgeted_minor",
        ),
    ),
    schemas.RequestOrderClose: Operation(
        "order_close_request",
        "OCR",
        orders.request_order_close,
        Told.BY_PEOPLE,
        frozenset({Role.BUYER}),
        outward=True,
        fields=classed(ORDER + "closable_at"),
    ),
    schemas.CloseOrder: Operation(
        "order_close",
        "OCL",
        orders.close_order,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "buyer accepted lost voided",
            money="accepted_amount_minor refunded_minor released_minor",
        ),
    ),
    schemas.RecordDeliveryDispute: Operation(
        "delivery_dispute",
        "DDP",
        disputes.record_delivery_dispute,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            ORDER + "delivery_id disputant reason_ref reason rule_by disputant_code joined"
        ),
    ),
    schemas.RecordDisputeWithdrawal: Operation(
        "dispute_withdrawal",
        "DDW",
        disputes.record_dispute_withdrawal,
        Told.EXTERNALLY,
        fields=classed(ORDER + "delivery_id disputant dispute"),
    ),
    schemas.RecordDisputeLapse: Operation(
        "dispute_lapse",
        "DLP",
        disputes.record_dispute_lapse,
        Told.EXTERNALLY,
        fields=classed(ORDER + "delivery_id dispute"),
    ),
    schemas.RecordDeliveryRuling: Operation(
        "delivery_ruling",
        "DRU",
        rulings.record_delivery_ruling,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            ORDER
            + "delivery_id ruling_ref ruling arbiter received accepted received_at days_late "
            + "dispute settled_before closable_at",
            money="accepted_amount_minor net_minor tax_minor added_minor penalty_returned_minor "
            "penalty_added_minor",
            confidential="unbudgeted_minor",
        ),
    ),
    schemas.RecordOrderAmendment: Operation(
        "order_amendment",
        "OAM",
        changes.record_order_amendment,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "buyer supplier revision quantity promised_at schedule_root",
            money="amount_minor topped_up_minor refunded_minor",
            confidential="unbudgeted_minor",
        ),
    ),
    schemas.RecordOrderPartCancel: Operation(
        "order_part_cancel",
        "OPC",
        changes.record_order_part_cancel,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "buyer supplier revision quantity",
            money="amount_minor refunded_minor",
            confidential="unbudgeted_minor",
        ),
    ),
    schemas.CancelOrder: Operation(
        "order_cancel",
        "OCN",
        orders.cancel_order,
        Told.EXTERNALLY,
        fields=classed(ORDER + "caller caller_code"),
    ),
}


def after_budget(context: Context, command: ApproveBudget) -> Iterator[Command]:
    """Yields what waited for budget: first invoices for goods that were accepted, then reorders."""
    yield from invoices.payable_again(context, command.entity)
    yield from planning.after_budget(context, command)


def after_requisition(context: Context, command: schemas.CancelRequisition) -> Iterator[Command]:
    """Yields the cancels of the lots beside it, and the invoices that the freed estimate pays for."""
    requisition = queries.requisition(context.rows, command.requisition)
    yield from lots.after_cancel(context, requisition)
    yield from invoices.payable_again(context, requisition.buyer)


def after_void(context: Context, command: schemas.RecordTenderVoid) -> Iterator[Command]:
    """Yields the invoices that the freed estimate pays for. No reorder: a tender without bids would come again at once."""
    yield from invoices.payable_again(
        context, queries.tender(context.rows, command.tender_id).buyer
    )


def after_order(
    context: Context,
    command: schemas.OpenPurchaseOrder
    | schemas.RecordDeliveryRuling
    | schemas.RecordOrderAmendment
    | schemas.RecordOrderPartCancel
    | schemas.RecordReceiptVoid
    | schemas.RecordMatchVoid
    | schemas.CloseOrder
    | schemas.CancelOrder,
) -> Iterator[Command]:
    """Yields the invoices that the saving of an order, or what one that changed or ended frees, pays for. No reorder."""
    buyer = queries.order(context.rows, command.order_id).buyer
    yield from invoices.payable_again(context, buyer)


# Reactions to other rooms stand here, in the room that reacts: the rooms below know nothing of reorders.
FOLLOW_UPS: FollowUps = {
    EnrolParty: planning.after_enrolment,
    ExtendParty: planning.after_enrolment,
    ReinstateParty: planning.after_enrolment,
    SetSourcingPolicy: planning.after_policy,
    IssueStock: planning.after_issue,
    ApproveBudget: after_budget,
    schemas.RequestLots: lots.after_request,
    schemas.CancelRequisition: after_requisition,
    schemas.RecordTenderVoid: after_void,
    schemas.OpenPurchaseOrder: after_order,
    schemas.RecordDeliveryRuling: after_order,
    schemas.RecordOrderAmendment: after_order,
    schemas.RecordOrderPartCancel: after_order,
    schemas.RecordReceiptVoid: after_order,
    schemas.RecordMatchVoid: after_order,
    schemas.CloseOrder: after_order,
    schemas.CancelOrder: after_order,
    schemas.RecordSupplierInvoice: invoices.after_invoice,
    schemas.ReleaseInvoice: invoices.after_release,
    schemas.RecordDiscount: invoices.after_discount,
}
