"""Operations of the general ledger. Never commit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.ledger import queries
from erp.ledger.errors import PeriodAlreadyClosed, PeriodNotOver
from erp.ledger.rules import period_of
from erp.ledger.schemas import ClosePeriod
from erp.ledger.tables import LedgerPeriod


def close_period(context: Context, command: ClosePeriod) -> Fields:
    """Closes a month. Refused before the month is over, and the second time."""
    current = period_of(context.at)
    if command.period >= current:
        raise PeriodNotOver(command.period, current)
    _close(context.session, command.period, context.number)
    return {}


def _close(session: Session, period: str, number: str) -> None:
    if queries.is_closed(session, period):
        raise PeriodAlreadyClosed(period)
    session.add(LedgerPeriod(period=period, closed_by=number))
    session.flush()
