"""Tables of guarantees and defects. States and their transitions are in `rules.py`."""

from sqlalchemy import Boolean, ForeignKeyConstraint
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Guarantee(ErpTable, table=True):
    """A supplier's performance deposit for an order (履约保证金)."""

    __tablename__ = "guarantee"

    order_id: int = big(primary_key=True, foreign_key="purchase_order.order_id")
    number: str = Field(unique=True)  # the document that it began with
    buyer: str = Field(foreign_key="party.code")
    supplier: str = Field(foreign_key="party.code")
    status: str = Field(index=True)
    asked_minor: int = big(default=0)  # by the buyer here; 0: it asked for nothing
    asked_seconds: int = big(default=0)  # of warranty, by the buyer here
    requested_minor: int = big(default=0)  # outside
    amount_minor: int = big(default=0)  # pledged
    left_minor: int = big(default=0)  # held now
    warranty_seconds: int = big(default=0)  # requested or pledged outside, from the order's end
    share_claimed: bool = Field(default=False, sa_type=Boolean)  # of what was not delivered
    release_at: int = big(default=0)  # when the rest returns; 0: the order has not ended
    ask: str | None = Field(
        default=None, unique=True
    )  # the document by which the buyer asked for it


class Defect(ErpTable, table=True):
    """Goods that were accepted and found defective afterwards (验收后缺陷), by the number of the report."""

    __tablename__ = "defect"
    __table_args__ = (
        ForeignKeyConstraint(
            ["order_id", "delivery_id"], ["delivery.order_id", "delivery.delivery_id"]
        ),
    )

    number: str = Field(primary_key=True)
    order_id: int = big(index=True)
    delivery_id: int = big()
    quantity: int = big()
    status: str = Field(index=True)
    attestation: str | None = None
    dispute_by: int = big(default=0)
    rule_by: int = big(default=0)  # of a dispute that stands; 0: none
    settled_quantity: int = big(default=0)  # found defective for good
    amount_minor: int = big(default=0)  # what it was worth at the order's price
    paid_minor: int = big(default=0)
