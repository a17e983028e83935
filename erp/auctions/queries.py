"""Reading auctions and their bids."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.auctions.errors import UnknownAuction, UnknownAuctionBid
from erp.auctions.tables import Auction, AuctionBid
from erp.kernel.queries import page
from erp.kernel.rows import Rows


def auction(rows: Rows, auction_id: int) -> Auction:
    """The auction with an id. Raises UnknownAuction."""
    found = rows.get(Auction, auction_id)
    if found is None:
        raise UnknownAuction(auction_id)
    return found


def auction_of(rows: Rows, key: int | str) -> Auction:
    """The auction with an id or a number, AUC-2026-00001. Raises UnknownAuction."""
    if isinstance(key, int):
        return auction(rows, key)
    found = rows.find(Auction, number=key)
    if found is None:
        raise UnknownAuction(key)
    return found


def auctions(session: Session, *, after: int = 0, limit: int) -> list[Auction]:
    """Auctions by id."""
    return page(session, Auction, ["auction_id"], [after], limit)


def auctions_for(session: Session, requisitions: Sequence[str]) -> dict[str, Auction]:
    """The auctions that stand on these requisitions, by requisition."""
    statement = select(Auction).where(col(Auction.requisition).in_(list(requisitions)))
    return {str(row.requisition): row for row in session.scalars(statement)}


def bid(rows: Rows, auction_id: int, supplier: str) -> AuctionBid:
    """A supplier's standing bid. Raises UnknownAuctionBid."""
    found = rows.get(AuctionBid, auction_id, supplier)
    if found is None:
        raise UnknownAuctionBid(f"of {supplier} in auction {auction_id}")
    return found


def bids(rows: Rows, auction_id: int) -> list[AuctionBid]:
    """The standing bids of an auction, the lowest first."""
    return rows.select(AuctionBid, "amount_minor", auction_id=auction_id)
