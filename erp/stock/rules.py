"""Pure rules of stock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from erp.ledger import chart


class StockKind(StrEnum):
    """As what an entity keeps an item, and so on which account its stock stands."""

    RAW = "raw"  # 原材料: to be used up
    FINISHED = "finished"  # 库存商品: to be sold


class Purpose(StrEnum):
    """What goods leave the stock for (领用用途), and so which account bears their cost."""

    PRODUCTION = "production"  # 生产
    SALE = "sale"  # 销售
    RESEARCH = "research"  # 研发
    MAINTENANCE = "maintenance"  # 维修
    SELLING = "selling"  # 销售部门领用
    ADMINISTRATION = "administration"  # 管理部门领用
    SCRAP = "scrap"  # 报废


STOCK_ACCOUNT = {StockKind.RAW: chart.STOCK, StockKind.FINISHED: chart.FINISHED_GOODS}
# where the cost of goods went that are no longer on hand
USE_ACCOUNT = {StockKind.RAW: chart.PRODUCTION_COST, StockKind.FINISHED: chart.COST_OF_SALES}
COST_ACCOUNT = {
    Purpose.PRODUCTION: chart.PRODUCTION_COST,
    Purpose.SALE: chart.COST_OF_SALES,
    Purpose.RESEARCH: chart.RESEARCH,
    Purpose.MAINTENANCE: chart.PRODUCTION_OVERHEADS,
    Purpose.SELLING: chart.SELLING_MATERIALS,
    Purpose.ADMINISTRATION: chart.ADMINISTRATION_MATERIALS,
    Purpose.SCRAP: chart.SCRAP,
}


def issue_cost(value_minor: int, on_hand: int, quantity: int) -> int:
    """Moving average cost of an issue (移动加权平均), minor units, rounded down. The last unit takes all the value left."""
    return value_minor * quantity // on_hand


@dataclass(frozen=True)
class CostShare:
    """A change of the cost of goods bought earlier, minor units, by where the goods are now."""

    kept: int  # in stock
    gone: int  # used or sold


def cost_share(change: int, bought: int, on_hand: int, value_minor: int) -> CostShare:
    """Splits a change of the cost of `bought` units: the part of those on hand goes into the stock, rounded towards zero.

    What is on hand counts as the newest bought. A reduction takes no more from the stock than its value.
    """
    size = abs(change) * min(on_hand, bought) // bought
    kept = size if change > 0 else -min(size, value_minor)
    return CostShare(kept, change - kept)


def returned_share(
    quantity: int, value: int, on_hand: int, value_minor: int
) -> tuple[int, CostShare]:
    """Splits what `quantity` units cost that turn out not to be there: units that leave the stock, and the change of cost.

    What left the stock before was used or sold: its cost falls. The last unit takes all the value left.
    """
    units = min(on_hand, quantity)
    out = value_minor if units == on_hand else min(value * units // quantity, value_minor)
    return units, CostShare(-out, out - value)


def reorder_due(on_hand: int, on_order: int, reorder_point: int) -> bool:
    """True when what is there and what is coming fall below the reorder point."""
    return on_hand + on_order < reorder_point
