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
    UNSETTLED_PROPERTY = "unsettled_property"  # 待处理财产损溢
    GOODS_RECEIVED = "goods_received"  # 应付暂估
    UNBILLED = "unbilled"  # 应收未开票
    OPENING = "opening"  # 期初余额


@dataclass(frozen=True)
class Check:
    """An account on which nothing should stand. `blocks`: no close while anything does."""

    account: str
    blocks: bool


CHECKS: Mapping[CheckName, Check] = {
    CheckName.SUSPENSE_SENT: Check(chart.SUSPENSE_SENT, blocks=True),
    CheckName.SUSPENSE_RECEIVED: Check(chart.SUSPENSE_RECEIVED, blocks=True),
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
        found.append(CheckResult(name, balance, balance != 0, balance != 0 and check.blocks))
    return found
