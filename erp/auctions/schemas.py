"""Commands about open auctions (公开反向拍卖) and direct orders (直接订单), told by external events."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    Account,
    AmountMinor,
    Bps,
    Command,
    Instant,
    Number,
    PositiveMinor,
    Quantity,
    RecordId,
    Reference,
    Seconds,
)
from erp.procurement.public import MAX_BID, OrderTerms, WideMinor, WideQuantity

MAX_COUNT = 2**32 - 1
Count = Annotated[int, Field(ge=0, le=MAX_COUNT, strict=True)]
PositiveWide = Annotated[int, Field(gt=0, le=MAX_BID, strict=True)]


class RecordAuction(OrderTerms):
    """An open auction with falling bids began, for a requisition when it is on that one's terms.

    BUD Dr 9003, Cr 9002 by the estimate when the requisition had been cancelled meanwhile.
    """

    auction_id: RecordId
    requisition: Number | None  # None: the reference is nobody's here
    requisition_ref: Reference
    buyer: Account
    quantity: WideQuantity
    ceiling_minor: WideMinor  # of the first bid
    bond_minor: WideMinor
    min_decrement_bps: Bps
    min_credit_bps: Bps
    duration_seconds: Seconds
    extension_seconds: Seconds
    max_extensions: Count
    ends_at: Instant
    invited_root: Reference
    invited: tuple[Account, ...]


class RecordAuctionBid(Command):
    """A supplier underbid in the open; its first bid pays in its bond: supplier Dr 1012.04, Cr 1012.01."""

    auction_id: RecordId
    supplier: Account
    amount_minor: PositiveWide
    bond_minor: AmountMinor  # zero from a supplier's second bid on
    ends_at: Instant  # of the auction, after this bid
    extensions: Count
    placed_at: Instant


class RecordAuctionBondReturn(Command):
    """A bidder got its bond back after the end: supplier Dr 1012.01, Cr 1012.04."""

    auction_id: RecordId
    supplier: Account
    bond_minor: AmountMinor


class RecordAuctionAward(Command):
    """The lowest bid won the auction (授标), and is paid what it bid."""

    auction_id: RecordId
    supplier: Account
    order_id: RecordId
    amount_minor: PositiveMinor
    bids: Count


class RecordAuctionVoid(Command):
    """Nobody bid: the requisition ends and its budget is freed: BUD Dr 9002, Cr 9003."""

    auction_id: RecordId
    requisition: Number | None


class RecordDirectOrder(Command):
    """A purchase that both sides signed became an order (直接订单). Its order was told just before and must say the same."""

    direct_order_id: RecordId
    order_id: RecordId
    requisition: Number | None
    requisition_ref: Reference
    buyer: Account
    supplier: Account
    quantity: Quantity
    amount_minor: PositiveMinor
