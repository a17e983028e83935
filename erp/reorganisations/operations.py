"""The operation of reorganisations."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.reorganisations import schemas, service
from erp.reorganisations.again import REORGANISATION

OPERATIONS: Operations = {
    schemas.RecordChainReorganisation: Operation(
        REORGANISATION,
        "REO",
        service.record_reorganisation,
        Told.EXTERNALLY,
        fields=classed(
            "common_block left_block",
            proof="common_hash left_hash origins",
            internal="voided fallen",
        ),
    ),
}
