"""TENDERS: sealed-bid reverse auctions, by price or by price and days, with review, in lots. 竞价采购."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.commitments.invitations import invitation_proof, invitation_tree

from ...deployment.sealing import seal_bid
from .. import erp_numbers, secrets_file
from ..errors import NotThere
from ..formatting import Minor, View, moment, moment_from
from . import calls
from .calls import TENDER_STATUSES

__all__ = [
    "award",
    "bid",
    "disqualify",
    "forfeit",
    "invited",
    "open_lots",
    "open_tender",
    "rank",
    "reveal",
    "tender",
    "tenders",
]

TRIAL_SECONDS = 120  # of a window, for trying out
REVEALED = ("revealed", "disqualified")
BID_STATUSES = ("none", "committed", "forfeited", *REVEALED)


def tenders() -> View:
    """All tenders, by id, and where each stands: ops.tenders()."""
    found = {}
    for event in calls.logs("Tenders", "TenderOpened"):
        seen = tender(event["tenderId"])
        worth = Minor(seen["ceiling_minor"])
        number = erp_numbers.head(erp_numbers.TENDER, event["tenderId"])
        found[str(event["tenderId"])] = (
            f"{number}{seen['status']}, at most {worth} for {seen['quantity']:_}"
        )
    return View(found)


def tender(tender_id: int) -> View:
    """A tender at a glance: phase, times, terms, the best bid so far, and whose turn it is: ops.tender(1)."""
    found = calls.view("Tenders", "tender", tender_id)
    status = TENDER_STATUSES[found["status"]]
    if status == "none":
        raise _unknown(tender_id)
    terms, now = _terms(tender_id), calls.now()
    phase = _phase(found, status, terms, now) if status in ("open", "ranking") else None
    order_id = _order_of(tender_id) if status == "awarded" else None
    standing = int(found["leader"], 16) != 0
    leading = calls.view("Tenders", "bid", tender_id, found["leader"]) if standing else None
    return View(
        tender=tender_id,
        number=erp_numbers.number_of(erp_numbers.TENDER, tender_id),
        status=status,
        phase=phase,
        buyer=calls.who(terms["buyer"]),
        quantity=terms["quantity"],
        ceiling_minor=Minor(terms["ceiling"]),
        bond_minor=Minor(terms["bond"]),
        min_credit_bps=terms["minCreditBps"],
        pays="the second price" if terms["pricing"] else "the winner's price",
        day_minor=Minor(terms["dayValue"]) if terms["dayValue"] else None,
        chain_time=moment(now),
        commit_end=moment_from(found["commitEnd"], now),
        reveal_end=moment_from(found["revealEnd"], now),
        review_end=moment_from(found["revealEnd"] + terms["reviewSeconds"], now)
        if terms["reviewSeconds"]
        else None,
        promised=moment_from(terms["order"]["promisedAt"], now),
        invited=[calls.who(address) for address in invited(tender_id)],
        bids=found["bids"],
        revealed=len(calls.logs("Tenders", "BidRevealed", tenderId=tender_id)),
        leader=calls.who(found["leader"]) if standing else None,
        leading_minor=Minor(leading["amount"]) if leading else None,
        order=order_id,
        order_number=erp_numbers.number_of(erp_numbers.ORDER, order_id) if order_id else None,
        next=_tender_next(tender_id, status, phase, order_id),
    )


def _unknown(tender_id: int) -> NotThere:
    return NotThere(f"there is no tender {tender_id}; ops.tenders() lists them")


def _opened(tender_id: int) -> dict[str, Any]:
    events = calls.logs("Tenders", "TenderOpened", tenderId=tender_id)
    if not events:
        raise _unknown(tender_id)
    return events[0]


def _terms(tender_id: int) -> dict[str, Any]:
    """The terms as they were published: the contract keeps their hash alone."""
    found: dict[str, Any] = calls.members(
        "Tenders", "TenderOpened", "terms", _opened(tender_id)["terms"]
    )
    return found


def _brought(tender_id: int) -> tuple[Any, ...]:
    """Returns a tender's published terms as the argument of a later call."""
    terms: tuple[Any, ...] = calls.tupled(_terms(tender_id))
    return terms


def _phase(found: Mapping[str, Any], status: str, terms: Mapping[str, Any], now: int) -> str:
    review_end = found["revealEnd"] + terms["reviewSeconds"]
    if now < found["commitEnd"]:
        return "commit"
    if now < found["revealEnd"]:
        return "reveal"
    if now < review_end:
        return "review"
    if status == "ranking" and now < review_end + terms["reviewSeconds"]:
        return "ranking"
    return "award"


def _order_of(tender_id: int) -> int:
    (event,) = calls.logs("Tenders", "TenderAwarded", tenderId=tender_id)
    return int(event["orderId"])


def _tender_next(tender_id: int, status: str, phase: str | None, order_id: int | None) -> str:
    if status == "awarded":
        return f"ops.order({order_id})"
    if status == "void":
        return "nothing: no valid bid was revealed, the ERP frees the budget"
    return {
        "commit": f'suppliers bid: ops.bid({tender_id}, "S1", amount in minor units)',
        "reveal": f'suppliers reveal: ops.reveal({tender_id}, "S1")',
        "review": f'the buyer may strike a bid: ops.disqualify({tender_id}, "S1", "why")',
        "ranking": f'bids compete anew, by anybody: ops.rank({tender_id}, "S2")',
        "award": f"the bridge awards by itself; anybody may: ops.award({tender_id})",
    }[str(phase)]


def invited(tender_id: int) -> list[str]:
    """Accounts invited to a tender, none when it is open to all: ops.invited(1)."""
    return list(_opened(tender_id)["invited"])


def open_tender(
    quantity: int,
    ceiling: int,
    suppliers: Any = (),
    buyer: Any = None,
    commit_seconds: int = 0,
    reveal_seconds: int = 0,
    promise_days: int = 7,
    bond: int = 0,
    min_credit_bps: int = 0,
    **more: Any,
) -> Any:
    """Open a tender that does not come from the ERP: ops.open_tender(500, 6_000_000, ["S1", "S2"]). For trying out only.

    No requisition asks for it: it is booked without one, and the audit remarks it. A real tender comes from falling
    stock. Windows are two minutes, with a bond an hour, unless named. More of
    its terms: review_seconds, second_price, day_value, max_days, credit_weight_bps, tax_bps, tolerance_bps, region,
    payment_seconds (later than T+0: a receivable).
    """
    accounts = [calls.address_of(supplier).lower() for supplier in suppliers]
    sender = calls.sender(buyer, calls.BUYER)
    lot = {"quantity": quantity, "ceiling": ceiling, "bond": bond} | more
    least = calls.BONDED_SECONDS if bond else TRIAL_SECONDS
    windows = (commit_seconds or least, reveal_seconds or least)
    terms = _new_terms(sender, accounts, lot, windows, min_credit_bps, promise_days)
    return calls.send("Tenders", "openTender", terms, accounts, sender=sender)


def open_lots(
    lots: Sequence[Mapping[str, Any]],
    suppliers: Any = (),
    buyer: Any = None,
    commit_seconds: int = 0,
    reveal_seconds: int = 0,
    promise_days: int = 7,
) -> Any:
    """Open the lots of one purchase, each a tender of its own: ops.open_lots([{"quantity": 9, "ceiling": 500}, ...])."""
    accounts = [calls.address_of(supplier).lower() for supplier in suppliers]
    sender = calls.sender(buyer, calls.BUYER)
    least = calls.BONDED_SECONDS if any(lot.get("bond") for lot in lots) else TRIAL_SECONDS
    windows = (commit_seconds or least, reveal_seconds or least)
    rows = [_new_terms(sender, accounts, lot, windows, 0, promise_days) for lot in lots]
    return calls.send("Tenders", "openLots", rows, accounts, sender=sender)


def _new_terms(
    buyer: Any,
    accounts: Sequence[str],
    lot: Mapping[str, Any],
    windows: tuple[int, int],
    min_credit_bps: int,
    promise_days: int,
) -> tuple[Any, ...]:
    root = invitation_tree(accounts).root if accounts else bytes(32)
    money = (lot["quantity"], lot["ceiling"], lot.get("bond", 0))
    review = lot.get("review_seconds", 0)
    pricing = int(lot.get("second_price", False))
    days = (lot.get("day_value", 0), lot.get("max_days", 0), lot.get("credit_weight_bps", 0))
    head = (calls.address_of(buyer), calls.reference(), root, *money, *windows, review)
    return (*head, min_credit_bps, pricing, *days, calls.order_terms(promise_days, lot))


def bid(tender_id: int, supplier: Any, amount: int, days: int = 0) -> Any:
    """Commit to a sealed bid, net amount in minor units: ops.bid(1, "S1", 5_000_000). `days` where a day is worth money.

    Price and salt are kept in build/console/secrets.json, readable by you alone, for ops.reveal.
    """
    address = calls.address_of(supplier)
    salt = calls.reference()
    secret = (amount, days, calls.bytes32(salt))
    sealed = calls.hexed(seal_bid(calls.place("Tenders"), tender_id, address, *secret))
    accounts = [account.lower() for account in invited(tender_id)]
    proof = invitation_proof(accounts, address) if address.lower() in accounts else []
    secrets_file.keep(
        calls.shelf("Tenders"), sealed, {"amount": amount, "days": days, "salt": salt}
    )
    arguments = (tender_id, _brought(tender_id), sealed, proof)
    return calls.send("Tenders", "commitBid", *arguments, sender=supplier)


def reveal(tender_id: int, supplier: Any) -> Any:
    """Reveal a bid that ops.bid committed to, its bond comes back: ops.reveal(1, "S1").

    Only between commit_end and reveal_end.
    """
    address = calls.address_of(supplier)
    standing = calls.view("Tenders", "bid", tender_id, address)
    if standing["index"] == 0:
        raise NotThere(f"{calls.who(address)!r} has no bid on tender {tender_id}")
    if BID_STATUSES[standing["status"]] in REVEALED:
        raise NotThere(f"{calls.who(address)!r} has revealed its bid on tender {tender_id}")
    opens = calls.view("Tenders", "tender", tender_id)["commitEnd"]
    calls.not_before(opens, f"bids on tender {tender_id} are revealed")
    mine = secrets_file.find(calls.shelf("Tenders"), calls.hexed(standing["commitment"]))
    arguments = (tender_id, _brought(tender_id), mine["amount"], mine["days"], mine["salt"])
    return calls.send("Tenders", "revealBid", *arguments, sender=supplier)


def disqualify(tender_id: int, supplier: Any, reason: str) -> Any:
    """The buyer strikes a revealed bid, for a reason: ops.disqualify(1, "S1", "no certificate").

    Only between reveal_end and review_end.
    """
    terms = _terms(tender_id)
    arguments = (tender_id, calls.tupled(terms), calls.address_of(supplier), calls.text_ref(reason))
    return calls.send("Tenders", "disqualifyBid", *arguments, sender=terms["buyer"])


def rank(tender_id: int, supplier: Any, caller: Any = None) -> Any:
    """Have a bid compete again after the leader was struck: ops.rank(1, "S2"). Anybody may."""
    arguments = (tender_id, _brought(tender_id), calls.address_of(supplier))
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("Tenders", "rankBid", *arguments, sender=sender)


def award(tender_id: int, caller: Any = None) -> Any:
    """Award a tender whose time has come: ops.award(1). The bridge does it by itself; anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("Tenders", "award", tender_id, _brought(tender_id), sender=sender)


def forfeit(tender_id: int, supplier: Any, caller: Any = None) -> Any:
    """Pay the bond of a bid that was never revealed to the buyer: ops.forfeit(1, "S3"). Anybody may, after the reveals."""
    arguments = (tender_id, _brought(tender_id), calls.address_of(supplier))
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("Tenders", "forfeitBond", *arguments, sender=sender)
