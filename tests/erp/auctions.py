"""Steps of open auctions and direct orders for tests, with sensible defaults."""

from __future__ import annotations

from typing import Any

from erp.auctions.schemas import (
    RecordAuction,
    RecordAuctionAward,
    RecordAuctionBid,
    RecordAuctionBondReturn,
    RecordDirectOrder,
)
from erp.budget.schemas import ApproveBudget
from erp.kernel.log.model import Document
from erp.procurement.schemas import RaiseRequisition, RequestLots
from tests.erp.world import BOND, DAY, ORDER_TERMS, REF, World, account

AUCTION: dict[str, Any] = {
    "sourcing": "auction",
    "min_decrement_bps": 100,
    "extension_seconds": 600,
    "max_extensions": 1,
}


def raised(world: World, **policy: Any) -> Document:
    """A requisition on another policy."""
    world.do(world.policy(**policy))
    return world.do(RaiseRequisition(item="bolt"))


def auction(world: World, requisition: Document, **changed: Any) -> RecordAuction:
    """The auction that a requisition asks for."""
    fields = requisition.fields
    stated: dict[str, Any] = {
        "auction_id": 1,
        "requisition": requisition.number,
        "requisition_ref": REF,
        "buyer": fields["buyer_account"],
        "quantity": fields["quantity"],
        "ceiling_minor": fields["estimate_minor"],
        "bond_minor": fields["bond_minor"],
        "min_decrement_bps": fields["min_decrement_bps"],
        "min_credit_bps": fields["min_credit_bps"],
        "duration_seconds": fields["commit_seconds"],
        "extension_seconds": fields["extension_seconds"],
        "max_extensions": fields["max_extensions"],
        "ends_at": world.now + fields["commit_seconds"],
        "invited_root": REF,
        "invited": tuple(candidate["account"] for candidate in fields["candidates"]),
        **{name: fields[name] for name in ORDER_TERMS},
    }
    return RecordAuction(**{**stated, **changed})


def underbid(world: World, amount: int, supplier: str = "supplier", **changed: Any) -> Document:
    """A bid, in good time unless told otherwise."""
    stated: dict[str, Any] = {
        "auction_id": 1,
        "supplier": account(supplier),
        "amount_minor": amount,
        "bond_minor": BOND,
        "ends_at": world.last("auction").fields["ends_at"],
        "extensions": 0,
        "placed_at": world.now,
    }
    return world.do(RecordAuctionBid(**{**stated, **changed}))


def returned(supplier: str = "supplier", bond: int = BOND) -> RecordAuctionBondReturn:
    """A bidder's bond comes back."""
    return RecordAuctionBondReturn(auction_id=1, supplier=account(supplier), bond_minor=bond)


def award(**changed: Any) -> RecordAuctionAward:
    """The rival's lower bid of two wins."""
    stated: dict[str, Any] = {
        "auction_id": 1,
        "supplier": account("rival"),
        "order_id": 7,
        "amount_minor": 1_188_000,
        "bids": 2,
    }
    return RecordAuctionAward(**{**stated, **changed})


def direct(world: World, requisition: Document, **changed: Any) -> Document:
    """The order that both sides signed, whatever the requisition's other terms."""
    stated = {"tender_id": None, "direct_order_id": 3, "promised_at": world.now + DAY, **changed}
    return world.do(world.order(7, requisition, **stated))


def told(**changed: Any) -> RecordDirectOrder:
    """What both sides signed, as it is told after its order."""
    stated: dict[str, Any] = {
        "direct_order_id": 3,
        "order_id": 7,
        "requisition": None,
        "requisition_ref": REF,
        "buyer": account("buyer"),
        "supplier": account("supplier"),
        "quantity": 100,
        "amount_minor": 1_150_000,
    }
    return RecordDirectOrder(**{**stated, **changed})


def fill_tables(world: World) -> None:
    """A row in each table of auctions and lots, and orders that came of an auction and of two signatures."""
    world.do(ApproveBudget(entity="buyer", amount_minor=5_000_000))
    requisition = raised(world, **AUCTION)
    world.do(auction(world, requisition))
    underbid(world, 1_200_000)
    underbid(world, 1_188_000, "rival")
    stated = {"tender_id": None, "supplier": account("rival"), "amount_minor": 1_188_000}
    world.do(world.order(7, requisition, auction_id=1, **stated))
    world.do(award())
    world.do(world.policy(sourcing="lots", lots=2))
    world.do(RequestLots(item="bolt"))
    signed = raised(world, sourcing="direct")
    world.do(world.order(8, signed, tender_id=None, direct_order_id=3))
    world.do(told(order_id=8))
    world.do(world.policy())
