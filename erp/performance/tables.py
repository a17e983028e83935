"""Tables of performance."""

from __future__ import annotations

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class ReportedPeriod(ErpTable, table=True):
    """What the books measured of a party's period, once (业绩报告). Whether it counts, `bet_measure` says."""

    __tablename__ = "performance_report"

    bet: str = Field(primary_key=True, foreign_key="bet.number")
    party: str = Field(primary_key=True, foreign_key="party.code")
    period: int = big(primary_key=True)
    number: str = Field(unique=True)
    measured_at: int = big()
    closed_by: str | None = None  # the document that says it came too late


class ReportedFigure(ErpTable, table=True):
    """What the books measured of a whole bet, once: the index of a period, or at period 0 the value added."""

    __tablename__ = "figure_report"

    bet: str = Field(primary_key=True, foreign_key="bet.number")
    period: int = big(primary_key=True)
    number: str = Field(unique=True)
    measured_at: int = big()
    closed_by: str | None = None  # the document that says it came too late
