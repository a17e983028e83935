"""Measures a party's period, an index day or the value added of a bet: reads the books and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from erp.bets import queries as bets
from erp.bets.rules import FIRST_PERIOD
from erp.bets.tables import Bet, BetPledge
from erp.groups.public import find_by_code, members_between
from erp.kernel.log.queries import by_number, head
from erp.kernel.rows import Rows
from erp.needs.public import items_of_proposal
from erp.performance.asked import DAY_SECONDS, Asked, Span
from erp.performance.errors import (
    NoItemsKnown,
    NothingToCount,
    NotMeasured,
    TooMuchEvidence,
)
from erp.performance.evidence import EVIDENCE, MAX_EVIDENCE
from erp.performance.metrics import INDEX, METRICS, PLEDGED, VALUE

RULE = "metrics/4"  # by which a report was measured: told with it, so that others count alike
INDEX_DAYS = 28  # of orders before the index day
EVERYBODY = "the market"  # whose figure an index is
MEMBERS = "the members"  # whose figure the value added is


@dataclass(frozen=True, slots=True)
class Counted:
    """A metric as it was counted, and the documents that show it."""

    code: int
    value: int
    documents: tuple[int, ...]  # sequences
    asked: Asked

    def as_json(self) -> dict[str, Any]:
        """What a report tells of it, so that others count the same."""
        about = {
            name: sorted(found)
            for name, found in (("items", self.asked.items), ("members", self.asked.members))
            if found
        }
        return {
            "code": self.code,
            "value": self.value,
            "documents": list(self.documents),
            **about,
        }


# ---- spans --------------------------------------------------------------------------------------


def window_of(bet: Bet, period: int) -> Span:
    """A period of a bet."""
    start = bet.start + (period - FIRST_PERIOD) * bet.period_seconds
    return Span(start, start + bet.period_seconds)


def whole_of(bet: Bet) -> Span:
    """All periods of a bet."""
    return Span(bet.start, window_of(bet, bet.periods).end)


def index_window(bet: Bet, period: int) -> Span:
    """The days of orders that the index of a period counts: those before its index day.

    The index day begins a day before the last moment at which the contract takes the index: a dispute over it is ruled
    before the first report comes that it decides.
    """
    day = index_until(bet, period) - DAY_SECONDS
    return Span(day - INDEX_DAYS * DAY_SECONDS, day)


def index_until(bet: Bet, period: int) -> int:
    """Until when the contract takes the index of a period, unix seconds."""
    return window_of(bet, period).end - bet.dispute_seconds - bet.ruling_seconds


def has_index(bet: Bet) -> bool:
    """Whether targets of the bet may move with an index."""
    return int(bet.index_baseline) > 0


# ---- counting -----------------------------------------------------------------------------------


def count(session: Session, bet: Bet, code: int, party: str, window: Span) -> Counted:
    """One metric of a party in a span. Raises NotMeasured, NoItemsKnown, NothingToCount, TooMuchEvidence."""
    if code not in PLEDGED:
        known = ", ".join(f"{METRICS[each].code} {METRICS[each].name}" for each in sorted(PLEDGED))
        raise NotMeasured(bet.number, party, code, known)
    asked = _asked(session, bet, code, frozenset({party}), window)
    return _count(session, bet, party, code, asked)


def count_index(session: Session, bet: Bet, period: int) -> Counted:
    """The demand for the things of the bet's group before a period's index day. Raises NoItemsKnown, TooMuchEvidence."""
    asked = _asked(session, bet, INDEX, frozenset(), index_window(bet, period))
    return _count(session, bet, EVERYBODY, INDEX, asked)


def count_value(session: Session, bet: Bet) -> Counted:
    """What the members' margin in the bet's time exceeds the approved base by, at most the pool.

    Raises NothingToCount when the bet's group stands on no approved proposal, and TooMuchEvidence.
    """
    window = whole_of(bet)
    members = members_between(Rows.of(session), bet.chain_group, window.start, window.end)
    asked = _asked(session, bet, VALUE, members, window)
    return _count(session, bet, MEMBERS, VALUE, asked)


def _asked(session: Session, bet: Bet, code: int, parties: frozenset[str], window: Span) -> Asked:
    rows, metric = Rows.of(session), METRICS[code]
    none: frozenset[str] = frozenset()
    opened = by_number(session, bet.number)
    return Asked(
        window,
        parties,
        bet.chain_group,
        members=members_between(rows, bet.chain_group, window.start, window.end)
        if metric.of_members
        else none,
        items=_items(rows, bet) if metric.of_items else none,
        most=bet.pool_minor if code == VALUE else 0,
        after=opened.sequence if opened is not None else 0,
    )


def _items(rows: Rows, bet: Bet) -> frozenset[str]:
    """The things of the need that the bet's group serves, as needs stood when the bet began. Raises NoItemsKnown."""
    group = find_by_code(rows, bet.chain_group)
    proposal = group.proposal if group is not None else None
    found = items_of_proposal(rows, proposal, bet.start) if proposal is not None else frozenset()
    if not found:
        raise NoItemsKnown(bet.number)
    return found


def _count(session: Session, bet: Bet, whose: str, code: int, asked: Asked) -> Counted:
    documents = EVIDENCE[code](session, asked)
    expect_room(bet, whose, (d.sequence for d in documents))
    value = METRICS[code].count(documents, asked)
    if value is None:
        raise NothingToCount(bet.number, whose, METRICS[code].name)
    return Counted(code, value, tuple(d.sequence for d in documents), asked)


def expect_room(bet: Bet, whose: str, sequences: Iterable[int]) -> None:
    """Raises TooMuchEvidence when one report cannot list so many documents."""
    listed = len(set(sequences))
    if listed > MAX_EVIDENCE:
        raise TooMuchEvidence(bet.number, whose, listed, MAX_EVIDENCE)


def count_pledge(session: Session, bet: Bet, pledge: BetPledge, window: Span) -> list[Counted]:
    """Every figure of a pledge. Raises as `count` does, and TooMuchEvidence for all of them together."""
    counted = [
        count(session, bet, target["metric"], pledge.party, window)
        for target in bets.targets_of(pledge)
    ]
    expect_room(bet, pledge.party, (s for each in counted for s in each.documents))
    return counted


def evidence(session: Session, *counted: Counted) -> dict[str, Any]:
    """What a report tells of how it was counted."""
    return {
        "metrics": [each.as_json() for each in counted],
        "log_head": head(session),
        "rule": RULE,
    }
