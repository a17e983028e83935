"""What an attainment of one party would mean for all of a bet that runs (对赌推演), by the contract's arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.bets import queries as bets
from erp.bets.change_outlooks import courses_as_it_stands
from erp.bets.outlooks import Case, Course, Stakes, supposed
from erp.bets.reports import VALUE_ADDED
from erp.bets.rules import BetStatus
from erp.bets.standing import expect
from erp.bets.tables import BetMeasure
from erp.kernel.rows import Rows


@dataclass(frozen=True, slots=True)
class Supposed:
    """Which party attains how much in each period that is open, and what value is added; None: the whole pool."""

    party: str
    attainment_bps: int
    value_minor: int | None = None


@dataclass(frozen=True, slots=True)
class PartyThen:
    """What a party would have. Minor units."""

    party: str
    stake_minor: int
    kept_bps: int  # on average of its periods
    attainment_bps: int
    penalty_minor: int
    share_minor: int
    paid_minor: int  # stake less penalty, and share


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What all would have. Minor units."""

    bet: str
    party: str
    attainment_bps: int
    value_minor: int  # as reported, else as supposed, at most the pool
    parties: tuple[PartyThen, ...]


def what_if(session: Session, key: int | str, asked: Supposed, now: int) -> WhatIf:
    """What each would have at unix seconds `now`; all others keep what they promise, what was reported stands.

    Raises UnknownBet, UnknownBetParty; WrongStatus of a bet that does not run.
    """
    rows = Rows.of(session)
    bet = bets.bet(rows, key)
    expect(bet, BetStatus.ACTIVE)
    bets.bet_party(rows, bet, asked.party)
    told = rows.get(BetMeasure, bet.number, bets.NOBODY, VALUE_ADDED)
    wanted = bet.pool_minor if asked.value_minor is None else asked.value_minor
    value = min(wanted, bet.pool_minor)
    if told is not None and told.reported_by is not None:
        value = bet.value_added_minor
    courses = courses_as_it_stands(rows, bet, now)
    stakes = Stakes(bet.first_periods, bet.pool_minor, value)
    cases = supposed(stakes, courses, asked.party, asked.attainment_bps)
    return WhatIf(
        bet=bet.number,
        party=asked.party,
        attainment_bps=asked.attainment_bps,
        value_minor=value,
        parties=tuple(_then(course, case) for course, case in zip(courses, cases, strict=True)),
    )


def _then(course: Course, case: Case) -> PartyThen:
    return PartyThen(
        party=course.party,
        stake_minor=course.stake_minor,
        kept_bps=case.kept_bps,
        attainment_bps=case.attainment_bps,
        penalty_minor=case.penalty_minor,
        share_minor=case.share_minor,
        paid_minor=course.stake_minor + case.result_minor,
    )
