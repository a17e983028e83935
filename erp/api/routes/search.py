"""The route that finds things by what people have of them: a number, a code, a name, or the hash of a block.

It asks the lists of the API with the reader's own rights, so that nothing is found that no list shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query
from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from erp.api.access import EVERYBODY
from erp.api.listing import Asked
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.routes import (
    auctions,
    bets,
    capacity,
    groups,
    needs,
    orders,
    planning,
    proposals,
    receivables,
    sales,
    signing,
    tenders,
)
from erp.api.shown import ClassedView, withhold
from erp.api.tokens import Principal
from erp.items.tables import Item
from erp.kernel.field_class import classed
from erp.kernel.log.queries import told_of, with_number
from erp.kernel.queries import called
from erp.parties.tables import Party

ROUTES = RoomRoutes("service")
MOST = 10  # hits of one kind
LONGEST = 120  # characters of what is looked for; an origin has 80
HASH = re.compile(r"([0-9]{1,20}:)?0x[0-9a-f]{6,64}(:[0-9]{1,10})?", re.IGNORECASE)
NUMBER = re.compile(r"[A-Za-z]{2,4}(-[0-9]{0,4}(-[0-9]{0,6})?)?")


class Hit(ClassedView):
    """Something that was found."""

    classes = classed("kind key title path")

    kind: str = Field(examples=["order"])
    key: str = Field(description="its number or code", examples=["PO-2026-00001"])
    title: str = Field(description="what it is about")
    path: str = Field(description="where the API tells more of it")


class Found(ClassedView):
    """What was found: objects by number, things by code or name, then documents."""

    classes = classed("query hits more")

    query: str
    hits: list[Hit]
    more: bool = Field(description=f"of one kind there are more than the {MOST} that are shown")


@dataclass(frozen=True, slots=True)
class Searched:
    """A list that numbers are looked for in: its route, its reader, and what of a row is shown."""

    kind: str
    path: str
    reader: Callable[..., Any]
    by_caller: bool
    title: Callable[[Any], str]
    key: str = "number"
    page: bool = True  # there is a page of each by its number


def about(*names: str) -> Callable[[Any], str]:
    """A title of these fields of a row, as far as it has them."""

    def title(row: Any) -> str:
        return " · ".join(str(getattr(row, name)) for name in names if getattr(row, name, None))

    return title


PLACES = (
    Searched("order", "/orders", orders.list_orders, True, about("supplier", "buyer", "item", "status")),
    Searched("tender", "/tenders", tenders.list_tenders, False, about("buyer", "item", "status")),
    Searched("auction", "/auctions", auctions.list_auctions, False, about("buyer", "item", "status")),
    Searched(
        "requisition", "/requisitions", planning.list_requisitions, False, about("buyer", "item", "status"), page=False,
    ),
    Searched("sales order", "/sales-orders", sales.list_sales_orders, True, about("customer", "item", "status")),
    Searched("claim", "/claims", receivables.list_claims, True, about("holder", "buyer", "status")),
    Searched("need", "/needs", needs.list_needs, False, about("text", "status")),
    Searched("group proposal", "/group-proposals", needs.list_group_proposals, True, about("leader", "status")),
    Searched("group", "/groups", groups.list_groups, True, about("leader", "status"), key="code"),
    Searched("bet", "/bets", bets.list_bets, True, about("sponsor", "status")),
    Searched("proposal", "/proposals", proposals.list_proposals, False, about("command", "status")),
    Searched("act request", "/act-requests", signing.list_act_requests, True, about("party", "act", "status")),
    Searched(
        "signing request", "/signing-requests", signing.list_signing_requests, True, about("party", "says", "status")
    ),
    Searched(
        "capacity redemption", "/capacity-redemptions", capacity.list_capacity_redemptions, True,
        about("holder", "plant", "status"),
    ),
)  # fmt: skip


def something(value: object) -> object:
    """The text without the blanks around it."""
    return value.strip() if isinstance(value, str) else value


Wanted = Annotated[
    str,
    BeforeValidator(something),
    Query(
        min_length=2, max_length=LONGEST, pattern=r"^[^\x00]*$",
        description="the beginning of a number or a code, a part of a name, an event's origin or its block's hash",
        examples=["PO-2026-00001"],
    ),
]  # fmt: skip


@ROUTES.read("/search", "Search", EVERYBODY)
def search(context: ContextDep, caller: Caller, q: Wanted) -> Found:
    """What has this number, code, name or hash, as far as you may read it."""
    hits: list[Hit] = []
    more = False
    for some in _sources(context, caller, q):
        known = {hit.key for hit in hits}
        hits += [hit for hit in some[:MOST] if hit.key not in known]
        more = more or len(some) > MOST
    return Found(query=q, hits=hits, more=more)


def _sources(context: RequestContext, caller: Principal, text: str) -> Iterator[list[Hit]]:
    def may(path: str) -> bool:
        return caller.role in context.access["GET", path]

    if NUMBER.fullmatch(text):
        for place in PLACES:
            if may(place.path):
                yield _numbered(place, context, caller, text)
    with context.reading() as session:
        if may("/parties"):
            yield _named(session, Party, "party", "/parties", text)
        if may("/items"):
            yield _named(session, Item, "item", "/items", text)
        if may("/documents"):
            found = []
            if HASH.fullmatch(text):
                found = told_of(session, text.lower(), limit=MOST + 1)
            elif NUMBER.fullmatch(text):
                found = with_number(session, text.upper(), limit=MOST + 1)
            yield [
                Hit(kind="document", key=d.number, title=d.type, path=f"/documents/{d.number}")
                for d in found
            ]


def _numbered(place: Searched, context: RequestContext, caller: Principal, text: str) -> list[Hit]:
    """Rows of a list whose number begins so, as the caller may see them."""
    who = {"caller": caller} if place.by_caller else {}
    page = place.reader(context=context, limit=MOST + 1, asked=Asked(number=text), **who)
    found = []
    for row in withhold(page, caller).items:
        key = getattr(row, place.key)
        path = f"{place.path}/{quote(key)}" if place.page else f"{place.path}?number={quote(key)}"
        found.append(Hit(kind=place.kind, key=key, title=place.title(row), path=path))
    return found


def _named(session: Session, table: type[Any], kind: str, path: str, text: str) -> list[Hit]:
    found = called(session, table, "code", "name", text, MOST + 1)
    return [
        Hit(kind=kind, key=row.code, title=row.name, path=f"{path}?code={quote(row.code)}")
        for row in found
    ]
