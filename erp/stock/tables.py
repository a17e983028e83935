"""Tables of the warehouse."""

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class StockLevel(ErpTable, table=True):
    """How much of an item an entity has, what it is worth, and how much is on its way (库存).

    on_order counts open requisitions and what open orders have not yet brought and accepted.
    """

    __tablename__ = "stock_level"

    entity: str = Field(primary_key=True, foreign_key="party.code")
    item: str = Field(primary_key=True, foreign_key="item.code")
    on_hand: int = big(default=0)
    on_order: int = big(default=0)
    value_minor: int = big(default=0)
    kind: str = "raw"  # of `rules.StockKind`; changes only while nothing is on hand
