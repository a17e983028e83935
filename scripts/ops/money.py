"""MONEY: settlement tokens, one unit for one minor unit (分) at the bank."""

from __future__ import annotations

from typing import Any

from scripts.ops import calls
from scripts.shown import Minor

UNLIMITED = 2**256 - 1


def issue(account: Any, amount: int, treasurer: Any = None) -> Any:
    """Issue settlement tokens against bank money, minor units."""
    to, sender = calls.address_of(account), calls.sender(treasurer, calls.TREASURER)
    return calls.send("SettlementToken", "issue", to, amount, calls.reference(), sender=sender)


def approve(account: Any) -> Any:
    """Let the contracts draw bonds and escrow deposits from an account; the second of two receipts."""
    for spender in ("Tenders", "PurchaseOrders"):
        address = calls.contract(spender).address
        receipt = calls.send("SettlementToken", "approve", address, UNLIMITED, sender=account)
    return receipt


def balance(account: Any) -> Minor:
    """Settlement tokens of an account, minor units."""
    return Minor(calls.view("SettlementToken", "balanceOf", calls.address_of(account)))
