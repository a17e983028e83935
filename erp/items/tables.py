"""Tables of items and their sourcing."""

from sqlalchemy import Boolean
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Item(ErpTable, table=True):
    """A thing that is stocked (物料), counted in its unit."""

    __tablename__ = "item"

    code: str = Field(primary_key=True)
    name: str
    unit: str


class SourcingPolicy(ErpTable, table=True):
    """When and how an item is reordered (补货策略)."""

    __tablename__ = "sourcing_policy"

    item: str = Field(primary_key=True, foreign_key="item.code")
    buyer: str = Field(foreign_key="party.code")
    reorder_point: int = big()
    reorder_quantity: int = big()
    estimate_minor: int = big()
    commit_seconds: int = big()
    reveal_seconds: int = big()
    lead_seconds: int = big()
    bond_minor: int = big()
    min_credit_bps: int = big()
    lateness_bps_per_day: int = big()
    lateness_cap_bps: int = big()
    tax_bps: int = big()
    tolerance_bps: int = big()
    fund_seconds: int = big()
    grace_seconds: int = big()
    silence_seconds: int = big()
    payment_seconds: int = big(default=0)
    sourcing: str = "sealed"
    lots: int = big(default=0)
    review_seconds: int = big(default=0)
    second_price: bool = Field(default=False, sa_type=Boolean)
    day_value_minor: int = big(default=0)
    max_days: int = big(default=0)
    credit_weight_bps: int = big(default=0)
    min_decrement_bps: int = big(default=0)
    extension_seconds: int = big(default=0)
    max_extensions: int = big(default=0)


class SourcingCandidate(ErpTable, table=True):
    """A supplier that is invited to the item's tenders."""

    __tablename__ = "sourcing_candidate"

    item: str = Field(primary_key=True, foreign_key="sourcing_policy.item")
    position: int = big(primary_key=True)
    party: str = Field(foreign_key="party.code")
