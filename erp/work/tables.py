"""Tables of the work of groups. States and their transitions are in `rules.py`."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class RoleProgress(ErpTable, table=True):
    """What of a role's pay is earned in all, as the reporter is to tell it (进度报告)."""

    __tablename__ = "role_progress"
    __table_args__ = (Index("ix_role_progress_chain_group_role_id", "chain_group", "role_id"),)

    number: str = Field(primary_key=True)
    sequence: int = big()  # of its document: what was counted later is in the next report
    chain_group: str = Field(foreign_key="chain_group.code")
    role_id: int = big()
    round: int = big()
    party: str = Field(foreign_key="party.code")  # whose work it was
    earned_bps: int = big()
    because: str  # the document that brought it
    status: str


class WorkCount(ErpTable, table=True):
    """How many units of an item one delivery counts for its group, by the newest document that says so."""

    __tablename__ = "work_count"
    __table_args__ = (Index("ix_work_count_chain_group_sequence", "chain_group", "sequence"),)

    chain_group: str = Field(primary_key=True, foreign_key="chain_group.code")
    measure: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)  # a delivery PO-2026-00001/1, or a sale
    item: str = Field(foreign_key="item.code")
    party: str = Field(foreign_key="party.code")  # who supplied or sold
    quantity: int = big()
    document: str
    sequence: int = big()  # of the document


class WorkTotal(ErpTable, table=True):
    """The sum of these for each party."""

    __tablename__ = "work_total"

    chain_group: str = Field(primary_key=True, foreign_key="chain_group.code")
    measure: str = Field(primary_key=True)
    item: str = Field(primary_key=True, foreign_key="item.code")
    party: str = Field(primary_key=True, foreign_key="party.code")
    quantity: int = big()


class PlannedProcess(ErpTable, table=True):
    """A process of a group that waits for a fact on chain (条件触发)."""

    __tablename__ = "planned_process"
    __table_args__ = (Index("ix_planned_process_chain_group_status", "chain_group", "status"),)

    number: str = Field(primary_key=True)
    chain_group: str = Field(foreign_key="chain_group.code")
    process: str
    fact: str
    role_id: int | None = big(default=None)
    at_least_bps: int | None = big(default=None)
    item: str | None = Field(default=None, foreign_key="item.code")  # of a requisition
    quantity: int | None = big(default=None)  # None: as the item's policy says
    estimate_minor: int | None = big(default=None)
    sales_order: str | None = Field(default=None, foreign_key="sales_order.number")  # of a release
    status: str = Field(index=True)
    reason: str | None = None  # why it is held or was dropped
    started_by: str | None = None  # the document that started it
