"""What a party of a bet can pledge (指标): the codes of the figures, as terms of bets spell them, with the words for people.

A table of words: which of them these books measure, and from what, is for the room of performance to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pledgeable:
    """A figure that a party can pledge; `at_most`: the fewer the better."""

    code: int
    name: str
    name_zh: str
    unit: str
    unit_zh: str
    at_most: bool = False


PLEDGEABLE: Mapping[int, Pledgeable] = {
    each.code: each
    for each in (
        Pledgeable(101, "zero defects", "零不良", "units", "件", at_most=True),
        Pledgeable(102, "zero delay", "零延误", "days", "天", at_most=True),
        Pledgeable(103, "zero stock", "零库存", "units", "件", at_most=True),
        Pledgeable(104, "sales", "爆款销量", "units", "件"),
        Pledgeable(105, "sales amount", "销售额", "minor units", "分"),
        Pledgeable(106, "user score", "用户评价", "basis points", "基点"),
        Pledgeable(107, "usage", "使用时长", "minutes", "分钟"),
        Pledgeable(108, "margin", "边际贡献", "minor units", "分"),
        Pledgeable(109, "utilisation", "设备利用率", "basis points", "基点"),
        Pledgeable(110, "response", "响应时长", "hours", "小时", at_most=True),
        Pledgeable(111, "new users", "新增用户", "persons", "人"),
        Pledgeable(112, "repeat users", "复购用户", "persons", "人"),
    )
}
