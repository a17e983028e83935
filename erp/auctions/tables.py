"""Tables of open auctions. States and their transitions are in `rules.py`."""

from sqlalchemy import Boolean
from sqlmodel import Field

from erp.kernel.base import ErpTable, big
from erp.kernel.entry import NO_GROUP


class Auction(ErpTable, table=True):
    """An open auction in which suppliers underbid each other (公开反向拍卖)."""

    __tablename__ = "auction"

    auction_id: int = big(primary_key=True)
    number: str = Field(unique=True)
    # None: it stands on no requisition
    requisition: str | None = Field(default=None, foreign_key="requisition.number", unique=True)
    buyer: str = Field(foreign_key="party.code")
    item: str = Field(foreign_key="item.code")
    chain_group: str = NO_GROUP
    quantity: int = big()
    ceiling_minor: int = big()
    bond_minor: int = big()
    min_decrement_bps: int = big()
    extension_seconds: int = big()
    max_extensions: int = big()
    ends_at: int = big()
    extensions: int = big(default=0)
    status: str = Field(index=True)
    bids: int = big(default=0)
    leader: str | None = Field(default=None, foreign_key="party.code")
    leading_minor: int | None = big(default=None)
    order_id: int | None = big(default=None)  # the order that the award names


class AuctionBid(ErpTable, table=True):
    """The standing bid of a supplier, its lowest so far, and its bond."""

    __tablename__ = "auction_bid"

    auction_id: int = big(primary_key=True, foreign_key="auction.auction_id")
    supplier: str = Field(primary_key=True, foreign_key="party.code")
    amount_minor: int = big()
    placed_at: int = big()
    bids: int = big()  # how often it bid
    bond_minor: int = big()
    bond_held: bool = Field(sa_type=Boolean)
