"""The operations of the warehouse."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.stock import schemas, service

OPERATIONS: Operations = {
    schemas.OpenStock: Operation(
        "stock_opening",
        "STO",
        service.open_stock,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("entity item quantity kind", money="value_minor"),
        second=True,
    ),
    schemas.IssueStock: Operation(
        "goods_issue",
        "GI",
        service.issue_stock,
        Told.BY_PEOPLE,
        frozenset({Role.WAREHOUSE}),
        fields=classed(
            "entity item quantity purpose chain_group note kind on_hand on_order",
            money="cost_minor",
        ),
    ),
}
