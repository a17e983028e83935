"""AUCTIONS: suppliers underbid each other in the open. 公开反向拍卖.

ops.open_auction(500, 6_000_000)      ops.underbid(1, "S1", 5_500_000)     ops.underbid(1, "S2", 5_400_000)
ops.wait(600)   ops.award_auction(1)  ops.withdraw_bond(1, "S1")
"""

from __future__ import annotations

from typing import Any

from bridge.commitments.invitations import invitation_proof, invitation_tree

from .. import erp_numbers
from ..errors import NotThere
from ..formatting import Minor, View, moment_from
from . import calls
from .calls import AUCTION_STATUSES

TRIAL_SECONDS = 600  # for trying out

__all__ = ["auction", "auctions", "award_auction", "open_auction", "underbid", "withdraw_bond"]


def auctions() -> View:
    """All open auctions, by id: ops.auctions()."""
    found = {}
    for event in calls.logs("ReverseAuctions", "ReverseAuctionOpened"):
        seen = auction(event["auctionId"])
        number = erp_numbers.head(erp_numbers.AUCTION, event["auctionId"])
        found[str(event["auctionId"])] = f"{number}{seen['status']}, {seen['bids']} bids"
    return View(found)


def auction(auction_id: int) -> View:
    """An open auction at a glance, and whose turn it is: ops.auction(1)."""
    found, terms, now = (
        calls.view("ReverseAuctions", "auction", auction_id),
        _terms(auction_id),
        calls.now(),
    )
    status = AUCTION_STATUSES[found["status"]]
    standing = int(found["leader"], 16) != 0
    best = (
        calls.view("ReverseAuctions", "openBid", auction_id, found["leader"]) if standing else None
    )
    most = calls.view("ReverseAuctions", "mostNext", auction_id, calls.tupled(terms))
    turns = {
        "open": f"suppliers underbid: ops.underbid({auction_id}, who, at most {most:_})"
        if now < found["endsAt"]
        else f"anybody: ops.award_auction({auction_id})",
        "awarded": f"bonds return: ops.withdraw_bond({auction_id}, who); then ops.orders()",
        "void": "nothing: nobody bid",
    }
    return View(
        number=erp_numbers.number_of(erp_numbers.AUCTION, auction_id),
        status=status,
        buyer=calls.who(terms["buyer"]),
        quantity=terms["quantity"],
        ceiling_minor=Minor(terms["ceiling"]),
        bond_minor=Minor(terms["bond"]),
        ends=moment_from(found["endsAt"], now),
        extensions=found["extensions"],
        bids=found["bids"],
        leader=calls.who(found["leader"]) if standing else None,
        leading_minor=Minor(best["amount"]) if best else None,
        most_next_minor=Minor(most),
        next=turns[status],
    )


def _opened(auction_id: int) -> dict[str, Any]:
    events = calls.logs("ReverseAuctions", "ReverseAuctionOpened", auctionId=auction_id)
    if not events:
        raise NotThere(f"there is no auction {auction_id}; ops.auctions() lists them")
    return events[0]


def _terms(auction_id: int) -> dict[str, Any]:
    terms = _opened(auction_id)["terms"]
    found: dict[str, Any] = calls.members("ReverseAuctions", "ReverseAuctionOpened", "terms", terms)
    return found


def open_auction(
    quantity: int,
    ceiling: int,
    suppliers: Any = (),
    buyer: Any = None,
    seconds: int = 0,
    decrement_bps: int = 100,
    bond: int = 0,
    extension_seconds: int = 120,
    extensions: int = 5,
    promise_days: int = 7,
) -> Any:
    """Open an auction that does not come from the ERP: ops.open_auction(500, 6_000_000, ["S1", "S2"]).

    It lasts ten minutes, with a bond an hour, unless `seconds` are named.
    """
    seconds = seconds or (calls.BONDED_SECONDS if bond else TRIAL_SECONDS)
    accounts = [calls.address_of(supplier).lower() for supplier in suppliers]
    root = invitation_tree(accounts).root if accounts else bytes(32)
    sender = calls.sender(buyer, calls.BUYER)
    head = (calls.address_of(sender), calls.reference(), root, quantity, ceiling, bond)
    times = (decrement_bps, 0, seconds, extension_seconds, extensions)
    terms = (*head, *times, calls.order_terms(promise_days, {}))
    return calls.send("ReverseAuctions", "openAuction", terms, accounts, sender=sender)


def underbid(auction_id: int, supplier: Any, amount: int) -> Any:
    """Bid below the leading bid, for all to see: ops.underbid(1, "S1", 5_500_000)."""
    address = calls.address_of(supplier)
    accounts = [account.lower() for account in _opened(auction_id)["invited"]]
    proof = invitation_proof(accounts, address) if address.lower() in accounts else []
    arguments = (auction_id, calls.tupled(_terms(auction_id)), amount, proof)
    return calls.send("ReverseAuctions", "placeBid", *arguments, sender=supplier)


def award_auction(auction_id: int, caller: Any = None) -> Any:
    """Award an auction that has ended to its lowest bid: ops.award_auction(1). Anybody may."""
    terms, sender = calls.tupled(_terms(auction_id)), calls.sender(caller, calls.DEPLOYER)
    return calls.send("ReverseAuctions", "award", auction_id, terms, sender=sender)


def withdraw_bond(auction_id: int, supplier: Any, caller: Any = None) -> Any:
    """Send a bidder its bond back, once the auction has ended: ops.withdraw_bond(1, "S1"). Anybody may."""
    arguments = (auction_id, calls.tupled(_terms(auction_id)), calls.address_of(supplier))
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("ReverseAuctions", "withdrawBond", *arguments, sender=sender)
