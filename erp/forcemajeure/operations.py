"""The operation of the register of force majeure."""

from __future__ import annotations

from erp.forcemajeure import schemas, service
from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told

OPERATIONS: Operations = {
    schemas.RecordForceMajeure: Operation(
        "force_majeure",
        "FMS",
        service.record_force_majeure,
        Told.EXTERNALLY,
        fields=classed("declaration_id region from_day count added"),
    ),
}
