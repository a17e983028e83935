"""Reads of performance."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.bets.rules import BetStatus
from erp.bets.tables import Bet
from erp.kernel.rows import Rows
from erp.performance.errors import UnknownReport
from erp.performance.tables import ReportedFigure, ReportedPeriod


def report_of(rows: Rows, bet: str, party: str, period: int) -> ReportedPeriod | None:
    """What was measured of a party's period; None: nothing yet."""
    return rows.get(ReportedPeriod, bet, party, period)


def active_bets(session: Session) -> list[Bet]:
    """The bets that bind now, by id."""
    statement = select(Bet).where(col(Bet.status) == BetStatus.ACTIVE).order_by(col(Bet.bet_id))
    return list(session.scalars(statement))


def figure_of(rows: Rows, bet: str, period: int) -> ReportedFigure | None:
    """What was measured of a whole bet: an index, or at period 0 the value added; None: nothing yet."""
    return rows.get(ReportedFigure, bet, period)


def figures_of(rows: Rows, bet: str) -> list[ReportedFigure]:
    """All that was measured of a whole bet, by period."""
    return rows.select(ReportedFigure, "period", bet=bet)


def reports_of(rows: Rows, bet: str) -> list[ReportedPeriod]:
    """All that was measured of a bet's parties, by party and period."""
    return rows.select(ReportedPeriod, "party", "period", bet=bet)


def report(rows: Rows, number: str) -> ReportedPeriod | ReportedFigure:
    """What a document reports: of a party, an index or a value added. Raises UnknownReport."""
    found = rows.find(ReportedPeriod, number=number) or rows.find(ReportedFigure, number=number)
    if found is None:
        raise UnknownReport(number)
    return found
