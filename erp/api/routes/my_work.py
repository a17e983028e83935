"""The route of my work (我的工作): what waits for the reader, and what time alone will do next.

Made from the states of things when it is read; nobody assigns it. It asks the lists of the API with the reader's rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import EVERYBODY
from erp.api.listing import Asked
from erp.api.next_view import TimeView, is_for, reports_of, time_view
from erp.api.own_orders import sides_and_groups
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.routes import (
    auctions,
    bet_terms,
    bets,
    groups,
    invoices,
    needs,
    planning,
    proposals,
    receivables,
    signing,
    tenders,
)
from erp.api.shown import ClassedView, withhold
from erp.api.tokens import Principal
from erp.auctions.rules import AuctionStatus
from erp.bets.queries import bet as bet_of
from erp.bets.rules import BetStatus
from erp.bets.terms_rules import BetTermsStatus
from erp.boards import steps, time
from erp.groups.queries import group_of
from erp.groups.rules import GroupStatus
from erp.kernel.actors import doer_of
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.needs.rules import NeedStatus
from erp.needs.rules import ProposalStatus as GroupProposalStatus
from erp.procurement import queries
from erp.procurement.rules import TenderStatus
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.proposals.rules import ProposalStatus
from erp.receivables.rules import ClaimStatus
from erp.signing.rules import SigningStatus

ROUTES = RoomRoutes("service")
MOST = 100  # things of one kind that are looked at, the oldest or the nearest first
SHOWN = 200  # tasks, and edges, of one answer
# What waits of orders for people; the list of blocked invoices tells the rest.
AT_ORDERS = frozenset({"ship", "receive", "inspect", "invoice"})


class TaskView(ClassedView):
    """One thing that waits for the reader."""

    classes = classed("what about path since until detail")

    what: str = Field(description="what is to be done", examples=["receive"])
    about: str = Field(description="number of the thing", examples=["PO-2026-00001 / 1"])
    path: str = Field(description="where the API tells of it")
    since: int | None = Field(description="unix seconds; null: not kept")
    until: int | None = Field(description="unix seconds; null: without end")
    detail: str


class WorkView(ClassedView):
    """What waits for the reader, the oldest first, and what time will do, the nearest first."""

    classes = classed("as_of tasks edges more")

    as_of: int
    tasks: list[TaskView]
    edges: list[TimeView]
    more: bool = Field(
        description=f"there may be more: of each kind {MOST} are looked at, and {SHOWN} are shown"
    )


@ROUTES.read("/work", "Read my work", EVERYBODY)
def read_work(context: ContextDep, caller: Caller) -> WorkView:
    """What waits for whoever asks, made from states, and the edges of all that is under way and that it may read."""
    now = context.clock()
    told = Told(context, caller)
    with context.reading() as session:
        sides, joined = sides_and_groups(session, caller)
        orders = queries.under_way(session, *queries.orders_of(sides, joined), limit=MOST)
        told.count(orders)
        tasks = [*_of_deliveries(caller, orders), *_of_lists(told, caller)]
        edges = list(_of_orders(session, orders))
    edges += _of_others(told, now)
    tasks.sort(key=lambda task: (task.since or 0, task.about))
    shown = [
        time_view(*each, now) for each in sorted(edges, key=lambda each: (each[3].at, each[1]))
    ]
    more = told.full or len(tasks) > SHOWN or len(shown) > SHOWN
    return WorkView(as_of=now, tasks=tasks[:SHOWN], edges=shown[:SHOWN], more=more)


class Told:
    """Reads lists as a caller may, and remembers whether one had more than was read."""

    def __init__(self, context: RequestContext, caller: Principal) -> None:
        self.context = context
        self.caller = caller
        self.full = False

    def count(self, found: Iterable[Any]) -> None:
        """Remembers that a list was read to its bound."""
        self.full = self.full or len(list(found)) == MOST

    def may(self, path: str) -> bool:
        """Whether the caller's role may read a list."""
        return self.caller.role in self.context.access["GET", path]

    def rows(
        self, path: str, reader: Any, by_caller: bool = True, others: bool = False, **query: Any
    ) -> list[Any]:
        """The rows of a list, as the caller may see them; none when its role may not read it.

        `others`: only what another person proposed, whichever of its offices the caller is in now.
        """
        if not self.may(path):
            return []
        who = {"caller": self.caller} if by_caller else {}
        page = reader(context=self.context, limit=MOST, **who, **query)
        self.count(page.items)
        return [
            withhold(row, self.caller)
            for row in page.items
            if not others or doer_of(row.proposed_by) != doer_of(self.caller.actor)
        ]


# ---- what waits -------------------------------------------------------------------------------------


def _of_deliveries(
    caller: Principal, orders: list[tuple[PurchaseOrder, list[Delivery]]]
) -> Iterator[TaskView]:
    for order, found in orders:
        for each in steps.of_order(order, found):
            if each.what not in AT_ORDERS or not is_for(caller, each):
                continue
            about = (
                order.number if each.delivery_id is None else f"{order.number} / {each.delivery_id}"
            )
            other = order.buyer if each.delivery_id is None else order.supplier
            yield TaskView(
                what=each.what, about=about, path=f"/orders/{order.number}", since=each.since, until=each.until,
                detail=f"{order.item} × {each.quantity:,}, {other}",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a list: for which roles, in which rows of it, and what is told of a row."""

    what: str
    roles: frozenset[Role]
    path: str
    reader: Callable[..., Any]
    detail: str  # the field that says what it is
    by_caller: bool = True
    status: tuple[StrEnum, ...] = ()
    key: str = "number"
    since: str = ""
    place: str = ""  # where the API tells of one, unless it is below the list
    own: bool = True  # False: whoever proposed it waits for another person


ANYBODY = frozenset(Role) - {Role.AUDITOR}
DECIDERS = PARTNERS | {Role.FINANCE}
WAITING = (
    Waiting("sign", ANYBODY, "/signing-requests", signing.list_signing_requests, "says", status=(SigningStatus.OPEN,)),
    Waiting(
        "confirm", frozenset({Role.FINANCE}), "/proposals", proposals.list_proposals, "command", by_caller=False,
        status=(ProposalStatus.OPEN,), since="proposed_at", own=False,
    ),
    Waiting(
        "settle_invoice", frozenset({Role.FINANCE}), "/blocked-invoices", invoices.list_blocked_invoices, "reason",
        by_caller=False, place="/orders/{order}",
    ),
    Waiting(
        "approve_group", DECIDERS, "/group-proposals", needs.list_group_proposals, "leader",
        status=(GroupProposalStatus.PROPOSED,), own=False,
    ),
    Waiting(
        "approve_bet", DECIDERS, "/bet-terms", bet_terms.list_bet_terms, "sponsor",
        status=(BetTermsStatus.PROPOSED,), place="/bets/terms/{number}", own=False,
    ),
    Waiting(
        "release_reorder", frozenset({Role.PLANNER, Role.FINANCE}), "/reorder-holds", planning.list_reorder_holds,
        "reason", by_caller=False, key="item", since="since", place="/reorder-holds",
    ),
    Waiting(
        "serve_need", frozenset({Role.SALES, Role.SERVICE}), "/needs", needs.list_needs, "source", by_caller=False,
        status=(NeedStatus.OPEN,), since="raised_at",
    ),
)  # fmt: skip


def _of_lists(told: Told, caller: Principal) -> Iterator[TaskView]:
    for each in WAITING:
        if caller.role not in each.roles:
            continue
        query = {"status": list(each.status)} if each.status else {}
        for row in told.rows(each.path, each.reader, each.by_caller, others=not each.own, **query):
            about = str(getattr(row, each.key))
            place = each.place.format(**row.model_dump()) if each.place else f"{each.path}/{about}"
            yield TaskView(
                what=each.what, about=about, path=place, since=getattr(row, each.since) if each.since else None,
                until=getattr(row, "good_until", None), detail=str(getattr(row, each.detail) or ""),
            )  # fmt: skip


# ---- what time will do -------------------------------------------------------------------------------

OfThing = tuple[str, str, str, time.Edge]


def _of_orders(
    session: Session, orders: list[tuple[PurchaseOrder, list[Delivery]]]
) -> Iterator[OfThing]:
    reported = reports_of(session, [each for _, found in orders for each in found])
    for order, found in orders:
        for one in time.of_order(order, found, reported):
            yield "order", order.number, f"/orders/{order.number}", one


def _of_others(told: Told, now: int) -> Iterator[OfThing]:
    def of(kind: str, place: str, key: str, found: list[time.Edge]) -> Iterator[OfThing]:
        for one in found:
            yield kind, key, f"{place}/{key}", one

    near = Asked(sort="at")
    open_ones = [TenderStatus.OPEN, TenderStatus.RANKING]
    for row in told.rows("/tenders", tenders.list_tenders, False, status=open_ones, asked=near):
        yield from of("tender", "/tenders", row.number, time.of_tender(row))
    running = [AuctionStatus.OPEN]
    for row in told.rows("/auctions", auctions.list_auctions, False, status=running, asked=near):
        yield from of("auction", "/auctions", row.number, time.of_auction(row))
    alive = [GroupStatus.OPEN, GroupStatus.FORMED]
    found_groups = told.rows("/groups", groups.list_groups, status=alive, asked=near)
    going = [BetStatus.PROPOSED, BetStatus.ACTIVE]
    found_bets = told.rows("/bets", bets.list_bets, status=going, asked=near)
    with (
        told.context.reading() as session
    ):  # begun after the lists were read, so it knows all that they name
        rows = Rows.of(session)
        for row in found_groups:
            yield from of("group", "/groups", row.code, time.of_group(group_of(rows, row.code)))
        for row in found_bets:
            yield from of("bet", "/bets", row.number, time.of_bet(bet_of(rows, row.number), now))
    due = [ClaimStatus.OPEN]
    for row in told.rows("/claims", receivables.list_claims, status=due, asked=near):
        yield from of("claim", "/claims", row.number, time.of_claim(row))
