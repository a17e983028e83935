"""Tables of sales. States and their transitions are in `rules.py`.

What was seen of a customer may exceed a 64-bit column: it is decimal text.
"""

from sqlalchemy import Index
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Customer(ErpTable, table=True):
    """Somebody who buys from entities here and has no account on any chain (客户). Its name stands beside the log."""

    __tablename__ = "customer"

    code: str = Field(primary_key=True)
    number: str = Field(unique=True)  # of its document, to which the name is attached
    kind: str
    name_digest: str | None = Field(default=None, max_length=64)
    limit_minor: int = big(default=0)
    weight: str = "0"  # amounts of which something was seen
    weighted: str = "0"  # the same, each times what it says of the customer
    score_bps: int = big()  # of these alone; what is overdue lowers it further when it is asked for


class SalesOrder(ErpTable, table=True):
    """What a customer orders, from its order to its last payment (销售订单)."""

    __tablename__ = "sales_order"
    __table_args__ = (
        Index("ix_sales_order_customer_status", "customer", "status"),
        Index("ix_sales_order_entity_status", "entity", "status"),
        Index("ix_sales_order_item_ordered_at", "item", "ordered_at"),
        Index("ix_sales_order_ordered_at_number", "ordered_at", "number"),
    )

    number: str = Field(primary_key=True)
    entity: str = Field(foreign_key="party.code")
    customer: str = Field(foreign_key="customer.code")
    item: str = Field(foreign_key="item.code")
    kind: str
    chain_group: str
    quantity: int = big()
    net_minor: int = big()
    tax_minor: int = big()
    payment_seconds: int = big()
    promised_at: int = big()
    ordered_at: int = big()
    status: str
    cost_minor: int = big(default=0)
    despatched_at: int | None = big(default=None)
    delivered_at: int | None = big(default=None)
    due_at: int | None = big(default=None)
    returned: int = big(default=0)  # units
    returned_net_minor: int = big(default=0)
    returned_tax_minor: int = big(default=0)
    returned_cost_minor: int = big(default=0)  # of good units, back in stock
    received_minor: int = big(default=0)  # money, less what was paid back


class CustomerReceipt(ErpTable, table=True):
    """Money of a customer that came in for one order, by the bank's reference (收款)."""

    __tablename__ = "customer_receipt"

    number: str = Field(primary_key=True)
    entity: str = Field(foreign_key="party.code")
    bank_ref: str = Field(unique=True)
    sales_order: str = Field(foreign_key="sales_order.number", index=True)
    amount_minor: int = big()
    received_at: int = big()


class Provision(ErpTable, table=True):
    """What an entity has provided for the debts of a customer, by chain group (坏账准备)."""

    __tablename__ = "provision"

    entity: str = Field(primary_key=True, foreign_key="party.code")
    customer: str = Field(primary_key=True, foreign_key="customer.code")
    chain_group: str = Field(primary_key=True)
    owed_minor: int = big(default=0)
    amount_minor: int = big(default=0)
    document: str  # that set it last
