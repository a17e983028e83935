"""The whole of the ERP's operations and routes, as tables: what `interlock erp map` prints and docs/erp.md shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from erp.api.access import BOOKS, EVERYBODY, MONEY, STAFF, Roles
from erp.api.document_view import DocumentView
from erp.api.routes import ACCESS, ASKS, PUBLIC, WRITES
from erp.api.shown import SHOWN_TO
from erp.kernel.field_class import FieldClass
from erp.kernel.journal import Account
from erp.kernel.operation import Operation, Told
from erp.kernel.roles import Role
from erp.ledger.account import Side
from erp.ledger.chart import CHART
from erp.rooms import OPERATIONS, RULES

# The largest group first: a set of roles is named by the first group that equals it.
GROUPS: tuple[tuple[Roles, str], ...] = (
    (EVERYBODY, "every role"),
    (STAFF, "all but `node` and `supplier`"),
    (MONEY, "`auditor`, `buyer`, `finance`, `planner`"),
    (BOOKS, "`auditor`, `finance`"),
)
ROUTE_OF = {write.command: write.path for write in WRITES}


def as_json() -> dict[str, Any]:
    """All operations, posting rules and routes, as plain values."""
    return {
        "operations": [
            {
                "document": operation.doc_type,
                "series": operation.series,
                "command": command.__name__,
                "told": told_by(operation),
                "roles": sorted(operation.roles),
                "route": ROUTE_OF.get(command),
                "outward": operation.outward,
                "fields": dict(operation.fields),
            }
            for command, operation in OPERATIONS.items()
        ],
        "rules": [
            {
                "room": room,
                "rule": rule.name,
                "ledger": rule.ledger.value,
                "debit": {str(account): amount for account, amount in rule.debit.items()},
                "credit": {str(account): amount for account, amount in rule.credit.items()},
            }
            for room, rules in RULES.items()
            for rule in rules
        ],
        "routes": [
            {"method": method, "path": path, "roles": sorted(ACCESS.get((method, path), ()))}
            for method, path in sorted(ACCESS.keys() | PUBLIC)
        ],
    }


def as_json_text() -> str:
    """The same as JSON, on one line."""
    return json.dumps(as_json(), ensure_ascii=False)


def as_markdown() -> str:
    """Six tables: what roles write, who reads what, who is shown which fields, the operations, the chart, the rules."""
    tables = (roles_table, reads_table, fields_table, operations_table, chart_table, rules_table)
    return "\n\n".join(each() for each in tables)


def roles_table() -> str:
    """What each role may write."""
    rows = []
    for role in Role:
        paths = [
            f"`{path}`"
            for (method, path), roles in ACCESS.items()
            if method == "POST" and role in roles and (method, path) not in ASKS
        ]
        rows.append((f"`{role}`", " ".join(paths) or "nothing"))
    return table(("role", "may write"), rows)


def reads_table() -> str:
    """Which routes each group of roles may read."""
    groups: dict[str, list[str]] = {"anybody, without a token": []}
    for _, path in sorted(PUBLIC):
        groups["anybody, without a token"].append(f"`{path}`")
    for (method, path), roles in ACCESS.items():
        if method == "GET" or (method, path) in ASKS:
            paths = groups.setdefault(named(roles), [])
            paths += [] if f"`{path}`" in paths else [f"`{path}`"]
    return table(("who", "may read"), [(who, " ".join(paths)) for who, paths in groups.items()])


def fields_table() -> str:
    """Which fields of documents only some roles are shown: each class with its roles and its fields.

    Open ones are left out. A name that has another class elsewhere stands behind its type of document.
    """
    by_type = {made.doc_type: made.fields for made in OPERATIONS.values()}
    every = [("", name, of) for name, of in DocumentView.classes.items()] + [
        (doc_type, name, of) for doc_type, own in by_type.items() for name, of in own.items()
    ]
    classes_of: dict[str, set[FieldClass]] = {}
    for _, name, of in every:
        classes_of.setdefault(name, set()).add(of)
    rows = []
    for of in list(FieldClass)[1:]:
        names = {
            name if len(classes_of[name]) == 1 else f"{doc_type}.{name}"
            for doc_type, name, own in every
            if own is of
        }
        fields = " ".join(f"`{name}`" for name in sorted(names))
        rows.append((of.value, named(SHOWN_TO[of]), fields))
    return table(("class", "shown to", "fields of documents"), rows)


def operations_table() -> str:
    """Every operation: its document and number series, its command, and who tells it."""
    rows = [
        (
            f"`{operation.doc_type}` {operation.series}",
            f"`{command.__name__}`",
            ", ".join(told_by(operation)),
        )
        for command, operation in OPERATIONS.items()
    ]
    return table(("document (series)", "command", "told by"), rows)


def rules_table() -> str:
    """Every posting rule: which accounts it debits and credits, and by which amount."""
    rows = [
        (rule.ledger.value, f"{room}: {rule.name}", _side(rule.debit), _side(rule.credit))
        for room, rules in RULES.items()
        for rule in rules
    ]
    return table(("ledger", "rule", "debit", "credit"), rows)


def _side(side: Mapping[Account, str]) -> str:
    return " · ".join(f"{account} *{amount}*" for account, amount in side.items())


def chart_table() -> str:
    """Every account that books begin with, with its statement line, its code for small enterprises and its role."""
    rows = [
        (
            account.code,
            account.name if account.leaf else f"**{account.name}**",
            account.name_zh,
            "Dr" if account.side is Side.DEBIT else "Cr",
            "guarded" if account.guarded else "",
            account.statement_line.value,
            account.small_code,
            f"`{account.role}`" if account.role else "",
        )
        for account in CHART
    ]
    head = ("code", "name", "科目", "side", "", "statement line", "小企业", "role")
    return table(head, rows)


def told_by(operation: Operation) -> list[str]:
    """Who tells the operation: roles, `self` (it follows from another document), or `event` (an external event)."""
    told: list[str] = []
    if Told.BY_FOLLOW_UP in operation.told:
        told.append("self")
    told += sorted(operation.roles)
    if Told.EXTERNALLY in operation.told:
        told.append("event")
    return told


def named(roles: Roles) -> str:
    """The roles as text, by the name of their group when they are one."""
    found = next((name for group, name in GROUPS if group == roles), None)
    return found or ", ".join(f"`{role}`" for role in sorted(roles))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
