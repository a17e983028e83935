"""The operations of the general ledger."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.ledger import schemas, service

OPERATIONS: Operations = {
    schemas.ClosePeriod: Operation(
        "period_close",
        "CLP",
        service.close_period,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("entity period waived reason", money="checks"),
        regardless=service.close_regardless,
    ),
    schemas.ReopenPeriod: Operation(
        "period_reopening",
        "RPN",
        service.reopen_period,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed("entity period reason closed_by"),
        second=True,
    ),
    schemas.AddAccount: Operation(
        "account",
        "ACC",
        service.add_account,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE, Role.ADMIN}),
        fields=classed("code parent name name_zh"),
    ),
}
