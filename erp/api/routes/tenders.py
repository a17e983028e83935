"""Routes of tenders and their bids. They are told by external events: read here, never written."""

from __future__ import annotations

from typing import Annotated, ClassVar

from fastapi import Path
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import STAFF
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import ChainGroup, Row
from erp.api.shown import Amount, ClassedView
from erp.api.writes import Write
from erp.kernel.field_class import Classes, classed
from erp.kernel.rows import Rows
from erp.procurement import queries
from erp.procurement.rules import TenderStatus
from erp.procurement.schemas import DisqualifyBid
from erp.procurement.tables import Tender

ROUTES = RoomRoutes("procurement")
TENDERS = Listing(
    Tender, "tender_id", parties=("buyer", "supplier"), item="item", chain_group="chain_group", at="commit_end",
    sorts={"due": "reveal_end"}, about_at="when bidding ends",
)  # fmt: skip

ROUTES.write(
    Write(
        "/bid-strikes",
        DisqualifyBid,
        "Strike a bid",
        "Asks that a revealed bid be struck for a reason, while the tender's review lasts. Where it led, or was next "
        "with a second price, the others are ranked anew.",
        {"tender": "TND-2026-00001", "supplier": "ACME", "reason": "its certificate has run out"},
    )
)

TenderName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="number or id", examples=["TND-2026-00001"])
]


class TenderRow(Row):
    """A sealed-bid tender for a requisition."""

    classes = classed(
        "tender_id number requisition buyer item chain_group quantity commit_end reveal_end review_seconds "
        "second_price max_days credit_weight_bps status bids supplier order_id",
        money="bond_minor amount_minor day_value_minor",
        confidential="ceiling_minor",
    )

    tender_id: int
    number: str
    requisition: str | None = Field(description="null: nobody here asked for it")
    buyer: str
    item: str
    chain_group: ChainGroup
    quantity: int
    ceiling_minor: Amount
    bond_minor: Amount
    commit_end: int
    reveal_end: int
    review_seconds: int
    second_price: bool
    day_value_minor: Amount
    max_days: int
    credit_weight_bps: int
    status: str
    bids: int
    supplier: str | None = Field(description="who won")
    amount_minor: int | None = Field(description="at what amount; null: none, or not shown to you")
    order_id: int | None = Field(description="the order that the award names")


class TenderView(TenderRow):
    """A sealed-bid tender for a requisition. Minor units, smallest units, unix seconds."""

    classes: ClassVar[Classes] = {**TenderRow.classes, **classed("order")}

    order: str | None = Field(description="number of the order, once it is recorded")


class BidView(Row):
    """A bid; its amount is null until it is revealed, and for roles without money."""

    classes = classed(
        "supplier bid_index credit_bps status struck",
        money="bond_minor",
        confidential="amount_minor offered_days within_ceiling",
    )

    supplier: str
    bid_index: int
    bond_minor: Amount
    credit_bps: int
    status: str
    amount_minor: Amount
    offered_days: int | None
    within_ceiling: bool | None
    struck: str | None = Field(description="number of the document that struck it")


class TenderPage(ClassedView):
    """A tender and its bids, in order of commitment. Amounts show once they are revealed."""

    classes = classed("tender bids")

    tender: TenderView
    bids: list[BidView]


def tender_views(session: Session, found: list[Tender]) -> dict[int, TenderView]:
    """The tenders as they are shown, by id, each with the number of its order."""
    orders = queries.order_numbers(session, {row.order_id for row in found if row.order_id})
    return {
        row.tender_id: TenderView(
            **TenderRow.model_validate(row).model_dump(), order=orders.get(row.order_id or 0)
        )
        for row in found
    }


@ROUTES.read("/tenders", "List tenders", STAFF)
def list_tenders(
    context: ContextDep,
    status: Several[TenderStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(TENDERS)] = ALL,
) -> Page[TenderView]:
    """Tenders by id, with the winner when there is one."""
    with context.reading() as session:

        def shown(found: list[Tender]) -> list[TenderView]:
            return list(tender_views(session, found).values())

        return TENDERS.page(
            session, asked, shown, whole=True, after=after, limit=limit, status=status
        )


@ROUTES.read("/tenders/{tender}", "Read one tender", STAFF, 404)
def read_tender(context: ContextDep, tender: TenderName) -> TenderPage:
    """The tender with this number or id, and all its bids."""
    with context.reading() as session:
        found = queries.tender_of(Rows.of(session), key_of(tender))
        return TenderPage(
            tender=tender_views(session, [found])[found.tender_id],
            bids=[
                BidView.model_validate(bid)
                for bid in queries.bids(Rows.of(session), found.tender_id)
            ],
        )
