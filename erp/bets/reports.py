"""Operations about what a bet's parties reached: reports, disputes, rulings. Never commit."""

from __future__ import annotations

from erp.bets import queries
from erp.bets.queries import NOBODY
from erp.bets.rules import BPS, BetStatus, excused_down, index_factor, measure
from erp.bets.schemas import RecordBetDispute, RecordBetDisputeWithdrawal, RecordBetMeasure
from erp.bets.standing import about, count, expect
from erp.bets.tables import Bet, BetMeasure, BetParty
from erp.forcemajeure.queries import days_in
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party_of

VALUE_ADDED = 0  # the period of the value added


def record_bet_measure(context: Context, command: RecordBetMeasure) -> Fields:
    """Counts what was reported or ruled. Refused unless it follows from the pledge in force and the index."""
    found = queries.bet(context.rows, command.bet_id)
    expect(found, BetStatus.ACTIVE)
    if command.subject is not None:
        code = _measure_party(context, found, command, command.subject)
    else:
        code = None
        _measure_all(context, found, command)
    agree(
        "Report under bet",
        found.number,
        penalties_minor=(command.penalties_minor, found.penalties_minor),
        weight=(command.weight, found.weight),
        value_added_minor=(command.value_added_minor, found.value_added_minor),
    )
    return {**about(found), "party_code": code}


def _measure_party(context: Context, found: Bet, command: RecordBetMeasure, account: str) -> str:
    """A party's period."""
    rows, period = context.rows, command.period
    member = queries.bet_party(rows, found, party_of(rows, account).code)
    factor = queries.factor_of(rows, found, period)
    pledge = queries.pledge_in(queries.pledges(rows, found, member.party), period)
    kept, attained = measure([int(v) for v in command.values], queries.tiers_of(pledge), factor)
    shortfall = _excused(rows, found, period, BPS - kept)
    row = _row(context, found, member.party, command)
    row.shortfall_bps, row.attainment_bps, row.factor_bps = shortfall, attained, factor
    count(context, found, member)
    agree(
        f"Report of {member.party} in period {period} of bet",
        found.number,
        kept_bps=(command.kept_bps, kept),
        shortfall_bps=(command.shortfall_bps, shortfall),
        attainment_bps=(command.attainment_bps, attained),
        factor_bps=(command.factor_bps, factor),
        penalty_minor=(command.penalty_minor, member.penalty_minor),
        contribution=(command.contribution, member.contribution),
    )
    return member.party


def _excused(rows: Rows, found: Bet, period: int, shortfall: int) -> int:
    end = found.start + period * found.period_seconds
    days = days_in(rows, found.region, end - found.period_seconds, end)
    return excused_down(shortfall, days, found.period_seconds) if days else shortfall


def _measure_all(context: Context, found: Bet, command: RecordBetMeasure) -> None:
    """The index of a period, or the value added of the whole bet."""
    (told,) = command.values
    row = _row(context, found, NOBODY, command)
    if command.period == VALUE_ADDED:
        row.value_minor = found.value_added_minor = int(told)
        return
    row.factor_bps = index_factor(
        int(told),
        int(found.index_baseline),
        found.index_elasticity_bps,
        found.index_max_up_bps,
        found.index_max_down_bps,
    )
    agree(
        f"Index of period {command.period} of bet",
        found.number,
        factor_bps=(command.factor_bps, row.factor_bps),
    )


def _row(context: Context, found: Bet, party: str, command: RecordBetMeasure) -> BetMeasure:
    """The row of what is reported, as reported by this document."""
    key = (found.number, party, command.period)
    row = context.rows.get(BetMeasure, *key)
    if row is None:
        row = context.rows.add(
            BetMeasure, bet=key[0], party=key[1], period=key[2], ruled=command.ruled
        )
    row.ruled, row.reported_by = command.ruled, context.number
    if command.ruled:
        row.disputed_by = row.rule_by = None
    return row


def record_bet_dispute(context: Context, command: RecordBetDispute) -> Fields:
    """Keeps who disputes a report, or its absence, and until when it is to be ruled."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    expect(found, BetStatus.ACTIVE)
    disputant = party_of(rows, command.disputant).code
    code = _subject(rows, found, command.subject)
    row = rows.get(BetMeasure, found.number, code, command.period)
    if row is None:
        row = rows.add(BetMeasure, bet=found.number, party=code, period=command.period, ruled=False)
    row.disputed_by, row.rule_by = disputant, command.rule_by
    return {**about(found), "party_code": code or None, "disputant_code": disputant}


def record_bet_dispute_withdrawal(context: Context, command: RecordBetDisputeWithdrawal) -> Fields:
    """The dispute is over."""
    rows = context.rows
    found = queries.bet(rows, command.bet_id)
    disputant = party_of(rows, command.disputant).code
    code = _subject(rows, found, command.subject)
    row = rows.get(BetMeasure, found.number, code, command.period)
    if row is not None:
        row.disputed_by = row.rule_by = None
    return {**about(found), "party_code": code or None, "disputant_code": disputant}


def _subject(rows: Rows, found: Bet, account: str | None) -> str:
    if account is None:
        return NOBODY
    member: BetParty = queries.bet_party(rows, found, party_of(rows, account).code)
    return member.party
