"""Operations of the general ledger. Never commit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.log.queries import by_sequence
from erp.ledger import queries
from erp.ledger.errors import (
    PeriodAlreadyClosed,
    PeriodNotNewest,
    PeriodNotOver,
    PeriodOutOfOrder,
)
from erp.ledger.rules import period_after, period_of
from erp.ledger.schemas import ClosePeriod, ReopenPeriod
from erp.ledger.tables import LedgerPeriod


def close_period(context: Context, command: ClosePeriod) -> Fields:
    """Closes the month after the newest closed one, or the first month of the books.

    Refused before the month is over, the second time, and out of order.
    """
    rows, period = context.rows, command.period
    current = period_of(context.at)
    if period >= current:
        raise PeriodNotOver(period, current)
    newest = queries.newest_closed(rows)
    if newest is not None and period <= newest:
        raise PeriodAlreadyClosed(period)
    next_one = (
        period_after(newest) if newest is not None else _first_period(context.session) or current
    )
    if period != next_one:
        raise PeriodOutOfOrder(period, next_one)
    rows.add(LedgerPeriod, period=period, closed_by=context.number)
    return {}


def _first_period(session: Session) -> str | None:
    """The month in which the books begin: of their first document, or of an earlier entry; None without any."""
    first = by_sequence(session, 1)
    months = [period_of(first.at) if first is not None else None, queries.first_posted(session)]
    return min((month for month in months if month is not None), default=None)


def reopen_period(context: Context, command: ReopenPeriod) -> Fields:
    """Opens the newest closed month again; the document keeps which one had closed it. Refused for every other month."""
    rows, period = context.rows, command.period
    newest = queries.newest_closed(rows)
    closed = rows.get(LedgerPeriod, period)
    if period != newest or closed is None:
        raise PeriodNotNewest(period, newest or "none")
    rows.delete(closed)
    return {"closed_by": closed.closed_by}
