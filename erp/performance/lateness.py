"""What came too late for the contract: a report that is not there when it would have decided something. Never commits."""

from __future__ import annotations

from collections.abc import Iterator

from erp.bets import queries as bets
from erp.bets.queries import NOBODY
from erp.bets.schemas import RecordBetMeasure, RecordBetSettlement
from erp.bets.tables import BetMeasure
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.performance import queries
from erp.performance.schemas import CloseReport


def close_report(context: Context, command: CloseReport) -> Fields:
    """Keeps that a report came too late, or that its bet ended before: what asks for it is taken back."""
    found = queries.report(context.rows, command.report)
    found.closed_by = context.number
    bet = bets.bet(context.rows, found.bet)
    return {"bet": bet.number, "bet_id": bet.bet_id, "chain_group": bet.chain_group}


def after_measure(context: Context, command: RecordBetMeasure) -> Iterator[Command]:
    """Yields, with a party's report, that the index of its period came too late, where the contract has none."""
    if command.subject is None:
        return
    bet = bets.bet(context.rows, command.bet_id)
    index = queries.figure_of(context.rows, bet.number, command.period)
    if index is not None and index.closed_by is None:
        yield from _unless_told(context.rows, bet.number, NOBODY, command.period, index.number)


def after_settlement(context: Context, command: RecordBetSettlement) -> Iterator[Command]:
    """Yields, with the end of a bet, that whatever the contract does not have came too late."""
    rows, bet = context.rows, bets.bet(context.rows, command.bet_id)
    for figure in queries.figures_of(rows, bet.number):
        if figure.closed_by is None:
            yield from _unless_told(rows, bet.number, NOBODY, figure.period, figure.number)
    for made in queries.reports_of(rows, bet.number):
        yield from _unless_told(rows, bet.number, made.party, made.period, made.number)


def _unless_told(rows: Rows, bet: str, party: str, period: int, number: str) -> Iterator[Command]:
    told = rows.get(BetMeasure, bet, party, period)
    if told is None or told.reported_by is None:
        yield CloseReport(report=number)
