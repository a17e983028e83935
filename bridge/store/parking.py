"""Which events dispatch may book: not those behind a refused event of their aggregate.

Where an event is `quarantined`, the later events of its aggregate are set aside as `waiting`, once, and lifted once when an
operator puts it back or deals with it. So dispatch never reads its way through what it cannot book: a batch costs as much
as what it books, however much is parked. `is_free` asks the rows themselves all the same: what was set aside is never the
only thing that keeps an event from overtaking another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session, col

from bridge.intents import InboxStatus
from bridge.store.tables import Inbox

IN_MAX = 500  # values in one list of a statement


def is_free() -> ColumnElement[bool]:
    """True for an event whose aggregate holds no quarantined event: one look into an index for each event asked about."""
    parked = Inbox.__table__.alias("parked")  # type: ignore[attr-defined]
    first = (
        select(parked.c.position)
        .where(
            parked.c.aggregate == col(Inbox.aggregate),
            parked.c.status == InboxStatus.QUARANTINED,
        )
        .limit(1)
        .correlate(Inbox)
        .scalar_subquery()
    )  # a value and no EXISTS: PostgreSQL would make a join of that, which reads all that is parked for each batch
    return first.is_(None)


def set_aside_behind(session: Session, positions: Collection[str]) -> None:
    """Sets aside what waits behind these events, which were parked in this transaction."""
    for some in batches(positions):
        parked = select(col(Inbox.aggregate)).where(col(Inbox.position).in_(some))
        _set_aside(session, col(Inbox.aggregate).in_(parked))


def set_aside_new(session: Session, aggregates: Iterable[str]) -> None:
    """Sets aside events of these aggregates, stored in this transaction, where something is parked in front of them.

    An operator who puts that back in line at the same moment waits for this transaction, or this one for the operator: what
    is set aside here is lifted there.
    """
    any_parked = select(col(Inbox.position)).where(col(Inbox.status) == InboxStatus.QUARANTINED)
    if session.scalar(any_parked.limit(1)) is None:
        return
    for some in batches(aggregates):
        parked = select(col(Inbox.aggregate)).where(
            col(Inbox.aggregate).in_(some), col(Inbox.status) == InboxStatus.QUARANTINED
        )
        locked = set(session.scalars(parked.with_for_update(read=True)))
        if locked:
            _set_aside(session, col(Inbox.aggregate).in_(locked))


def lift(session: Session, aggregates: Collection[str]) -> None:
    """Puts what was set aside in these aggregates back in line."""
    for some in batches(aggregates):
        session.execute(
            update(Inbox)
            .where(col(Inbox.aggregate).in_(some), col(Inbox.status) == InboxStatus.WAITING)
            .values(status=InboxStatus.FINAL)
            .execution_options(synchronize_session=False)
        )


def batches(values: Iterable[str]) -> Iterator[Sequence[str]]:
    """The values without doubles, in their order, as many at a time as one statement takes."""
    unique = list(dict.fromkeys(values))
    for start in range(0, len(unique), IN_MAX):
        yield unique[start : start + IN_MAX]


def _set_aside(session: Session, is_behind: ColumnElement[bool]) -> None:
    session.execute(
        update(Inbox)
        .where(is_behind, col(Inbox.status) == InboxStatus.FINAL)
        .values(status=InboxStatus.WAITING)
        .execution_options(synchronize_session=False)
    )
