"""MONEY: settlement tokens, one for each minor unit (分) at the bank. 结算币."""

from __future__ import annotations

from typing import Any

from ..formatting import Minor
from . import calls

__all__ = ["approve", "balance", "issue", "redeem"]

UNLIMITED = 2**256 - 1


def issue(account: Any, amount: int, treasurer: Any = None) -> Any:
    """Issue tokens against bank money, minor units: ops.issue("S1", 5_000_000)."""
    to, sender = calls.address_of(account), calls.sender(treasurer, calls.TREASURER)
    return calls.send("SettlementToken", "issue", to, amount, calls.reference(), sender=sender)


def redeem(account: Any, amount: int) -> Any:
    """Turn tokens back into bank money: ops.redeem("S1", 1_000). The treasurer pays it out."""
    return calls.send("SettlementToken", "redeem", amount, calls.reference(), sender=account)


def approve(account: Any) -> Any:
    """Let the contracts draw what an account promises there: ops.approve(accounts[16]). The last of several receipts."""
    receipt = None
    for name in calls.custodians():
        address = calls.contract(name).address
        receipt = calls.send("SettlementToken", "approve", address, UNLIMITED, sender=account)
    return receipt


def balance(account: Any) -> Minor:
    """Settlement tokens of an account or contract, minor units: ops.balance("HEFEI"), ops.balance(BetContracts)."""
    return Minor(calls.view("SettlementToken", "balanceOf", calls.address_of(account)))
