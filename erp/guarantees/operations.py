"""The operations of guarantees and defects, and what they set off."""

from __future__ import annotations

from collections.abc import Iterator

from erp.guarantees import defects, queries, schemas, service
from erp.guarantees.rules import GuaranteeStatus
from erp.kernel.context import Context
from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.procurement.public import CancelOrder, CloseOrder

ORDER = "order order_id item buyer_code supplier_code "  # fields of every document of an order
DEFECT = ORDER + "delivery_id defect "

OPERATIONS: Operations = {
    schemas.RequestGuarantee: Operation(
        "guarantee_ask",
        "GUQ",
        service.request_guarantee,
        Told.BY_PEOPLE,
        frozenset({Role.BUYER}),
        outward=True,
        fields=classed(ORDER + "buyer warranty_seconds", money="amount_minor"),
    ),
    schemas.RecordGuaranteeRequest: Operation(
        "guarantee_request",
        "GUR",
        service.record_guarantee_request,
        Told.EXTERNALLY,
        fields=classed(ORDER + "buyer supplier warranty_seconds", money="amount_minor"),
    ),
    schemas.RecordGuaranteePledge: Operation(
        "guarantee_pledge",
        "GUP",
        service.record_guarantee_pledge,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(ORDER + "buyer supplier warranty_seconds", money="amount_minor fund_minor"),
    ),
    schemas.RecordGuaranteeShare: Operation(
        "guarantee_share",
        "GUS",
        service.record_guarantee_share,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "buyer", money="undelivered_minor ordered_minor paid_minor left_minor"
        ),
    ),
    schemas.RecordGuaranteeRelease: Operation(
        "guarantee_release",
        "GUX",
        service.record_guarantee_release,
        Told.EXTERNALLY,
        fields=classed(ORDER + "supplier", money="amount_minor"),
    ),
    schemas.EndGuaranteedOrder: Operation(
        "guarantee_end",
        "GUE",
        service.end_guaranteed_order,
        Told.BY_FOLLOW_UP,
        outward=True,
        fields=classed(ORDER + "share_due release_at"),
    ),
    schemas.ReportDefect: Operation(
        "defect_report",
        "DFR",
        defects.report_defect,
        Told.BY_PEOPLE,
        frozenset({Role.QUALITY}),
        outward=True,
        fields=classed(ORDER + "delivery_id quantity reason"),
    ),
    schemas.AttestDefect: Operation(
        "defect_attestation",
        "DFA",
        defects.attest_defect,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(DEFECT + "quantity dispute_by"),
    ),
    schemas.RecordDefectVoid: Operation(
        "defect_void",
        "DFV",
        defects.record_defect_void,
        Told.EXTERNALLY,
        fields=classed(DEFECT + "release_at"),
    ),
    schemas.RecordDefectDispute: Operation(
        "defect_dispute",
        "DFD",
        defects.record_defect_dispute,
        Told.EXTERNALLY,
        fields=classed(DEFECT + "supplier reason_ref rule_by"),
    ),
    schemas.RecordDefectDisputeWithdrawal: Operation(
        "defect_dispute_withdrawal",
        "DFW",
        defects.record_defect_dispute_withdrawal,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(DEFECT + "supplier dispute_by"),
    ),
    schemas.RecordDefectSettlement: Operation(
        "defect_settlement",
        "DFS",
        defects.record_defect_settlement,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            DEFECT + "ruling ruling_ref quantity on_hand release_at",
            money="amount_minor paid_minor uncovered_minor",
        ),
    ),
}


def after_end(context: Context, command: CloseOrder | CancelOrder) -> Iterator[Command]:
    """Yields what is due of the guarantee of an order that ended."""
    found = queries.find_guarantee(context.rows, command.order_id)
    if found is not None and found.status == GuaranteeStatus.PLEDGED:
        yield schemas.EndGuaranteedOrder(order_id=command.order_id)


FOLLOW_UPS: FollowUps = {CloseOrder: after_end, CancelOrder: after_end}
