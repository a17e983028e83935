"""Which order a row of the books belongs to. Reading only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import FromClause, Select, cast, select
from sqlalchemy.orm import Session

from erp.kernel.base import metadata

_ORDER = metadata.tables["purchase_order"]
_ENTRY = metadata.tables["journal_entry"]
_LOG = metadata.tables["document_log"]

# How an order is found from a column of another table: (that column, the order's column).
_LINKS = (("order_id", "order_id"), ("order_number", "number"), ("tender_id", "tender_id"))


def order_of(session: Session, table: str, key: Mapping[str, str]) -> int | None:
    """Id of the order that the row with this primary key belongs to; None when it belongs to none or is gone."""
    if not key.keys() <= set(metadata.tables[table].columns.keys()):
        return None
    statement = _statement(table, key)
    return None if statement is None else session.scalar(statement)


def _statement(table: str, key: Mapping[str, str]) -> Select[Any] | None:
    source = metadata.tables[table]
    joined: FromClause
    if table == "journal_entry":
        joined = _ENTRY.join(_LOG, _LOG.c.sequence == _ENTRY.c.document_sequence).join(
            _ORDER, _ORDER.c.number == _LOG.c.order_number
        )
    elif table == "purchase_order":
        joined = _ORDER
    elif table.startswith("requisition"):
        own = source.c.number if table == "requisition" else source.c.requisition
        joined = source.join(_ORDER, _ORDER.c.requisition == own)
    else:
        link = next((pair for pair in _LINKS if pair[0] in source.c), None)
        if link is None:
            return None
        joined = source.join(_ORDER, _ORDER.c[link[1]] == source.c[link[0]])
    conditions = [
        source.c[column] == cast(value, source.c[column].type) for column, value in key.items()
    ]
    return select(_ORDER.c.order_id).select_from(joined).where(*conditions)
