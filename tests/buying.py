"""Ways to buy on a world's chain beside a plain tender: auctions, days and review, and what both sides sign."""

from __future__ import annotations

from typing import Any

from bridge.capabilities.model import ZERO_REF
from bridge.chain.gateway import Gateway
from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from tests.world import BUYER, DAY, HOUR, UNLIMITED, World

AUCTION: dict[str, Any] = {
    "sourcing": "auction",
    "min_decrement_bps": 100,
    "extension_seconds": HOUR,
    "max_extensions": 2,
}


def open_auction(world: World, item: str = "COPPER") -> Document:
    """An item whose policy auctions runs low, and the bridge opens its auction."""
    for who in ("SUPPLIER", "RIVAL"):
        spender = world.deployment.address("ReverseAuctions")
        world.transact(who, "SettlementToken", "approve", spender, UNLIMITED)
    world.stock_item(item, **AUCTION)
    world.issue(item=item)
    world.settle()
    return world.last("auction")


def auction_by_hand(world: World) -> None:
    """The buyer opens an auction from its console, for a reference that stands in nobody's books."""
    for who in ("SUPPLIER", "RIVAL"):
        spender = world.deployment.address("ReverseAuctions")
        world.transact(who, "SettlementToken", "approve", spender, UNLIMITED)
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
    for who, (amount, days) in bids.items():
        world.commit(who, tender, amount, days)
    world.node.reach_time(tender.fields["commit_end"])
    for who in bids:
        world.reveal(who, tender)
    world.node.reach_time(tender.fields["reveal_end"])
    world.settle()


def sign_direct(world: World, asked: Document, amount: int, quantity: int | None = None) -> None:
    """Buyer and supplier sign the purchase of what a requisition asks for, and a stranger brings it on chain."""
    f = asked.fields
    direct = {
        "buyer": world.people[BUYER].address,
        "supplier": world.people["SUPPLIER"].address,
        "requisitionRef": "0x" + document_root(asked).hex(),
        "quantity": quantity or f["quantity"],
        "amount": amount,
        "deadline": world.now + HOUR,
        "order": {
            "attesterPost": 1, "arbiterPost": 3, "region": ZERO_REF, "scheduleRoot": ZERO_REF,
            "promisedAt": f["promised_at"], "fundSeconds": f["fund_seconds"], "graceSeconds": f["grace_seconds"],
            "silenceSeconds": f["silence_seconds"], "latenessBpsPerDay": f["lateness_bps_per_day"],
            "latenessCapBps": f["lateness_cap_bps"], "taxBps": f["tax_bps"], "toleranceBps": f["tolerance_bps"],
            "paymentSeconds": 0,
        },
    }  # fmt: skip
    place = ("DirectOrders", "directOrderDigest")
    gateway = Gateway(world.bridge.client, world.deployment, {}, {place: None})
    (digest,) = gateway.view(*place, direct)
    signatures = [
        bytes(world.people[who].account.unsafe_sign_hash(digest).signature)
        for who in (BUYER, "SUPPLIER")
    ]
    world.transact("RIVAL", "DirectOrders", "openDirect", direct, *signatures)
