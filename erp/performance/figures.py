"""The operations by which what concerns a whole bet is reported: its index and its value added. Never commit."""

from __future__ import annotations

from erp.bets import queries as bets
from erp.bets.queries import NOBODY
from erp.bets.reports import VALUE_ADDED
from erp.bets.rules import FIRST_PERIOD, BetStatus, index_factor
from erp.bets.standing import expect
from erp.bets.tables import Bet, BetMeasure
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.performance import queries
from erp.performance.errors import (
    FigureReported,
    FigureTooLate,
    NoIndex,
    NotAnIndexPeriod,
    NotYetMeasured,
)
from erp.performance.measuring import (
    Counted,
    count_index,
    count_value,
    evidence,
    has_index,
    index_until,
    index_window,
    whole_of,
)
from erp.performance.schemas import ReportIndex, ReportValue
from erp.performance.tables import ReportedFigure


def report_index(context: Context, command: ReportIndex) -> Fields:
    """Counts what the market asked for before the index day of a period; targets that follow it move when it is booked."""
    bet = bets.bet(context.rows, command.bet)
    expect(bet, BetStatus.ACTIVE)
    expect_index(context.rows, bet, command.period, context.at)
    counted = count_index(context.session, bet, command.period)
    factor = index_factor(
        counted.value,
        int(bet.index_baseline),
        bet.index_elasticity_bps,
        bet.index_max_up_bps,
        bet.index_max_down_bps,
    )
    return _keep(context, bet, command.period, counted) | {
        "baseline": bet.index_baseline,
        "factor_bps": factor,
    }


def report_value(context: Context, command: ReportValue) -> Fields:
    """Sums the members' margin in the bet's time, less the base that was approved with the group, at most the pool."""
    bet = bets.bet(context.rows, command.bet)
    expect(bet, BetStatus.ACTIVE)
    expect_value(context.rows, bet, context.at)
    counted = count_value(context.session, bet)
    return _keep(context, bet, VALUE_ADDED, counted) | {"pool_minor": bet.pool_minor}


def _keep(context: Context, bet: Bet, period: int, counted: Counted) -> Fields:
    context.rows.add(
        ReportedFigure,
        bet=bet.number,
        period=period,
        number=context.number,
        measured_at=context.at,
    )
    return {
        "bet_id": bet.bet_id,
        "chain_group": bet.chain_group,
        "subject": None,
        "period": period,
        "from": counted.asked.window.start,
        "until": counted.asked.window.end,
        "values": [counted.value],
        "evidence": evidence(context.session, counted),
    }


def expect_index(rows: Rows, bet: Bet, period: int, now: int) -> None:
    """Raises NoIndex, NotAnIndexPeriod, NotYetMeasured, FigureTooLate, FigureReported."""
    if not has_index(bet):
        raise NoIndex(bet.number)
    if not FIRST_PERIOD <= period <= bet.periods:
        raise NotAnIndexPeriod(bet.number, period, bet.periods)
    begins, until = index_window(bet, period).end, index_until(bet, period)
    _expect_now(rows, bet, period, f"index of period {period}", begins, until, now)


def expect_value(rows: Rows, bet: Bet, now: int) -> None:
    """Raises NotYetMeasured, FigureTooLate, FigureReported."""
    begins = whole_of(bet).end
    _expect_now(rows, bet, VALUE_ADDED, "value added", begins, begins + bet.report_seconds, now)


def _expect_now(
    rows: Rows, bet: Bet, period: int, what: str, begins: int, until: int, now: int
) -> None:
    if now < begins:
        raise NotYetMeasured(what, bet.number, begins, now)
    if now >= until:
        raise FigureTooLate(what, bet.number, until, now)
    if reported_figure(rows, bet, period) is not None:
        raise FigureReported(f"{what} of {bet.number}")


def reported_figure(rows: Rows, bet: Bet, period: int) -> str | None:
    """The document by which an index, or (period 0) the value added, is reported already; None: not yet."""
    own = queries.figure_of(rows, bet.number, period)
    if own is not None:
        return own.number
    told = rows.get(BetMeasure, bet.number, NOBODY, period)
    return told.reported_by if told is not None else None
