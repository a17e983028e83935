"""Routes of requisitions, and of the reorders that wait for something."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated

from erp.api.access import MONEY, STAFF
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page, page_of
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import ChainGroup, Row
from erp.api.shown import Amount
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.procurement import queries
from erp.procurement.rules import RequisitionStatus
from erp.procurement.schemas import CancelRequisition, RaiseRequisition, RequestLots
from erp.procurement.tables import Requisition

ROUTES = RoomRoutes("planning")
REQUISITIONS = Listing(
    Requisition, "number", parties=("buyer",), item="item", chain_group="chain_group", at="raised_at",
    sorts={"due": "promised_at"}, about_at="when it was raised",
)  # fmt: skip

ROUTES.write(
    Write(
        "/requisitions",
        RaiseRequisition,
        "Raise a requisition",
        "Asks for an item on the terms of its sourcing policy and sets budget aside: BUD Dr 9003, "
        "Cr 9002. Leave quantity or estimate out to take the policy's. The tender follows by "
        "itself. A chain group stands on every entry of its tender and its order.",
        {"item": "STEEL-3MM", "quantity": 100, "estimate_minor": 1_200_000},
    )
)


ROUTES.write(
    Write(
        "/requisition-cancellations",
        CancelRequisition,
        "Cancel a requisition",
        "Takes back a requisition that no tender stands on, and frees its budget: BUD Dr 9002, Cr 9003. A "
        "tender that is already on its way may open all the same; the budget is then set aside again.",
        {"requisition": "PR-2026-00001", "reason": "the customer cancelled"},
    )
)


ROUTES.write(
    Write(
        "/lots",
        RequestLots,
        "Ask for an item in lots",
        "Asks for an item whose policy buys in lots. Each lot becomes a requisition with a tender and an order of its "
        "own; all are opened together: BUD Dr 9003, Cr 9002 for each.",
        {"item": "STEEL-3MM", "quantity": 100, "estimate_minor": 1_200_000},
    )
)


class RequisitionView(Row):
    """A wish for an item, with what was set aside for it in minor units."""

    classes = classed(
        "number item buyer chain_group quantity status raised_at promised_at sourcing lots",
        confidential="estimate_minor",
    )

    number: str
    item: str
    buyer: str
    chain_group: ChainGroup
    quantity: int
    estimate_minor: Amount
    status: str
    raised_at: int
    promised_at: int
    sourcing: str
    lots: str | None


class HoldView(Row):
    """A reorder that is due and cannot be raised, and why."""

    classes = classed("item since document", confidential="reason")

    item: str
    reason: str
    since: int
    document: str


@ROUTES.read("/requisitions", "List requisitions", STAFF)
def list_requisitions(
    context: ContextDep,
    status: Several[RequisitionStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(REQUISITIONS)] = ALL,
) -> Page[RequisitionView]:
    """Requisitions by number, raised by the reorder check or by a clerk."""
    with context.reading() as session:
        return REQUISITIONS.page(
            session, asked, RequisitionView.model_validate, after=after, limit=limit, status=status
        )


@ROUTES.read("/reorder-holds", "List reorders on hold", MONEY)
def list_reorder_holds(
    context: ContextDep, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[HoldView]:
    """Items below their reorder point whose requisition was refused, by item, with the reason."""
    with context.reading() as session:
        found = queries.holds_by_item(session, after=after, limit=limit)
        return page_of(found, HoldView.model_validate, attrgetter("item"), limit)
