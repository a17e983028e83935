"""Pure rules of open auctions: states, and how late bids move the end."""

from __future__ import annotations

from enum import StrEnum

from erp.procurement.public import next_bid


class AuctionStatus(StrEnum):
    """The states of an auction and what moves it."""

    OPEN = "OPEN"  # by RecordAuction
    AWARDED = "AWARDED"  # OPEN → AWARDED by RecordAuctionAward
    VOID = "VOID"  # OPEN → VOID by RecordAuctionVoid


def most_next(ceiling: int, leading: int | None, decrement_bps: int) -> int:
    """The most that the next bid may ask, minor units."""
    return ceiling if leading is None else next_bid(leading, decrement_bps)


def end_after(
    placed_at: int, ends_at: int, extensions: int, extension_seconds: int, max_extensions: int
) -> tuple[int, int]:
    """When the auction ends after a bid, and how often its end has moved: a whole step for a bid in its last seconds."""
    if placed_at + extension_seconds > ends_at and extensions < max_extensions:
        return ends_at + extension_seconds, extensions + 1
    return ends_at, extensions
