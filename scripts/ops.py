"""What a contract operator does from `make console`. Try: ops.tenders(), ops.tender(1), ops.order(1), ops.score("S1").

Amounts are minor units (分): 5_000_000 is 50,000.00. Who is meant is a brownie account, an address or, on the chain of
`make run`, a name:
    deployer accounts[0]   registrar accounts[1]   treasurer accounts[2]   attester accounts[3] (the bridge)
    guardian accounts[4]   HEFEI accounts[5] (the buyer)   S1 accounts[6]   S2 accounts[7]   S3 accounts[8]
What sends a transaction returns brownie's receipt. When a rule says no, nothing is sent and the contract's own error is
told, as in `Tenders_CommitClosed(tenderId=1, timestamp=..., commitEnd=...)`. To send a call yourself, by brownie's own
means: Tenders.award(1, {"from": accounts[0]}).

A purchase, by hand, after stock fell below its threshold and the bridge opened tender 1:
    ops.bid(1, "S1", 5_000_000)    ops.bid(1, "S2", 5_100_000)
    ops.wait(120)                  (or wait two minutes: the commit window ends)
    ops.reveal(1, "S1")            ops.reveal(1, "S2")
    ops.wait(120)                  (the reveal window ends; the bridge awards and funds by itself)
    ops.order(1)                   (its last line says whose turn it is)
    ops.ship(1, 500)               (then receipt, inspection and invoice in the ERP: `make run` printed how)
    ops.order(1)                   closed: paid in the transaction that accepted the goods
    ops.score("S1")                the promise that was kept
"""

from __future__ import annotations

import secrets
from typing import Any

from eth_utils.crypto import keccak

from bridge.commitments import invitation_proof, invitation_tree
from scripts import opscalls as calls
from scripts import sealedbids
from scripts.opscalls import (
    DELIVERY_STATUSES,
    ORDER_STATUSES,
    TENDER_STATUSES,
    BadArgument,
    NotThere,
    OpsError,
    attach,
)
from scripts.sealedbids import SealedBid
from scripts.shown import Minor, View, moment, moment_from

__all__ = [
    "approve", "attach", "award", "balance", "bid", "cancel", "claim", "close", "delivery", "forfeit", "fund",
    "invited", "issue", "open_tender", "order", "orders", "pause", "people", "register", "reinstate", "resume",
    "reveal", "score", "ship", "suspend", "tender", "tenders", "wait",
]  # fmt: skip

CAPABILITIES = {"buyer": 1, "supplier": 2}
REFERENCE_BYTES = 32
DAY = 86_400
UNLIMITED = 2**256 - 1
DEPLOYER, REGISTRAR, TREASURER, ATTESTER, GUARDIAN, BUYER = range(6)


def _sender(chosen: Any, place: int) -> Any:
    return calls.account(place) if chosen is None else chosen


def _reference() -> str:
    return "0x" + secrets.token_hex(REFERENCE_BYTES)


# ---- participants and money -----------------------------------------------------------------------


def people() -> View:
    """The people of the development chain: name, place in accounts, settlement tokens."""
    if not calls.in_sandbox():
        raise OpsError("this is no development chain: its people are in the ERP (GET /parties)")
    found = {}
    for place, name in enumerate(calls.SANDBOX_NAMES):
        address = calls.account(place).address
        found[name] = f"accounts[{place}]  {address}  {balance(address)}"
    return View(found)


def register(account: Any, capability: str = "supplier", registrar: Any = None) -> Any:
    """Make an account a participant: ops.register(accounts[9], "supplier"). Its party must be in the ERP first."""
    if capability not in CAPABILITIES:
        raise BadArgument(f"capability is one of {', '.join(CAPABILITIES)}, not {capability!r}")
    sender = _sender(registrar, REGISTRAR)
    bits = CAPABILITIES[capability]
    return calls.send("Participants", "register", calls.address_of(account), bits, sender=sender)


def suspend(account: Any, reason: str, registrar: Any = None) -> Any:
    """Bar a participant from new obligations. Only the reason's hash stands on chain."""
    digest = keccak(text=reason)
    sender = _sender(registrar, REGISTRAR)
    return calls.send("Participants", "suspend", calls.address_of(account), digest, sender=sender)


def reinstate(account: Any, registrar: Any = None) -> Any:
    """Lift a suspension."""
    sender = _sender(registrar, REGISTRAR)
    return calls.send("Participants", "reinstate", calls.address_of(account), sender=sender)


def issue(account: Any, amount: int, treasurer: Any = None) -> Any:
    """Issue settlement tokens against bank money, minor units."""
    to, sender = calls.address_of(account), _sender(treasurer, TREASURER)
    return calls.send("SettlementToken", "issue", to, amount, _reference(), sender=sender)


def approve(account: Any) -> Any:
    """Let the contracts draw bonds and escrow deposits from an account; the second of two receipts."""
    for spender in ("Tenders", "PurchaseOrders"):
        address = calls.contract(spender).address
        receipt = calls.send("SettlementToken", "approve", address, UNLIMITED, sender=account)
    return receipt


def balance(account: Any) -> Minor:
    """Settlement tokens of an account, minor units."""
    return Minor(calls.view("SettlementToken", "balanceOf", calls.address_of(account)))


def score(account: Any) -> View:
    """Credit of an account: score in basis points (10,000 is best), and the outcomes behind it."""
    address = calls.address_of(account)
    record = calls.view("CreditRegistry", "recordOf", address)
    value = record["value"]
    return View(
        who=calls.who(address),
        score_bps=int(calls.view("CreditRegistry", "scoreOf", address)),
        outcomes=record["outcomes"],
        value_minor=Minor(value),
        delivery_bps=record["deliveryWeighted"] // value if value else None,
        quality_bps=record["qualityWeighted"] // value if value else None,
    )


# ---- tenders --------------------------------------------------------------------------------------


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
    attester = calls.account(ATTESTER).address
    promised = calls.now() + promise_days * DAY
    order_terms = (attester, promised, DAY, 30 * DAY, 7 * DAY, 10, 1_000, 0, 0)
    windows = (commit_seconds, reveal_seconds)
    terms = (_reference(), root, quantity, ceiling, bond, *windows, min_credit_bps, order_terms)
    return calls.send("Tenders", "openTender", terms, accounts, sender=_sender(buyer, BUYER))


def bid(tender_id: int, supplier: Any, amount: int) -> Any:
    """Commit to a sealed bid, net amount in minor units: ops.bid(1, "S1", 5_000_000).

    Price and salt are kept in build/console/bids.json, readable by you alone, for ops.reveal.
    """
    address = calls.address_of(supplier)
    salt = _reference()
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
    return calls.send("Tenders", "award", tender_id, sender=_sender(caller, DEPLOYER))


def forfeit(tender_id: int, supplier: Any, caller: Any = None) -> Any:
    """Pay the bond of a bid that was never revealed to the buyer. Anybody may, after the reveal window."""
    address, sender = calls.address_of(supplier), _sender(caller, DEPLOYER)
    return calls.send("Tenders", "forfeitBond", tender_id, address, sender=sender)


def _bid_key(tender_id: int, address: str) -> str:
    return sealedbids.key(calls.genesis(), calls.contract("Tenders").address, tender_id, address)


# ---- orders ---------------------------------------------------------------------------------------


def orders() -> View:
    """All orders, by id: where each stands."""
    found = {}
    for event in calls.logs("PurchaseOrders", "PurchaseOrderOpened"):
        seen = order(event["orderId"])
        worth = f"{seen['accepted']:_} of {seen['quantity']:_} accepted, {seen['amount_minor']}"
        found[str(event["orderId"])] = f"{seen['status']}, {worth}, {seen['supplier']!r}"
    return View(found)


def order(order_id: int) -> View:
    """An order at a glance: parties, quantities, money, deliveries, and whose turn it is."""
    found = _order(order_id)
    now, terms = calls.now(), found["terms"]
    parts = [delivery(order_id, index + 1) for index in range(found["deliveries"])]
    return View(
        status=ORDER_STATUSES[found["status"]],
        tender=found["tenderId"],
        buyer=calls.who(found["buyer"]),
        supplier=calls.who(found["supplier"]),
        quantity=found["quantity"],
        amount_minor=Minor(found["amount"]),
        promised=moment_from(terms["promisedAt"], now),
        open_quantity=found["quantity"] - found["underway"],
        accepted=found["accepted"],
        accepted_minor=Minor(found["acceptedAmount"]),
        escrowed_minor=Minor(found["escrowed"]),
        deliveries=parts,
        next=_order_next(order_id, found, parts),
    )


def _order(order_id: int) -> dict[str, Any]:
    found: dict[str, Any] = calls.view("PurchaseOrders", "order", order_id)
    if found["status"] == 0:
        raise NotThere(f"there is no order {order_id}; ops.orders() lists them")
    return found


def _order_next(order_id: int, found: dict[str, Any], parts: list[View]) -> list[str]:
    status = ORDER_STATUSES[found["status"]]
    if status == "opened":
        return ["the bridge funds the escrow by itself, with the buyer's key"]
    if status != "funded":
        return []
    turns = {
        "shipped": "the warehouse books the receipt: POST /goods-receipts",
        "received": "quality books the inspection: POST /inspections",
        "inspected": "the supplier's invoice is entered: POST /supplier-invoices; then it is paid",
    }
    steps = [
        f"delivery {p['delivery']}: {turns[p['status']]}" for p in parts if p["status"] in turns
    ]
    left = found["quantity"] - found["underway"]
    if left:
        steps.append(f"the supplier ships: ops.ship({order_id}, {left})")
    return steps


def delivery(order_id: int, delivery_id: int) -> View:
    """A delivery at a glance."""
    found = calls.view("PurchaseOrders", "delivery", order_id, delivery_id)
    if found["status"] == 0:
        raise NotThere(f"order {order_id} has no delivery {delivery_id}")
    return View(
        delivery=delivery_id,
        status=DELIVERY_STATUSES[found["status"]],
        shipped=found["shipped"],
        shipped_at=moment(found["shippedAt"]),
        received=found["received"],
        received_at=moment(found["receivedAt"]) if found["receivedAt"] else None,
        days_late=found["daysLate"],
        accepted=found["accepted"],
        accepted_minor=Minor(found["acceptedAmount"]),
    )


def fund(order_id: int, buyer: Any = None) -> Any:
    """Put an order's least deposit into escrow. The bridge does it by itself for orders that the ERP knows."""
    found = _order(order_id)
    terms = found["terms"]
    rates = (terms["taxBps"], terms["toleranceBps"])
    deposit = calls.view("PurchaseOrders", "requiredDeposit", found["amount"], *rates)
    sender = found["buyer"] if buyer is None else buyer
    return calls.send("PurchaseOrders", "fund", order_id, deposit, sender=sender)


def ship(order_id: int, quantity: int, supplier: Any = None) -> Any:
    """Say that goods are on their way; the order's own supplier when none is named."""
    sender = _order(order_id)["supplier"] if supplier is None else supplier
    return calls.send("PurchaseOrders", "ship", order_id, quantity, _reference(), sender=sender)


def claim(order_id: int, delivery_id: int, caller: Any = None) -> Any:
    """Claim the payment of a delivery on which the attester fell silent. Anybody may."""
    sender = _sender(caller, DEPLOYER)
    return calls.send("PurchaseOrders", "claim", order_id, delivery_id, sender=sender)


def close(order_id: int, caller: Any = None) -> Any:
    """Close an order whose time has run out; what is left in escrow returns to the buyer. Anybody may."""
    return calls.send("PurchaseOrders", "close", order_id, sender=_sender(caller, DEPLOYER))


def cancel(order_id: int, caller: Any = None) -> Any:
    """Cancel an order that was not funded in time. Anybody may."""
    return calls.send("PurchaseOrders", "cancel", order_id, sender=_sender(caller, DEPLOYER))


# ---- stopping, and time ---------------------------------------------------------------------------


def pause(guardian: Any = None) -> Any:
    """Stop new obligations everywhere. Reveals, awards, payments and refunds go on."""
    return calls.send("Participants", "pauseObligations", sender=_sender(guardian, GUARDIAN))


def resume(guardian: Any = None) -> Any:
    """Allow new obligations again."""
    return calls.send("Participants", "resumeObligations", sender=_sender(guardian, GUARDIAN))


def wait(seconds: int) -> str:
    """Chain time passes at once, on a development chain only; the ERP of `make run` follows it. The new chain time."""
    if not calls.in_sandbox():
        raise OpsError("only a development chain's time can be moved")
    if seconds <= 0:
        raise BadArgument(f"time only goes forward: {seconds} s")
    wanted = calls.now() + seconds
    calls.raw("evm_increaseTime", [seconds])
    calls.raw("evm_mine")
    return moment(max(calls.now(), wanted))
