"""The operations by which parties' periods are measured and reported. Never commit."""

from __future__ import annotations

from typing import Any

from erp.bets import queries as bets
from erp.bets.rules import BetStatus, measure
from erp.bets.standing import expect
from erp.bets.tables import Bet, BetMeasure, BetParty, BetPledge
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party
from erp.performance.asked import Span
from erp.performance.errors import (
    AlreadyReported,
    NotAPeriod,
    PeriodNotOver,
    ReportTooLate,
)
from erp.performance.measuring import count_pledge, evidence, window_of
from erp.performance.queries import report_of
from erp.performance.schemas import ReportPerformance
from erp.performance.tables import ReportedPeriod


def report_performance(context: Context, command: ReportPerformance) -> Fields:
    """Measures every metric that the party pledged, and keeps that it was done."""
    rows = context.rows
    bet = bets.bet(rows, command.bet)
    expect(bet, BetStatus.ACTIVE)
    member = bets.bet_party(rows, bet, command.party)
    window = _window(rows, bet, member, command.period, context.at)
    pledge = bets.pledge_in(bets.pledges(rows, bet, member.party), command.period)
    counted = count_pledge(context.session, bet, pledge, window)
    values = [each.value for each in counted]
    kept, attained = measure(
        values, bets.tiers_of(pledge), bets.factor_of(rows, bet, command.period)
    )
    rows.add(
        ReportedPeriod,
        bet=bet.number,
        party=member.party,
        period=command.period,
        number=context.number,
        measured_at=context.at,
    )
    account = party(rows, member.party).account
    return {
        "bet_id": bet.bet_id,
        "chain_group": bet.chain_group,
        "account": account,
        "subject": account,
        "from": window.start,
        "until": window.end,
        "values": values,
        "kept_bps": kept,
        "attainment_bps": attained,
        "pledge": _pledge_fields(pledge),
        "stake_minor": pledge.stake_minor,
        "evidence": evidence(context.session, *counted),
    }


def _window(rows: Rows, bet: Bet, member: BetParty, period: int, now: int) -> Span:
    """The period to measure. Raises NotAPeriod, PeriodNotOver, ReportTooLate, AlreadyReported."""
    last = bets.last_period(bet, member)
    if not member.from_period <= period <= last:
        raise NotAPeriod(bet.number, member.party, period, member.from_period, last)
    window = window_of(bet, period)
    if now < window.end:
        raise PeriodNotOver(bet.number, period, window.end, now)
    until = window.end + bet.report_seconds
    if now >= until:
        raise ReportTooLate(bet.number, period, until, now)
    number = reported(rows, bet, member.party, period)
    if number is not None:
        raise AlreadyReported(bet.number, member.party, period, number)
    return window


def reported(rows: Rows, bet: Bet, code: str, period: int) -> str | None:
    """The document by which a party's period is reported already, here or outside; None: not yet."""
    own = report_of(rows, bet.number, code, period)
    if own is not None:
        return own.number
    told = rows.get(BetMeasure, bet.number, code, period)
    return told.reported_by if told is not None else None


def _pledge_fields(pledge: BetPledge) -> dict[str, Any]:
    """The pledge as the contract published it, so that the report can bring it along."""
    return {
        "share_bps": pledge.share_bps,
        "tolerance_bps": pledge.tolerance_bps,
        "slope_bps": pledge.slope_bps,
        "cap_bps": pledge.cap_bps,
        "targets": bets.targets_of(pledge),
    }
