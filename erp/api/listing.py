"""What every list of the API takes beside its own filters, under the same names in every room.

`party`, `item`, `chain_group`, `since` and `until`, `number` (how it begins), `status` (several), `sort`, `after` and
`before`, `count`. A list takes those of them that its rows have. A room says once which of its columns they are.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar

from fastapi import Depends, Query
from pydantic import StringConstraints
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from erp.api.errors import UnreadableQuery
from erp.api.pages import MAX_KEY, Page, PlainInt
from erp.api.shown import may_see
from erp.kernel.base import ErpTable
from erp.kernel.field_class import Classes
from erp.kernel.queries import Wanted, counted, listed
from erp.kernel.roles import Role
from erp.kernel.schema import MAX_ID

MAX_COUNTED = 10_000  # rows that a list is counted to
SEPARATOR = "|"  # between the parts of a place in a list that is not sorted by its key
Place = Annotated[int | str, StringConstraints(max_length=MAX_KEY)]
WITHOUT_NUL = r"^[^\x00]*$"

T = TypeVar("T", bound=ErpTable)
E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")
Several = Annotated[
    Optional[list[E]],  # noqa: UP045 - an alias of a union takes no parameter
    Query(max_length=50, description="only those that stand so; several may be named"),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of a list beside its own filters."""

    party: str | None = None
    item: str | None = None
    chain_group: str | None = None
    since: int | None = None
    until: int | None = None
    number: str | None = None
    sort: str | None = None
    before: str | None = None
    count: bool = False


ALL = Asked()


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list of the rows of a table: which of its columns the filters are of.

    `key`: the unique column that rows are sorted by unless somebody asks for another order. `sorts`: other orders, by
    the name that they have in every room; their columns are never null. `withheld`: the class of those of these columns
    that not everybody is shown; a place in such an order tells the column, so it is given to those alone who see it.
    """

    table: type[T]
    key: str
    number: str | None = "number"
    parties: tuple[str, ...] = ()
    item: str | None = None
    chain_group: str | None = None
    at: str | None = None
    sorts: dict[str, str] = field(default_factory=dict)
    about_at: str = "when it came to be"
    withheld: Classes = field(default_factory=dict)

    @property
    def orders(self) -> dict[str, str]:
        """Columns by the names that `sort` takes, the key first."""
        own = self.key if self.key in {"number", "code"} else "id"
        dated = {"at": self.at} if self.at is not None else {}
        return {own: self.key, **dated, **self.sorts}

    def asked(self) -> Callable[..., Asked]:
        """The dependency that reads what this list takes; FastAPI sees each as a parameter of the route."""
        has = {
            "party": bool(self.parties),
            "item": self.item is not None,
            "chain_group": self.chain_group is not None,
            "since": self.at is not None,
            "until": self.at is not None,
            "number": self.number is not None,
        }
        types: dict[str, Any] = {name: said for name, said in self._filters().items() if has[name]}
        orders = tuple(sign + name for name in self.orders for sign in ("", "-"))
        own = next(iter(self.orders))
        types["sort"] = Annotated[
            Literal[orders],
            Query(description=f"`-`: the last first; {own} unless another is named"),
        ]
        types["before"] = Annotated[
            str | None,
            Query(
                max_length=MAX_KEY, pattern=WITHOUT_NUL, description="`previous_before` of a page"
            ),
        ]
        types["count"] = Annotated[
            bool, Query(description=f"count the whole list too, to {MAX_COUNTED} at most")
        ]
        defaults = {"sort": own, "count": False}

        def read(**told: Any) -> Asked:
            return Asked(**told)

        read.listing = self  # type: ignore[attr-defined]
        read.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter(
                    name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=defaults.get(name),
                    annotation=said,
                )
                for name, said in types.items()
            ]
        )
        return read

    def _filters(self) -> dict[str, Any]:
        code: dict[str, Any] = {"max_length": 64, "pattern": WITHOUT_NUL}
        moment: dict[str, Any] = {"ge": 0, "le": MAX_ID}
        return {
            "party": Annotated[
                str | None,
                Query(description=f"only where it is {' or '.join(self.parties)}", **code),
            ],
            "item": Annotated[str | None, Query(description="only of this item", **code)],
            "chain_group": Annotated[
                str | None, Query(description="only for this chain group", **code)
            ],
            "since": Annotated[
                PlainInt | None,
                Query(description=f"only from then on, unix seconds: {self.about_at}", **moment),
            ],
            "until": Annotated[
                PlainInt | None, Query(description="and before then, unix seconds", **moment)
            ],
            "number": Annotated[
                str | None,
                Query(
                    max_length=32, pattern=r"^[A-Za-z0-9-]*$", description="how its number begins"
                ),
            ],
        }

    def wanted(
        self,
        asked: Asked,
        after: int | str,
        limit: int,
        any_of: dict[str, Sequence[Any] | Any],
        own: str | None = None,
    ) -> Wanted:
        """What is asked for, as the database is asked. Raises UnreadableQuery for a place of another order."""
        named = asked.sort or next(iter(self.orders))
        descending, name = named.startswith("-"), named.removeprefix("-")
        column = self.orders[name]
        order = (self.key,) if column == self.key else (column, self.key)
        if str(after) not in {"", "0"} and asked.before:
            raise UnreadableQuery("a page is after one place or before another, not both")
        return Wanted(
            order,
            limit,
            descending,
            after=self._place(order, str(after)) if str(after) not in {"", "0"} else None,
            before=self._place(order, asked.before) if asked.before else None,
            any_of=self._any_of(asked, any_of),
            either=[(self.parties, each) for each in (asked.party, own) if each is not None],
            at=self.at or "",
            since=asked.since,
            until=asked.until,
            begins=(self.number or "", asked.number.upper()) if asked.number else None,
        )

    def _expect_shown(self, asked: Asked, role: Role | None) -> None:
        """Raises UnreadableQuery for an order by a column that this role is not shown."""
        named = (asked.sort or next(iter(self.orders))).removeprefix("-")
        column = self.orders[named]
        if column in self.withheld and (role is None or not may_see(self.withheld, column, role)):
            raise UnreadableQuery(
                f"your role is not shown what `sort={named}` goes by; sort by another of the orders"
            )

    def _any_of(self, asked: Asked, named: dict[str, Any]) -> dict[str, Sequence[Any]]:
        found = {name: several(told) for name, told in named.items()}
        for name, told in ((self.item, asked.item), (self.chain_group, asked.chain_group)):
            found |= {name: several(told)} if name is not None else {}
        return {name: values for name, values in found.items() if values}

    def _place(self, order: tuple[str, ...], text: str) -> tuple[int | str, ...]:
        parts = text.split(SEPARATOR)
        if len(parts) != len(order):
            raise UnreadableQuery("this place is of a list in another order")
        return tuple(self._value(name, part) for name, part in zip(order, parts, strict=True))

    def _value(self, name: str, text: str) -> int | str:
        if self.table.model_fields[name].annotation is not int:
            return text
        if not (text.isascii() and text.isdigit()) or int(text) > MAX_ID:
            raise UnreadableQuery("a place in this list is in digits alone")
        return int(text)

    def place_of(self, order: tuple[str, ...], row: T) -> int | str:
        """The place of a row in a list of this order, as `after` and `before` take it."""
        values = [getattr(row, name) for name in order]
        return values[0] if len(values) == 1 else SEPARATOR.join(map(str, values))

    def page(
        self,
        session: Session,
        asked: Asked,
        view: Callable[[T], V] | Callable[[list[T]], list[V]],
        *where: ColumnElement[bool],
        after: int | str = "",
        limit: int,
        whole: bool = False,
        own: str | None = None,
        role: Role | None = None,
        **any_of: Any,
    ) -> Page[V]:
        """The page that is asked for. `view` shows a row, or with `whole` all rows of the page at once.

        `own`: a party that must stand in each row. `where` is what else must hold; `any_of` are values of columns. `role` of
        who asks: a list with columns that are withheld names it. Raises UnreadableQuery.
        """
        self._expect_shown(asked, role)
        wanted = self.wanted(asked, after, limit, any_of, own)
        rows = listed(session, self.table, wanted, *where)
        shown: list[Any] = view(rows) if whole else [view(row) for row in rows]  # type: ignore[arg-type,assignment]
        full = len(rows) == limit
        backwards = wanted.before is not None
        first, last = (
            (self.place_of(wanted.order, rows[0]), self.place_of(wanted.order, rows[-1]))
            if rows
            else (None, None)
        )
        return Page(
            items=shown,
            next_after=last if full or backwards else None,
            previous_before=first if (full if backwards else wanted.after is not None) else None,
            count=counted(session, self.table, wanted, MAX_COUNTED, *where)
            if asked.count
            else None,
        )


def several(told: Any) -> list[Any]:
    """The values of a filter that takes several, one, or none; those of a choice as the database has them."""
    values = [] if told is None else [told] if isinstance(told, (str, int)) else list(told)
    return [value.value if isinstance(value, StrEnum) else value for value in values]


def taken_by(listing: Listing[Any]) -> Any:
    """What marks a parameter of a route as what this list takes."""
    return Depends(listing.asked())
