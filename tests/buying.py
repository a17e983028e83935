"""Ways to buy on a world's chain beside a plain tender: auctions, days and review, and what both sides sign."""

from __future__ import annotations

from typing import Any

from bridge.capabilities.model import ZERO_REF
from bridge.ports.port import Document
from scripts.plays.acts.buying import AUCTION
from tests.world import BUYER, DAY, HOUR, World


def open_auction(world: World, item: str = "COPPER") -> Document:
    """An item whose policy auctions runs low, and the bridge opens its auction."""
    for who in ("SUPPLIER", "RIVAL"):
        world.let_draw(who, "ReverseAuctions")
    world.stock_item(item, **AUCTION)
    world.issue(item=item)
    world.settle()
    return world.last("auction")


def auction_by_hand(world: World) -> None:
    """The buyer opens an auction from its console, for a reference that stands in nobody's books."""
    for who in ("SUPPLIER", "RIVAL"):
        world.let_draw(who, "ReverseAuctions")
    order = {
        "attesterPost": 1, "arbiterPost": 3, "region": ZERO_REF, "scheduleRoot": ZERO_REF,
        "promisedAt": world.now + 30 * DAY, "fundSeconds": DAY, "graceSeconds": 60 * DAY, "silenceSeconds": 10 * DAY,
        "latenessBpsPerDay": 50, "latenessCapBps": 1_000, "taxBps": 0, "toleranceBps": 0, "paymentSeconds": 0,
    }  # fmt: skip
    terms = {
        "buyer": world.people[BUYER].address, "requisitionRef": world.reference(), "invitedRoot": ZERO_REF,
        "quantity": 50, "ceiling": 600_000, "bond": 1_000, "minDecrementBps": 0, "minCreditBps": 0,
        "durationSeconds": 2 * HOUR, "extensionSeconds": 0, "maxExtensions": 0, "order": order,
    }  # fmt: skip
    world.transact(BUYER, "ReverseAuctions", "openAuction", terms, [])


def tender_for(world: World, item: str, **terms: Any) -> Document:
    """An item whose policy buys on these terms runs low, and the bridge opens its tender."""
    world.stock_item(item, **terms)
    return world.open_tender(item)


def reveal_all(world: World, tender: Document, bids: dict[str, tuple[int, int]]) -> None:
    """These bid an amount and days, and reveal; the reveals are over."""
    world.bid_days(tender, bids)
    world.settle()
