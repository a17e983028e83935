"""The check list of a month's close (结账检查): pure rules over what stands on the accounts at the end of the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from erp.ledger import chart


class CheckName(StrEnum):
    """A point of the check list."""

    SUSPENSE_SENT = "suspense_sent"  # 待查明转出
    SUSPENSE_RECEIVED = "suspense_received"  # 待查明转入
    BANK = "bank"  # 银行存款
    UNSETTLED_PROPERTY = "unsettled_property"  # 待处理财产损溢
    GOODS_RECEIVED = "goods_received"  # 应付暂估
    UNBILLED = "unbilled"  # 应收未开票
    OPENING = "opening"  # 期初余额


@dataclass(frozen=True)
class Check:
    """What must not stand on an account: anything, or with `overdrawn` a credit. `blocks`: no close while it does."""

    account: str
    blocks: bool
    overdrawn: bool = False

    def is_open(self, balance: int) -> bool:
        """Whether this balance, debits less credits, is what must not be."""
        return balance < 0 if self.overdrawn else balance != 0


CHECKS: Mapping[CheckName, Check] = {
    CheckName.SUSPENSE_SENT: Check(chart.SUSPENSE_SENT, blocks=True),
    CheckName.SUSPENSE_RECEIVED: Check(chart.SUSPENSE_RECEIVED, blocks=True),
    CheckName.BANK: Check(chart.BANK, blocks=True, overdrawn=True),
    CheckName.UNSETTLED_PROPERTY: Check(chart.UNSETTLED_PROPERTY, blocks=True),
    CheckName.GOODS_RECEIVED: Check(chart.GOODS_RECEIVED, blocks=False),
    CheckName.UNBILLED: Check(chart.UNBILLED, blocks=False),
    CheckName.OPENING: Check(chart.OPENING, blocks=False),
}


@dataclass(frozen=True)
class CheckResult:
    """A point of the list as it was found: what stands on its account, and whether that blocks the close. Minor units."""

    name: CheckName
    balance_minor: int
    is_open: bool
    blocks: bool

    def as_json(self) -> dict[str, Any]:
        """The finding as the document of the close keeps it."""
        return {"name": self.name.value, "balance_minor": self.balance_minor, "open": self.is_open}


def findings(balances: Mapping[str, int]) -> list[CheckResult]:
    """The whole list, of balances (debits less credits, minor units) by account at the end of the month."""
    found = []
    for name, check in CHECKS.items():
        balance = balances.get(check.account, 0)
        is_open = check.is_open(balance)
        found.append(CheckResult(name, balance, is_open, is_open and check.blocks))
    return found
