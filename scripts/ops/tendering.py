"""TENDERS: sealed-bid reverse auctions."""

from __future__ import annotations

from typing import Any

from bridge.commitments import invitation_proof, invitation_tree
from scripts import sealedbids
from scripts.ops import calls
from scripts.ops.calls import TENDER_STATUSES, NotThere
from scripts.sealedbids import SealedBid
from scripts.shown import Minor, View, moment, moment_from

DAY = 86_400


def tenders() -> View:
    """All tenders, by id: where each stands."""
    found = {}
    for event in calls.logs("Tenders", "TenderOpened"):
        seen = tender(event["tenderId"])
        worth = Minor(seen["ceiling_minor"])
        found[str(event["tenderId"])] = (
            f"{seen['status']}, at most {worth} for {seen['quantity']:_}"
        )
    return View(found)


def tender(tender_id: int) -> View:
    """A tender at a glance: phase, times, terms, the best bid so far, and whose turn it is."""
    found = calls.view("Tenders", "tender", tender_id)
    status = TENDER_STATUSES[found["status"]]
    if status == "none":
        raise NotThere(f"there is no tender {tender_id}; ops.tenders() lists them")
    terms, now = found["terms"], calls.now()
    phase = _phase(found, now) if status == "open" else None
    order_id = _order_of(tender_id) if status == "awarded" else None
    return View(
        status=status,
        phase=phase,
        buyer=calls.who(found["buyer"]),
        quantity=terms["quantity"],
        ceiling_minor=Minor(terms["ceiling"]),
        bond_minor=Minor(terms["bond"]),
        min_credit_bps=terms["minCreditBps"],
        chain_time=moment(now),
        commit_end=moment_from(found["commitEnd"], now),
        reveal_end=moment_from(found["revealEnd"], now),
        promised=moment_from(terms["order"]["promisedAt"], now),
        invited=[calls.who(address) for address in invited(tender_id)],
        bids=found["bids"],
        revealed=found["revealed"],
        leader=calls.who(found["leader"]) if found["leadingAmount"] else None,
        leading_minor=Minor(found["leadingAmount"]) if found["leadingAmount"] else None,
        order=order_id,
        next=_tender_next(tender_id, status, phase, order_id),
    )


def _phase(found: dict[str, Any], now: int) -> str:
    if now < found["commitEnd"]:
        return "commit"
    return "reveal" if now < found["revealEnd"] else "award"


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
        "award": f"the bridge awards by itself; anybody may: ops.award({tender_id})",
    }[str(phase)]


def invited(tender_id: int) -> list[str]:
    """Accounts invited to a tender; empty when it is open to all. Raises NotThere."""
    events = calls.logs("Tenders", "TenderOpened", tenderId=tender_id)
    if not events:
        raise NotThere(f"there is no tender {tender_id}; ops.tenders() lists them")
    return list(events[0]["invited"])


def open_tender(
    quantity: int,
    ceiling: int,
    suppliers: Any = (),
    buyer: Any = None,
    commit_seconds: int = 120,
    reveal_seconds: int = 120,
    promise_days: int = 7,
    bond: int = 0,
    min_credit_bps: int = 0,
) -> Any:
    """Open a tender by hand, outside of the ERP: for trying out the contracts only.

    The ERP knows no requisition for it, so the bridge sets its events aside and its status says so (`interlock bridge
    status`): a real tender comes from falling stock.
    """
    accounts = [calls.address_of(supplier).lower() for supplier in suppliers]
    root = invitation_tree(accounts).root if accounts else bytes(32)
    attester = calls.account(calls.ATTESTER).address
    promised = calls.now() + promise_days * DAY
    order_terms = (attester, promised, DAY, 30 * DAY, 7 * DAY, 10, 1_000, 0, 0)
    windows = (commit_seconds, reveal_seconds)
    terms = (
        calls.reference(),
        root,
        quantity,
        ceiling,
        bond,
        *windows,
        min_credit_bps,
        order_terms,
    )
    return calls.send(
        "Tenders", "openTender", terms, accounts, sender=calls.sender(buyer, calls.BUYER)
    )


def bid(tender_id: int, supplier: Any, amount: int) -> Any:
    """Commit to a sealed bid, net amount in minor units: ops.bid(1, "S1", 5_000_000).

    Price and salt are kept in build/console/bids.json, readable by you alone, for ops.reveal.
    """
    address = calls.address_of(supplier)
    salt = calls.reference()
    sealed = "0x" + bytes(calls.view("Tenders", "sealBid", tender_id, address, amount, salt)).hex()
    accounts = [account.lower() for account in invited(tender_id)]
    proof = invitation_proof(accounts, address) if address.lower() in accounts else []
    sealedbids.keep(_bid_key(tender_id, address), SealedBid(amount, salt, sealed))
    return calls.send("Tenders", "commitBid", tender_id, sealed, proof, sender=supplier)


def reveal(tender_id: int, supplier: Any) -> Any:
    """Reveal a bid that ops.bid committed to; its bond comes back. Only between commit_end and reveal_end."""
    address = calls.address_of(supplier)
    standing = calls.view("Tenders", "bid", tender_id, address)
    commitment = "0x" + bytes(standing["commitment"]).hex()
    if standing["index"] == 0:
        raise NotThere(f"{calls.who(address)!r} has no bid on tender {tender_id}")
    kept = sealedbids.find(_bid_key(tender_id, address), commitment)
    if kept is None:
        raise NotThere(
            f"the bid of {calls.who(address)!r} was not made here: {sealedbids.BIDS_FILE} lacks it"
        )
    return calls.send("Tenders", "revealBid", tender_id, kept.amount, kept.salt, sender=supplier)


def award(tender_id: int, caller: Any = None) -> Any:
    """Award a tender whose reveal window has ended. The bridge does it by itself; anybody may."""
    return calls.send("Tenders", "award", tender_id, sender=calls.sender(caller, calls.DEPLOYER))


def forfeit(tender_id: int, supplier: Any, caller: Any = None) -> Any:
    """Pay the bond of a bid that was never revealed to the buyer. Anybody may, after the reveal window."""
    address, sender = calls.address_of(supplier), calls.sender(caller, calls.DEPLOYER)
    return calls.send("Tenders", "forfeitBond", tender_id, address, sender=sender)


def _bid_key(tender_id: int, address: str) -> str:
    return sealedbids.key(calls.genesis(), calls.contract("Tenders").address, tender_id, address)
