"""What a contract operator does from `make console`. Try: help(ops), ops.tender(1), ops.order(1).

Amounts are minor units (分) unless a function says otherwise; accounts are brownie accounts or addresses. Every function
that sends a transaction returns brownie's receipt, and raises the contract's own error when a rule says no.

The development chain of `make run` knows these people (accounts of the public test phrase):
    accounts[1] registrar   accounts[2] treasurer   accounts[3] attester (the bridge)   accounts[4] guardian
    accounts[5] buyer HEFEI   accounts[6] S1   accounts[7] S2   accounts[8] S3

A purchase, by hand, after stock fell below its threshold and the bridge opened tender 1:
    ops.bid(1, accounts[6], 5_000_000)      ops.bid(1, accounts[7], 5_100_000)
    ops.reveal(1, accounts[6])              ops.reveal(1, accounts[7])          (when ops.tender(1) says reveal)
    ops.order(1)                            (the bridge awards and funds by itself)
    ops.ship(1, 500)                        (then receipt, inspection and invoice in the ERP: http://127.0.0.1:8000/docs)
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bridge.merkle import MerkleTree, leaf_hash

CAPABILITIES = {"buyer": 1, "supplier": 2}
TENDER_STATUSES = ("none", "open", "awarded", "void")
ORDER_STATUSES = ("none", "opened", "funded", "closed", "cancelled")
DELIVERY_STATUSES = ("none", "shipped", "received", "inspected", "settled", "lost")
BIDS_FILE = Path("build/console/bids.json")  # prices and salts of our sealed bids: private
PRIVATE_MODE = 0o600
UNLIMITED = 2**256 - 1

_names: dict[str, Any] = {}


def attach(names: dict[str, Any]) -> None:
    """Called once by the console: where contracts and accounts are."""
    _names.update(names)


def _contract(name: str) -> Any:
    if name not in _names.get("contracts", {}):
        raise RuntimeError("start this from `make console`: no contracts are loaded")
    return _names["contracts"][name]


def _account(index: int) -> Any:
    return _names["accounts"][index]


def _address(account: Any) -> str:
    return str(getattr(account, "address", account))


def _when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(sep=" ", timespec="seconds")


def _now() -> int:
    import brownie

    return int(brownie.web3.eth.get_block("latest")["timestamp"])


# ---- participants and money -----------------------------------------------------------------------


def register(account: Any, capability: str = "supplier", registrar: Any = None) -> Any:
    """Make an account a participant: ops.register(accounts[9], "supplier"). Its party must be in the ERP first."""
    if capability not in CAPABILITIES:
        raise ValueError(f"capability is one of {', '.join(CAPABILITIES)}, not {capability!r}")
    sender = {"from": registrar or _account(1)}
    return _contract("Participants").register(_address(account), CAPABILITIES[capability], sender)


def suspend(account: Any, reason: str, registrar: Any = None) -> Any:
    """Bar a participant from new obligations. Only the reason's hash stands on chain."""
    import brownie

    digest = brownie.web3.keccak(text=reason)
    return _contract("Participants").suspend(
        _address(account), digest, {"from": registrar or _account(1)}
    )


def reinstate(account: Any, registrar: Any = None) -> Any:
    """Lift a suspension."""
    return _contract("Participants").reinstate(
        _address(account), {"from": registrar or _account(1)}
    )


def issue(account: Any, amount: int, treasurer: Any = None) -> Any:
    """Issue settlement tokens against bank money, minor units."""
    ref = "0x" + secrets.token_hex(32)
    return _contract("SettlementToken").issue(
        _address(account), amount, ref, {"from": treasurer or _account(2)}
    )


def approve(account: Any) -> Any:
    """Let the contracts draw bonds and escrow deposits from an account."""
    token = _contract("SettlementToken")
    token.approve(_contract("Tenders").address, UNLIMITED, {"from": account})
    return token.approve(_contract("PurchaseOrders").address, UNLIMITED, {"from": account})


def balance(account: Any) -> int:
    """Settlement tokens of an account, minor units."""
    return int(_contract("SettlementToken").balanceOf(_address(account)))


def score(account: Any) -> dict[str, Any]:
    """Credit of an account: score in basis points, and the sums behind it."""
    registry = _contract("CreditRegistry")
    value, delivery, quality, outcomes = registry.recordOf(_address(account))
    return {
        "score_bps": int(registry.scoreOf(_address(account))),
        "outcomes": int(outcomes),
        "value_minor": int(value),
        "delivery_bps": int(delivery // value) if value else None,
        "quality_bps": int(quality // value) if value else None,
    }


# ---- tenders --------------------------------------------------------------------------------------


def tender(tender_id: int) -> dict[str, Any]:
    """A tender at a glance: phase, times, terms, the best bid so far."""
    found = _contract("Tenders").tender(tender_id).dict()
    status = TENDER_STATUSES[found["status"]]
    if status == "none":
        raise LookupError(f"no tender {tender_id}")
    now = _now()
    phase = (
        "commit" if now < found["commitEnd"] else "reveal" if now < found["revealEnd"] else "award"
    )
    terms = dict(zip(_terms_names(), found["terms"], strict=True))
    return {
        "status": status,
        "phase": phase if status == "open" else None,
        "commit_end": _when(found["commitEnd"]),
        "reveal_end": _when(found["revealEnd"]),
        "chain_time": _when(now),
        "buyer": found["buyer"],
        "quantity": terms["quantity"],
        "ceiling_minor": terms["ceiling"],
        "bond_minor": terms["bond"],
        "min_credit_bps": terms["minCreditBps"],
        "bids": found["bids"],
        "revealed": found["revealed"],
        "leader": found["leader"] if found["revealed"] else None,
        "leading_minor": found["leadingAmount"] or None,
        "invited": invited(tender_id),
    }


def _terms_names() -> list[str]:
    function = next(e for e in _contract("Tenders").abi if e.get("name") == "openTender")
    return [component["name"] for component in function["inputs"][0]["components"]]


def invited(tender_id: int) -> list[str]:
    """Accounts invited to a tender; empty when it is open to all."""
    contract = _contract("Tenders")
    events = contract.events.TenderOpened.get_logs(
        fromBlock=0, argument_filters={"tenderId": tender_id}
    )
    return list(events[0]["args"]["invited"]) if events else []


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

    The ERP knows no requisition for it, so the bridge parks its events; a real tender comes from falling stock.
    """
    accounts = [_address(supplier).lower() for supplier in suppliers]
    root = (
        MerkleTree([leaf_hash(("address",), (a,)) for a in accounts]).root
        if accounts
        else bytes(32)
    )
    attester = _address(_account(3))
    day = 86_400
    promised = _now() + promise_days * day
    order = (attester, promised, day, 30 * day, 7 * day, 10, 1_000, 0, 0)
    ref = "0x" + secrets.token_hex(32)
    terms = (
        ref,
        root,
        quantity,
        ceiling,
        bond,
        commit_seconds,
        reveal_seconds,
        min_credit_bps,
        order,
    )
    return _contract("Tenders").openTender(terms, accounts, {"from": buyer or _account(5)})


def bid(tender_id: int, supplier: Any, amount: int) -> Any:
    """Commit to a sealed bid, net amount in minor units. Price and salt are kept in build/console/bids.json for reveal."""
    contract = _contract("Tenders")
    salt = "0x" + secrets.token_hex(32)
    sealed = contract.sealBid(tender_id, _address(supplier), amount, salt)
    accounts = [account.lower() for account in invited(tender_id)]
    proof = []
    if accounts:
        leaves = [leaf_hash(("address",), (a,)) for a in accounts]
        own = leaf_hash(("address",), (_address(supplier).lower(),))
        if own not in leaves:
            raise PermissionError(f"{_address(supplier)} is not invited to tender {tender_id}")
        proof = MerkleTree(leaves).proof(own)
    _remember(tender_id, supplier, amount, salt)
    return contract.commitBid(tender_id, sealed, proof, {"from": supplier})


def reveal(tender_id: int, supplier: Any) -> Any:
    """Reveal a bid that ops.bid committed to; its bond comes back."""
    kept = _bids().get(_bid_key(tender_id, supplier))
    if kept is None:
        raise LookupError(
            f"no bid of {_address(supplier)} on tender {tender_id} is kept in {BIDS_FILE}"
        )
    return _contract("Tenders").revealBid(
        tender_id, kept["amount"], kept["salt"], {"from": supplier}
    )


def award(tender_id: int, caller: Any = None) -> Any:
    """Award a tender whose reveal window has ended. The bridge does it by itself; anybody may."""
    return _contract("Tenders").award(tender_id, {"from": caller or _account(3)})


def _bid_key(tender_id: int, supplier: Any) -> str:
    return f"{_contract('Tenders').address}:{tender_id}:{_address(supplier)}"


def _bids() -> dict[str, Any]:
    return dict(json.loads(BIDS_FILE.read_text())) if BIDS_FILE.exists() else {}


def _remember(tender_id: int, supplier: Any, amount: int, salt: str) -> None:
    """Kept before the commitment is sent: a bid whose salt is lost loses its bond."""
    kept = _bids()
    kept[_bid_key(tender_id, supplier)] = {"amount": amount, "salt": salt}
    BIDS_FILE.parent.mkdir(parents=True, exist_ok=True)
    temporary = BIDS_FILE.with_suffix(".tmp")
    temporary.touch(mode=PRIVATE_MODE)
    temporary.write_text(json.dumps(kept, indent=2))
    temporary.replace(BIDS_FILE)


# ---- orders ---------------------------------------------------------------------------------------


def order(order_id: int) -> dict[str, Any]:
    """An order at a glance: parties, quantities, money, deliveries."""
    found = _contract("PurchaseOrders").order(order_id).dict()
    if found["status"] == 0:
        raise LookupError(f"no order {order_id}")
    return {
        "status": ORDER_STATUSES[found["status"]],
        "tender": found["tenderId"],
        "buyer": found["buyer"],
        "supplier": found["supplier"],
        "quantity": found["quantity"],
        "amount_minor": found["amount"],
        "accepted": found["accepted"],
        "accepted_minor": found["acceptedAmount"],
        "escrowed_minor": found["escrowed"],
        "deliveries": [delivery(order_id, i + 1) for i in range(found["deliveries"])],
    }


def delivery(order_id: int, delivery_id: int) -> dict[str, Any]:
    """A delivery at a glance."""
    found = _contract("PurchaseOrders").delivery(order_id, delivery_id).dict()
    return {
        "delivery": delivery_id,
        "status": DELIVERY_STATUSES[found["status"]],
        "shipped": found["shipped"],
        "received": found["received"],
        "accepted": found["accepted"],
        "accepted_minor": found["acceptedAmount"],
        "days_late": found["daysLate"],
    }


def ship(order_id: int, quantity: int, supplier: Any = None) -> Any:
    """Say that goods are on their way; the order's own supplier when none is named."""
    contract = _contract("PurchaseOrders")
    sender = supplier or contract.order(order_id).dict()["supplier"]
    return contract.ship(order_id, quantity, "0x" + secrets.token_hex(32), {"from": sender})


def claim(order_id: int, delivery_id: int, caller: Any = None) -> Any:
    """Claim the payment of a delivery on which the attester fell silent. Anybody may."""
    return _contract("PurchaseOrders").claim(order_id, delivery_id, {"from": caller or _account(0)})


def close(order_id: int, caller: Any = None) -> Any:
    """Close an order whose time has run out; what is left in escrow returns to the buyer. Anybody may."""
    return _contract("PurchaseOrders").close(order_id, {"from": caller or _account(0)})


def cancel(order_id: int, caller: Any = None) -> Any:
    """Cancel an order that was not funded in time. Anybody may."""
    return _contract("PurchaseOrders").cancel(order_id, {"from": caller or _account(0)})


# ---- stopping -------------------------------------------------------------------------------------


def pause(guardian: Any = None) -> Any:
    """Stop new obligations everywhere. Reveals, awards, payments and refunds go on."""
    return _contract("Participants").pauseObligations({"from": guardian or _account(4)})


def resume(guardian: Any = None) -> Any:
    """Allow new obligations again."""
    return _contract("Participants").resumeObligations({"from": guardian or _account(4)})
