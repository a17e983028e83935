"""Reading any table page by page, in the order of its key or another, forwards and backwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, or_, tuple_, union_all
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Session, aliased
from sqlmodel import select

from erp.kernel.base import ErpTable

T = TypeVar("T", bound=ErpTable)
LAST = "z" * 32  # sorts after whatever a number or a code goes on with, in every collation


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a table a list shows, in which order, and from where on.

    `order` names columns that are never null, a unique one last. `after` and `before` are values of these columns: rows
    beyond them, in the list's own order. `any_of`: a column is one of these values. `either`: of each of these, one of
    its columns is its value. `since` and `until` bound a column, the second one exclusively. `begins`: a column begins so.
    """

    order: tuple[str, ...]
    limit: int
    descending: bool = False
    after: tuple[int | str, ...] | None = None
    before: tuple[int | str, ...] | None = None
    any_of: Mapping[str, Sequence[int | str]] = field(default_factory=dict)
    either: Sequence[tuple[tuple[str, ...], str]] = ()
    at: str = ""
    since: int | None = None
    until: int | None = None
    begins: tuple[str, str] | None = None


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


def listed(
    session: Session, table: type[T], wanted: Wanted, *where: ColumnElement[bool]
) -> list[T]:
    """The wanted rows of `table` that are also `where`, at most `limit`, in the list's own order.

    Of several values of one column each is read by itself and the rows are merged, so that an index on that column and
    the order is enough, however many rows have those values.
    """
    backwards = wanted.before is not None
    falls = wanted.descending != backwards
    split = next((name for name, values in wanted.any_of.items() if len(values) > 1), None)
    cases: Sequence[Mapping[str, Sequence[int | str]]] = [wanted.any_of]
    if split is not None:
        cases = [{**wanted.any_of, split: [value]} for value in dict.fromkeys(wanted.any_of[split])]
    parts = [
        _ordered(
            select(table).where(*_conditions(table, wanted, case), *where), table, wanted, falls
        )
        for case in cases
    ]
    if len(parts) == 1:
        found = list(session.scalars(parts[0]))
    else:
        merged = union_all(*(select_columns(part.subquery()) for part in parts)).subquery()
        rows = aliased(table, merged)
        found = list(session.scalars(_ordered(select_columns(rows), rows, wanted, falls)))
    return found[::-1] if backwards else found


def counted(
    session: Session, table: type[T], wanted: Wanted, most: int, *where: ColumnElement[bool]
) -> int:
    """How many rows the whole list has, whatever its place; counted to `most` at most."""
    whole = select_columns(literal(1)).select_from(table)
    conditions = _filters(table, wanted, wanted.any_of)
    some = whole.where(*conditions, *where).limit(most).subquery()
    return int(session.execute(select_columns(func.count()).select_from(some)).scalar_one())


def _ordered(statement: Select[Any], table: Any, wanted: Wanted, falls: bool) -> Select[Any]:
    columns = [getattr(table, name) for name in wanted.order]
    return statement.order_by(*(c.desc() if falls else c for c in columns)).limit(wanted.limit)


def _conditions(
    table: Any, wanted: Wanted, any_of: Mapping[str, Sequence[int | str]]
) -> list[ColumnElement[bool]]:
    """The filters, and the place from which the list goes on."""
    key = tuple_(*(getattr(table, name) for name in wanted.order))
    found = _filters(table, wanted, any_of)
    if wanted.after is not None:
        found.append(key < wanted.after if wanted.descending else key > wanted.after)
    if wanted.before is not None:
        found.append(key > wanted.before if wanted.descending else key < wanted.before)
    return found


def _filters(
    table: Any, wanted: Wanted, any_of: Mapping[str, Sequence[int | str]]
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name, values in any_of.items():
        column = getattr(table, name)
        found.append(column == values[0] if len(values) == 1 else column.in_(list(values)))
    for names, value in wanted.either:
        found.append(or_(*(getattr(table, name) == value for name in names)))
    if wanted.since is not None:
        found.append(getattr(table, wanted.at) >= wanted.since)
    if wanted.until is not None:
        found.append(getattr(table, wanted.at) < wanted.until)
    if wanted.begins is not None:
        name, text = wanted.begins
        found += begins(getattr(table, name), text)
    return found


def begins(column: Any, text: str) -> list[ColumnElement[bool]]:
    """That a column begins so: by a range, which an index answers in any collation, and then to the letter."""
    return [column.between(text, text + LAST), func.substr(column, 1, len(text)) == text]


def called(
    session: Session, table: type[T], code: str, name: str | None, text: str, limit: int
) -> list[T]:
    """Rows whose code begins with a text or, where they have a name, whose name holds it, whatever the case; by code."""
    key = getattr(table, code)
    matches: list[ColumnElement[bool]] = [key.istartswith(text, autoescape=True)]
    if name is not None:
        matches.append(getattr(table, name).icontains(text, autoescape=True))
    return list(session.scalars(select(table).where(or_(*matches)).order_by(key).limit(limit)))
