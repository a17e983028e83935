"""The operation that reverses a document."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.reversals import schemas, service

OPERATIONS: Operations = {
    schemas.ReverseDocument: Operation(
        "reversal",
        "REV",
        service.reverse_document,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("number reason reversed_type", internal="reversed_sequence"),
        second=True,
    ),
}
