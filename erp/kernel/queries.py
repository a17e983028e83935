"""Reading any table page by page, in the order of its key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import tuple_
from sqlalchemy.orm import Session
from sqlmodel import select

from erp.kernel.base import ErpTable

T = TypeVar("T", bound=ErpTable)


def page(
    session: Session,
    table: type[T],
    key: Sequence[str],
    after: Sequence[int | str],
    limit: int,
    **equal: int | str | None,
) -> list[T]:
    """At most `limit` rows of `table` in the order of the columns `key`, from the first row whose key is above `after`.

    `equal` names columns and the values they must have; a value of None filters nothing.
    """
    columns = [getattr(table, name) for name in key]
    statement = select(table).where(tuple_(*columns) > tuple(after))
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(table, name) == value)
    return list(session.scalars(statement.order_by(*columns).limit(limit)))
