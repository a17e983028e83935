"""The operations of incoming inspection, and what they set off."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.quality import schemas, service

ORDER = "order order_id item buyer_code supplier_code "  # fields of every document of an order

OPERATIONS: Operations = {
    schemas.RecordInspection: Operation(
        "inspection",
        "QI",
        service.record_inspection,
        Told.BY_PEOPLE,
        frozenset({Role.QUALITY}),
        outward=True,
        fields=classed(
            ORDER + "receipt accepted rejected reason delivery_id received",
            money="accepted_amount_minor",
        ),
    ),
    schemas.AttestInspection: Operation(
        "inspection_attestation",
        "QIA",
        service.attest_inspection,
        Told.EXTERNALLY,
        fields=classed(
            ORDER + "delivery_id inspection accepted rejected", money="accepted_amount_minor"
        ),
    ),
}

FOLLOW_UPS: FollowUps = {schemas.RecordInspection: service.after_inspection}
