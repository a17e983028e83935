"""What the rules of open auctions refuse."""

from __future__ import annotations

from erp.kernel.errors import Conflict, NotFound


class UnknownAuction(NotFound):
    code = "unknown-auction"
    template = "No auction {key} is recorded."


class UnknownAuctionBid(NotFound):
    code = "unknown-auction-bid"
    template = "No bid {key} is recorded."


class AuctionExists(Conflict):
    code = "auction-exists"
    template = "Auction {key} is already recorded."
