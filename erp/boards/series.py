"""A group over time (链群看板): what it made, ordered and had late, day by day, each figure with its papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.bets import queries as bets
from erp.boards import queries as reads
from erp.boards.cockpit import time_of
from erp.boards.figures import Figure, told_by
from erp.groups import queries
from erp.kernel.rows import Rows
from erp.statements.made import made_by

DAY = 86_400
POINTS_MAX = 400  # of one line; of more days several are one

Happened = tuple[int, int, str]  # when, what it added, the document that says so


@dataclass(frozen=True, slots=True)
class Moment:
    """All that stood at the end of a span in which something happened; documents are those of that span."""

    since: int  # unix seconds
    until: int  # the first second after it
    value_minor: Figure  # made so far: revenue less cost
    orders: Figure  # placed so far
    late: Figure  # deliveries that came after their promise, so far


@dataclass(frozen=True, slots=True)
class Series:
    """The lines of a group."""

    group: str
    span_seconds: int
    moments: tuple[Moment, ...]


def series(session: Session, key: int | str, now: int) -> Series:
    """The lines of a group until `now`. The last value is the margin of the cockpit. Raises UnknownGroup."""
    rows = Rows.of(session)
    group = queries.group_of(rows, key)
    bound = reads.bet_of(session, group.group_id)
    since, until = time_of(bets.bet(rows, bound.number) if bound is not None else None, now)
    made = made_by(session, group, since, until).value
    value = [(part.line.at, part.minor, part.line.document) for part in made.parts]
    orders = [(each.opened_at, 1, each.number) for each in reads.orders_of(session, group.code)]
    late = [(at, 1, receipt) for at, receipt in reads.late_receipts_of(session, group.code)]
    times = [at for at, _, _ in (*value, *orders, *late)]
    days = (max(times) // DAY - min(times) // DAY + 1) if times else 1
    span = DAY * -(-days // POINTS_MAX)
    return Series(group.code, span, tuple(moments(value, orders, late, span)))


def moments(
    value: Iterable[Happened], orders: Iterable[Happened], late: Iterable[Happened], span: int
) -> Iterator[Moment]:
    """The spans in which something happened, in order."""
    lines = [_by_span(happened, span) for happened in (value, orders, late)]
    stands = [0, 0, 0]
    for place in sorted(set().union(*lines)):
        figures = []
        for number, line in enumerate(lines):
            happened = line.get(place, [])
            stands[number] += sum(added for _, added, _ in happened)
            figures.append(told_by(stands[number], [document for _, _, document in happened]))
        yield Moment(place * span, (place + 1) * span, *figures)


def _by_span(happened: Iterable[Happened], span: int) -> dict[int, list[Happened]]:
    found: dict[int, list[Happened]] = {}
    for each in sorted(happened):
        found.setdefault(each[0] // span, []).append(each)
    return found
