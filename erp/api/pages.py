"""Pages of a list: bounded, and continued after the key of the last row, so that no row is left out or met twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BeforeValidator, Field

from erp.api.shown import ClassedView
from erp.kernel.field_class import classed
from erp.kernel.schema import MAX_ID

MAX_PAGE = 500  # rows of one answer
DEFAULT_PAGE = 100
MAX_KEY = 200
SEPARATOR = "|"  # between the parts of a key of two parts; no code contains it


def plain(value: object) -> object:
    """Refuses a text that is no plain number: 1_0, +1 and 1.0 are not taken for integers."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("a whole number is needed, in digits alone")
    return value


PlainInt = Annotated[int, BeforeValidator(plain)]
Limit = Annotated[PlainInt, Query(ge=1, le=MAX_PAGE, description="rows of this page at most")]
AfterId = Annotated[PlainInt, Query(ge=0, le=MAX_ID, description="`next_after` of the last page")]
AfterKey = Annotated[
    str,
    Query(max_length=MAX_KEY, pattern=r"^[^\x00]*$", description="`next_after` of the last page"),
]
CodeFilter = Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00]*$")]

R = TypeVar("R")
V = TypeVar("V")


class Page(ClassedView, Generic[V]):
    """Some rows of a list. Send `next_after` as `after` to read the next page; it is null on the last page."""

    classes = classed("items next_after previous_before count")

    items: list[V]
    next_after: int | str | None = Field(default=None)
    previous_before: int | str | None = Field(
        default=None,
        description="send it as `before` to read the page before this one; null on the first page, and where a list is "
        "read forwards alone",
    )
    count: int | None = Field(
        default=None,
        description="of the whole list, when `count=true` asks for it; 10000: there are as many or more",
    )


def page_of(
    rows: Sequence[R], view: Callable[[R], V], key: Callable[[R], int | str], limit: int
) -> Page[V]:
    """The page that shows `rows`, each as `view` makes it.

    `key` gives what the rows are sorted by. The page names a next one when it is full, that is, has `limit` rows.
    """
    full = len(rows) == limit
    return Page(items=[view(row) for row in rows], next_after=key(rows[-1]) if full else None)


def joined_key(*parts: str) -> str:
    """The key of a row that is sorted by two columns."""
    return SEPARATOR.join(parts)


def split_key(key: str) -> tuple[str, str]:
    """The two parts of a joined key; empty parts where there are none."""
    first, _, second = key.partition(SEPARATOR)
    return first, second


def number_in(part: str, otherwise: int) -> int:
    """The whole number that a part of a joined key is, at most MAX_ID; `otherwise` where it is none."""
    return min(int(part), MAX_ID) if part.isascii() and part.isdigit() else otherwise
