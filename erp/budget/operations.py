"""The operations of the budget ledger."""

from __future__ import annotations

from erp.budget import schemas, service
from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role

OPERATIONS: Operations = {
    schemas.ApproveBudget: Operation(
        "budget_approval",
        "BUD",
        service.approve_budget,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("entity chain_group", confidential="amount_minor"),
        second=True,
    ),
}
