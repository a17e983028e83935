"""The bids by which an order came to be, to whom may see them: clerks by role, a bidder as its invitation tells it."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.routes.invitations import own_auction_bid, told_bids
from erp.api.shown import Amount, ClassedView
from erp.api.tokens import Principal
from erp.auctions import queries as auctions
from erp.auctions.tables import AuctionBid
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.procurement import queries
from erp.procurement.tables import PurchaseOrder, TenderBid


class OrderBidView(ClassedView):
    """A bid of the order's tender, or a supplier's standing bid in its auction. Minor units."""

    classes = classed(
        "supplier won bid_index credit_bps status placed_at",
        money="amount_minor offered_days within_ceiling bond_minor",
    )

    supplier: str
    won: bool = Field(description="whether the order is this supplier's")
    bid_index: int | None = Field(description="of a sealed bid, in order of commitment")
    credit_bps: int | None = Field(description="of a sealed bid")
    status: str | None = Field(description="of a sealed bid", examples=["REVEALED"])
    placed_at: int | None = Field(description="of an open bid, unix seconds")
    amount_minor: Amount = Field(description="null: never opened, or not shown to your role")
    offered_days: int | None
    within_ceiling: bool | None
    bond_minor: Amount


def order_bids(
    session: Session, caller: Principal, order: PurchaseOrder, now: int
) -> list[OrderBidView] | None:
    """The bids that a caller may know, in order of commitment, of an auction the lowest first; None: none are told to it.

    A partner is told them where the tender invited it, and of an open auction its own.
    """
    rows = Rows.of(session)
    if order.tender_id is not None:
        tender = queries.tender(rows, order.tender_id)
        sealed = (
            told_bids(session, caller, tender, now)
            if caller.role in PARTNERS
            else queries.bids(rows, order.tender_id)
        )
        return None if sealed is None else [_sealed(each, order) for each in sealed]
    if order.auction_id is not None:
        found = auctions.auction_of(rows, order.auction_id)
        placed = (
            own_auction_bid(session, caller, found)
            if caller.role in PARTNERS
            else auctions.bids(rows, order.auction_id)
        )
        return None if placed is None else [_open(each, order) for each in placed]
    return None


def _sealed(bid: TenderBid, order: PurchaseOrder) -> OrderBidView:
    return OrderBidView(
        supplier=bid.supplier, won=bid.supplier == order.supplier, bid_index=bid.bid_index, credit_bps=bid.credit_bps,
        status=bid.status, placed_at=None, amount_minor=bid.amount_minor, offered_days=bid.offered_days,
        within_ceiling=bid.within_ceiling, bond_minor=bid.bond_minor,
    )  # fmt: skip


def _open(bid: AuctionBid, order: PurchaseOrder) -> OrderBidView:
    return OrderBidView(
        supplier=bid.supplier, won=bid.supplier == order.supplier, bid_index=None, credit_bps=None, status=None,
        placed_at=bid.placed_at, amount_minor=bid.amount_minor, offered_days=None, within_ceiling=None,
        bond_minor=bid.bond_minor,
    )  # fmt: skip
