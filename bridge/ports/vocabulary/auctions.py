"""Words about ReverseAuctions (公开反向拍卖)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref
from bridge.ports.vocabulary.tenders import OrderTerms


class RecordAuction(OrderTerms):
    """ReverseAuctions opened an auction, for a requisition or for what nobody here asked for."""

    auction_id: int
    requisition: Number | None  # None: the reference is that of no document here
    requisition_ref: Ref
    buyer: Account
    quantity: int
    ceiling_minor: int  # of the first bid
    bond_minor: int
    min_decrement_bps: int
    min_credit_bps: int
    duration_seconds: int
    extension_seconds: int
    max_extensions: int
    ends_at: int
    invited_root: Ref
    invited: tuple[Account, ...]  # a list once it was stored


class RecordAuctionBid(TypedDict):
    """A supplier underbid: with its first bid its wallet falls, its bond rises by `bond_minor`."""

    auction_id: int
    supplier: Account
    amount_minor: int
    bond_minor: int  # 0 from its second bid on
    ends_at: int  # of the auction, after this bid
    extensions: int
    placed_at: int


class RecordAuctionBondReturn(TypedDict):
    """A bidder's bond came back: its bond falls, its wallet rises by `bond_minor`."""

    auction_id: int
    supplier: Account
    bond_minor: int


class RecordAuctionAward(TypedDict):
    """The lowest bid won (授标)."""

    auction_id: int
    supplier: Account
    order_id: int
    amount_minor: int
    bids: int


class RecordAuctionVoid(TypedDict):
    """Nobody bid: the requisition ends and its budget is free again."""

    auction_id: int
    requisition: Number | None


# ---- documents that the bridge reads ----------------------------------------------------------------


class Auction(RecordAuction):
    """Made by RecordAuction. Becomes ReverseAuctions.award once it has ended; bids may move its end."""


class AuctionBid(RecordAuctionBid):
    """Made by RecordAuctionBid. Becomes ReverseAuctions.withdrawBond once the auction has ended, if it paid in a bond."""


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordAuction: "auction",
    RecordAuctionBid: "auction_bid",
    RecordAuctionBondReturn: "auction_bond_return",
    RecordAuctionAward: "auction_award",
    RecordAuctionVoid: "auction_void",
}
DOCUMENTS: Mapping[str, type] = {
    "auction": Auction,
    "auction_bid": AuctionBid,
    "auction_bond_return": RecordAuctionBondReturn,
}
