"""The operations of the register of force majeure."""

from __future__ import annotations

from erp.forcemajeure import schemas, service
from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told

OPERATIONS: Operations = {
    schemas.RecordForceMajeureDeclaration: Operation(
        "force_majeure_declaration",
        "FMA",
        service.record_declaration,
        Told.EXTERNALLY,
        outward=True,
        fields=classed(
            "declaration_id region evidence_ref evidence reporter from_day count dispute_by"
        ),
    ),
    schemas.RecordForceMajeure: Operation(
        "force_majeure",
        "FMS",
        service.record_force_majeure,
        Told.EXTERNALLY,
        fields=classed("declaration_id region from_day count added"),
    ),
}
