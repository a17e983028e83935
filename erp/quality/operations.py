"""The operations of incoming inspection, and what they set off."""

from __future__ import annotations

from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.quality import schemas, service

OPERATIONS: Operations = {
    schemas.RecordInspection: Operation(
        "inspection",
        "QI",
        service.record_inspection,
        Told.BY_PEOPLE,
        frozenset({Role.QUALITY}),
        outward=True,
    ),
    schemas.AttestInspection: Operation(
        "inspection_attestation", "QIA", service.attest_inspection, Told.EXTERNALLY
    ),
}

FOLLOW_UPS: FollowUps = {schemas.RecordInspection: service.after_inspection}
