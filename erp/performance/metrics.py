"""The metrics of bets (指标): what each counts, in which documents, and how. Pure: documents in, one whole number out.

Whoever has the documents that a report lists gets the same numbers. A window is [start, end) in unix seconds; a fact lies in
it by the document's own time or by the time it tells, never by when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from erp.kernel.log.model import Document
from erp.performance.asked import Asked
from erp.performance.counts import deliveries, money, reviews, sales, stock

INDEX, VALUE = 201, 202  # of a bet and not of a party


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure that a party can pledge, or that concerns a whole bet: what it counts, and from which documents."""

    code: int
    name: str
    name_zh: str
    unit: str
    at_most: bool | None  # the fewer the better; None: nobody pledges it
    types: frozenset[str]  # of documents that can be evidence; none named: all that post
    count: Callable[
        [Sequence[Document], Asked], int | None
    ]  # None: there is nothing to count, and nothing is reported
    of_items: bool = False  # counts the things of the group's need, and needs to know them
    of_members: bool = False  # leaves out what passes between members


METRICS: dict[int, Metric] = {
    metric.code: metric
    for metric in (
        Metric(
            *(101, "zero defects", "零不良", "units", True),
            frozenset(
                {deliveries.INSPECTION, deliveries.SILENCE, deliveries.RULING, deliveries.DEFECT}
            ),
            deliveries.rejected_units,
        ),
        Metric(
            *(102, "zero delay", "零延误", "days", True),
            frozenset(
                {
                    deliveries.ATTESTATION,
                    deliveries.RULING,
                    deliveries.ORDER,
                    deliveries.AMENDMENT,
                }
            ),
            deliveries.late_days,
        ),
        Metric(
            *(103, "zero stock", "零库存", "units", True),
            stock.MOVES,
            stock.average_up,
            of_items=True,
        ),
        Metric(
            *(104, "units sold", "爆款销量", "units", False),
            frozenset({sales.DELIVERED, sales.RETURNED}),
            sales.units_sold,
        ),
        Metric(*(105, "sales amount", "销售额", "fen", False), frozenset(), money.sales_amount),
        Metric(
            *(106, "user score", "用户评价", "bps", False),
            frozenset({reviews.REVIEW}),
            reviews.score_down,
        ),
        Metric(
            *(108, "margin", "边际贡献", "fen", False),
            frozenset(),
            money.margin,
            of_members=True,
        ),
        Metric(
            *(110, "response", "响应时长", "hours", True),
            frozenset({sales.ORDERED, sales.DELIVERED}),
            sales.response_hours_up,
        ),
        Metric(
            *(111, "new customers", "新增用户", "customers", False),
            frozenset({sales.DELIVERED}),
            sales.new_customers,
        ),
        Metric(
            *(112, "repeat customers", "复购用户", "customers", False),
            frozenset({sales.DELIVERED}),
            sales.repeat_customers,
        ),
        Metric(
            *(INDEX, "demand index", "需求指数", "units", None),
            frozenset({sales.ORDERED, sales.CANCELLED}),
            sales.demand,
            of_items=True,
        ),
        Metric(
            *(VALUE, "value added", "增值", "fen", None),
            frozenset(),
            money.value_added,
            of_members=True,
        ),
    )
}
# What a party can pledge, and the books measure.
PLEDGED: frozenset[int] = frozenset(METRICS) - {INDEX, VALUE}
