"""The operations on credit scores."""

from __future__ import annotations

from erp.credit import schemas, service
from erp.kernel.operation import Operation, Operations, Told

OPERATIONS: Operations = {
    schemas.RecordCreditOutcome: Operation(
        "credit_outcome", "CRO", service.record_credit_outcome, Told.EXTERNALLY
    ),
    schemas.RecordCreditComponent: Operation(
        "credit_component", "CRC", service.record_credit_component, Told.EXTERNALLY
    ),
}
