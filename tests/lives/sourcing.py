"""An auction with a bond, lots, a tender with a bid struck and one never revealed, and what both sides signed."""

from __future__ import annotations

from erp.procurement.schemas import DisqualifyBid
from tests.buying import open_auction, reveal_all, tender_for
from tests.world import DAY, World

MAKES = frozenset({
    "auction", "auction_bid", "auction_bond_return", "lots_opening", "quotation", "bid_strike", "bid_disqualification",
    "bond_forfeit",
})  # fmt: skip


def live(world: World) -> None:
    """Plays it."""
    auction = open_auction(world)
    world.underbid("SUPPLIER", auction, 1_200_000)
    world.node.reach_time(auction.fields["ends_at"])
    world.settle()
    world.stock_item("ZINC", sourcing="lots", lots=2)
    world.issue(item="ZINC")
    world.settle()
    tender = tender_for(world, "TIN", review_seconds=DAY)
    world.commit("RIVAL", tender, 1_000_000)
    reveal_all(world, tender, {"SUPPLIER": (900_000, 0)})
    world.erp(DisqualifyBid(tender=tender.number, supplier="SUPPLIER", reason="no certificate"))
    world.settle()
    world.stock_item("LEAD", sourcing="direct")
    world.issue(item="LEAD")
    world.settle()
    world.sign_direct("RIVAL", world.last("requisition"), amount=1_000_000)
    world.settle()
