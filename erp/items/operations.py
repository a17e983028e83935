"""The operations on items and their sourcing policies."""

from __future__ import annotations

from erp.items import schemas, service
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role

OPERATIONS: Operations = {
    schemas.RegisterItem: Operation(
        "item", "ITM", service.register_item, Told.BY_PEOPLE, frozenset({Role.ADMIN, Role.PLANNER})
    ),
    schemas.SetSourcingPolicy: Operation(
        "sourcing_policy",
        "POL",
        service.set_sourcing_policy,
        Told.BY_PEOPLE,
        frozenset({Role.PLANNER}),
    ),
}
