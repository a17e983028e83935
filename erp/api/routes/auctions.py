"""Routes of open auctions and their bids. They are told by external events: read here, never written."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

from erp.api.access import STAFF
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import ChainGroup, Row
from erp.api.shown import Amount, ClassedView
from erp.auctions import queries
from erp.auctions.rules import AuctionStatus
from erp.auctions.tables import Auction
from erp.kernel.field_class import classed
from erp.kernel.rows import Rows

ROUTES = RoomRoutes("procurement")
AUCTIONS = Listing(
    Auction, "auction_id", parties=("buyer", "leader"), item="item", chain_group="chain_group", at="ends_at",
    about_at="when bidding ends",
)  # fmt: skip

AuctionName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="number or id", examples=["AUC-2026-00001"])
]


class AuctionView(Row):
    """An open auction with falling bids. Minor units, smallest units, unix seconds."""

    classes = classed(
        "auction_id number requisition buyer item chain_group quantity min_decrement_bps ends_at extensions status bids "
        "leader order_id",
        money="bond_minor leading_minor",
        confidential="ceiling_minor",
    )

    auction_id: int
    number: str
    requisition: str | None = Field(description="null: nobody here asked for it")
    buyer: str
    item: str
    chain_group: ChainGroup
    quantity: int
    ceiling_minor: Amount
    bond_minor: Amount
    min_decrement_bps: int
    ends_at: int
    extensions: int
    status: str
    bids: int
    leader: str | None = Field(description="who bid lowest so far, and won once it is awarded")
    leading_minor: Amount = Field(description="its bid")
    order_id: int | None = Field(description="the order that the award names")


class OpenBidView(Row):
    """The standing bid of a supplier, its lowest so far."""

    classes = classed("supplier bids placed_at bond_held", money="amount_minor bond_minor")

    supplier: str
    amount_minor: Amount
    bids: int
    placed_at: int
    bond_minor: Amount
    bond_held: bool


class AuctionPage(ClassedView):
    """An auction and its standing bids, the lowest first."""

    classes = classed("auction bids")

    auction: AuctionView
    bids: list[OpenBidView]


@ROUTES.read("/auctions", "List auctions", STAFF)
def list_auctions(
    context: ContextDep,
    status: Several[AuctionStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(AUCTIONS)] = ALL,
) -> Page[AuctionView]:
    """Auctions by id, each with its leading bid."""
    with context.reading() as session:
        return AUCTIONS.page(
            session, asked, AuctionView.model_validate, after=after, limit=limit, status=status
        )


@ROUTES.read("/auctions/{auction}", "Read one auction", STAFF, 404)
def read_auction(context: ContextDep, auction: AuctionName) -> AuctionPage:
    """The auction with this number or id, and its standing bids."""
    with context.reading() as session:
        rows = Rows.of(session)
        found = queries.auction_of(rows, key_of(auction))
        return AuctionPage(
            auction=AuctionView.model_validate(found),
            bids=[OpenBidView.model_validate(bid) for bid in queries.bids(rows, found.auction_id)],
        )
