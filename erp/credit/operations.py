"""The operations on credit scores."""

from __future__ import annotations

from erp.credit import schemas, service
from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told

OPERATIONS: Operations = {
    schemas.RecordCreditOutcome: Operation(
        "credit_outcome",
        "CRO",
        service.record_credit_outcome,
        Told.EXTERNALLY,
        fields=classed(
            "order order_id item buyer_code supplier_code account delivery_id delivery_bps quality_bps score_bps "
            "party",
            money="value_minor",
        ),
    ),
    schemas.RecordCreditComponent: Operation(
        "credit_component",
        "CRC",
        service.record_credit_component,
        Told.EXTERNALLY,
        fields=classed(
            "account subject_id component outcome_bps score_bps party", money="value_minor"
        ),
    ),
}
