"""The quarantine: what is parked, what waits behind it, and each act of an operator about it.

An act is written in the transaction that it is done in, with what the row said before. It stays in `bridge_operator_act`
whatever becomes of the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from bridge.errors import BadConfiguration
from bridge.intents import OPEN_STATUSES, STUCK_STATUSES, InboxStatus, OutboxStatus
from bridge.store import parking
from bridge.store.store import Store
from bridge.store.tables import Inbox, OperatorAct, Outbox

ACTS_BATCH = parking.IN_MAX  # events that one transaction puts back or gives up
PAGE = 1_000  # rows that are read at a time
MACHINE = "the bridge"  # who did it, where it was no person


class ActKind(StrEnum):
    """What an operator did."""

    RETRIED = "retried"  # put back in line
    RESOLVED = "resolved"  # an event that is not booked: a person dealt with it
    GIVEN_UP = "given up"  # a call that is never sent


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts, and why. Raises BadConfiguration when either is blank: an act without them explains nothing."""

    who: str
    why: str

    def __post_init__(self) -> None:
        for option, said in (("--who", self.who), ("--why", self.why)):
            if not said.strip():
                raise BadConfiguration(f"say it with {option}: it stands in the record of this act")


@dataclass(frozen=True, slots=True)
class Parked:
    """An event or a call that waits for a person."""

    key: str  # position of the event, or key of the call
    is_call: bool
    contract: str
    name: str  # of the event or function; of a call that could not be made: the kind of its key
    aggregate: str
    reason: str
    since: int | None  # time of the event's block, unix seconds; a call has none of its own
    document: str | None  # that asks for the call
    own: bool = False  # a call of the bridge itself, which nobody gives up

    @property
    def what(self) -> str:
        """Contract and event or function."""
        return f"{self.contract}.{self.name}" if self.contract else self.name


# ---- looking ----------------------------------------------------------------------------------


def parked_events(session: Session) -> Iterator[Parked]:
    """Quarantined events in the order of the chain, read in pages."""
    after = ""
    while True:
        page = session.scalars(
            select(Inbox)
            .where(col(Inbox.status) == InboxStatus.QUARANTINED, col(Inbox.position) > after)
            .order_by(col(Inbox.position))
            .limit(PAGE)
        ).all()
        yield from map(event_of, page)
        if len(page) < PAGE:
            return
        after = page[-1].position


def parked_calls(session: Session) -> Iterator[Parked]:
    """Refused and reverted calls in the order in which they were asked for, read in pages. Not those whose person knows."""
    after = 0
    while True:
        page = session.scalars(
            select(Outbox)
            .where(
                col(Outbox.status).in_(STUCK_STATUSES),
                col(Outbox.told).is_(None),
                col(Outbox.id) > after,
            )
            .order_by(col(Outbox.id))
            .limit(PAGE)
        ).all()
        yield from map(call_of, page)
        if len(page) < PAGE:
            return
        after = page[-1].id or 0


def event_of(row: Inbox) -> Parked:
    """A row of the inbox as what is parked."""
    return Parked(
        row.position, False, row.contract, row.event, row.aggregate, row.reason or "", row.block_time, None
    )  # fmt: skip


def call_of(row: Outbox) -> Parked:
    """A row of the outbox as what is parked."""
    name = row.function or row.key.partition(":")[0]
    own = row.document_number is None
    return Parked(
        row.key, True, row.contract, name, row.aggregate, row.reason or "", None, row.document_number, own
    )  # fmt: skip


def found(session: Session, key: str) -> Inbox | Outbox | None:
    """The event at a position or the call with a key, whatever became of it."""
    return session.get(Inbox, key) or session.scalar(select(Outbox).where(col(Outbox.key) == key))


def waits(row: Inbox | Outbox) -> bool:
    """True while an event or call waits for a person here."""
    if isinstance(row, Inbox):
        return row.status == InboxStatus.QUARANTINED
    return row.status in STUCK_STATUSES and row.told is None


def events_behind(session: Session) -> dict[str, int]:
    """How many events wait behind a parked one, by aggregate."""
    parked = select(col(Inbox.aggregate)).where(col(Inbox.status) == InboxStatus.QUARANTINED)
    return _counts(
        session,
        col(Inbox.aggregate),
        col(Inbox.status).in_((InboxStatus.WAITING, InboxStatus.FINAL)),
        col(Inbox.aggregate).in_(parked),
    )


def calls_behind(session: Session) -> dict[str, int]:
    """How many calls wait in an aggregate in which one is parked, by aggregate."""
    stuck = select(col(Outbox.aggregate)).where(col(Outbox.status).in_(STUCK_STATUSES))
    return _counts(
        session,
        col(Outbox.aggregate),
        col(Outbox.status).in_(OPEN_STATUSES),
        col(Outbox.aggregate).in_(stuck),
    )


def _counts(session: Session, of: Mapped[str], *conditions: ColumnElement[bool]) -> dict[str, int]:
    rows = session.execute(select(of, func.count()).where(*conditions).group_by(of))
    return {aggregate: int(count) for aggregate, count in rows}


def behind(session: Session, parked: Parked, limit: int) -> tuple[int, Sequence[str]]:
    """How many events or calls wait behind this one, and the first of them in words."""
    if parked.is_call:
        mine = select(col(Outbox.id)).where(col(Outbox.key) == parked.key).scalar_subquery()
        calls = (
            col(Outbox.aggregate) == parked.aggregate,
            col(Outbox.status).in_(OPEN_STATUSES),
            col(Outbox.id) > mine,
        )
        rows = session.execute(
            select(col(Outbox.key), col(Outbox.function)).where(*calls).order_by(col(Outbox.id)).limit(limit)
        )  # fmt: skip
        total = session.scalar(select(func.count()).select_from(Outbox).where(*calls))
    else:
        events = (
            col(Inbox.aggregate) == parked.aggregate,
            col(Inbox.status).in_((InboxStatus.WAITING, InboxStatus.FINAL)),
        )
        rows = session.execute(
            select(col(Inbox.position), col(Inbox.event)).where(*events).order_by(col(Inbox.position)).limit(limit)
        )  # fmt: skip
        total = session.scalar(select(func.count()).select_from(Inbox).where(*events))
    return int(total or 0), [f"{key} {name}" for key, name in rows]


# ---- acts -------------------------------------------------------------------------------------


def retry_events(
    store: Store, session: Session, positions: Collection[str], by: Operator
) -> list[str]:
    """Puts quarantined events, and what waits behind them, back in line; which. Others are left as they are."""
    done: list[str] = []
    for some in parking.batches(positions):
        rows = _claimed(session, col(Inbox.position).in_(some))
        _back(store, session, rows, by)
        done += [row.position for row in rows]
    return done


def tell_again(store: Store, session: Session, addresses: Sequence[str]) -> None:
    """Puts quarantined events that name one of these addresses back in line, on behalf of the bridge itself."""
    if not addresses:
        return
    named = or_(*(col(Inbox.body).contains(address) for address in addresses))
    why = f"the deployment names {', '.join(addresses)} now"
    _back(store, session, _claimed(session, named), Operator(MACHINE, why))


def resolve_events(
    store: Store, session: Session, positions: Collection[str], by: Operator
) -> list[str]:
    """Marks quarantined events as dealt with by a person, and lets what waits behind them go on; which."""
    done: list[str] = []
    for some in parking.batches(positions):
        rows = _claimed(session, col(Inbox.position).in_(some))
        _write(store, session, map(event_of, rows), ActKind.RESOLVED, by)
        _move(session, rows, InboxStatus.RESOLVED)
        done += [row.position for row in rows]
    return done


def retry_own_call(
    store: Store, session: Session, key: str, by: Operator, again: OutboxStatus
) -> None:
    """Puts a stuck call that no document asks for, or an act of a person, back in line: it is `again` what it was first.

    Raises BadConfiguration when there is none.
    """
    row = _stuck(session, key)
    _write(store, session, [call_of(row)], ActKind.RETRIED, by)
    row.status, row.reason = again, None
    row.tries, row.try_at = 0, 0.0


def note_remade(store: Store, session: Session, row: Outbox, by: Operator) -> None:
    """Writes down that a stuck call is made anew, before it is."""
    _write(store, session, [call_of(row)], ActKind.RETRIED, by)


def give_up(store: Store, session: Session, key: str, by: Operator) -> None:
    """Ends a stuck call for ever. Raises BadConfiguration when nothing stuck has the key, or it is the bridge's own."""
    row = _stuck(session, key)
    if row.document_number is None:
        raise BadConfiguration(
            f"{key} is the bridge's own: all documents after it are anchored behind it, so it cannot be given up. "
            f"Remove the cause, then `interlock bridge quarantine retry {key} --why …`"
        )
    _write(store, session, [call_of(row)], ActKind.GIVEN_UP, by)
    row.status, row.try_at = OutboxStatus.GIVEN_UP, 0.0


def resolve(store: Store, session: Session, key: str, by: Operator) -> str:
    """Marks a parked event (by position) or call (by key) as dealt with by a person; what it is now.

    Raises BadConfiguration when nothing parked has the key, or it is the bridge's own.
    """
    if resolve_events(store, session, [key], by):
        return InboxStatus.RESOLVED
    give_up(store, session, key, by)
    return OutboxStatus.GIVEN_UP


def acts_of(session: Session, key: str) -> list[OperatorAct]:
    """Every act about an event or call, oldest first."""
    statement = select(OperatorAct).where(col(OperatorAct.key) == key)
    return list(session.scalars(statement.order_by(col(OperatorAct.id))))


def newest_acts(session: Session, limit: int) -> list[OperatorAct]:
    """The acts of operators, newest first."""
    statement = select(OperatorAct).order_by(col(OperatorAct.id).desc()).limit(limit)
    return list(session.scalars(statement))


def settled_by_hand(session: Session) -> Mapping[str, OperatorAct]:
    """The newest act that resolved an event or gave a call up, by position and key."""
    statement = select(OperatorAct).where(
        col(OperatorAct.act).in_((ActKind.RESOLVED, ActKind.GIVEN_UP))
    )
    return {act.key: act for act in session.scalars(statement.order_by(col(OperatorAct.id)))}


def told(act: OperatorAct) -> str:
    """An act in words: resolved by li at 2026-11-28 15:02:44 UTC: bought elsewhere."""
    at = datetime.fromtimestamp(act.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{act.act} by {act.who} at {at}: {act.why}"


def _claimed(session: Session, condition: ColumnElement[bool]) -> Sequence[Inbox]:
    """Quarantined events, for changing them: nobody else does meanwhile."""
    statement = select(Inbox).where(condition, col(Inbox.status) == InboxStatus.QUARANTINED)
    return session.scalars(statement.order_by(col(Inbox.position)).with_for_update()).all()


def _stuck(session: Session, key: str) -> Outbox:
    row = session.scalar(select(Outbox).where(col(Outbox.key) == key).with_for_update())
    if row is None or not waits(row):
        raise nothing_parked(key)
    return row


def nothing_parked(key: str) -> BadConfiguration:
    """What is told of a key under which nothing waits for a person."""
    return BadConfiguration(
        f"nothing parked has the key {key!r}: take one from `interlock bridge quarantine list`"
    )


def _back(store: Store, session: Session, rows: Sequence[Inbox], by: Operator) -> None:
    _write(store, session, map(event_of, rows), ActKind.RETRIED, by)
    _move(session, rows, InboxStatus.FINAL)


def _move(session: Session, rows: Sequence[Inbox], status: InboxStatus) -> None:
    """Gives parked events their next status, and puts what waits behind them back in line."""
    again = {"reason": None} if status == InboxStatus.FINAL else {}
    for some in parking.batches([row.position for row in rows]):
        session.execute(
            update(Inbox)
            .where(col(Inbox.position).in_(some), col(Inbox.status) == InboxStatus.QUARANTINED)
            .values(status=status, **again)
            .execution_options(synchronize_session=False)
        )
    parking.lift(session, [row.aggregate for row in rows])


def _write(
    store: Store, session: Session, parked: Iterator[Parked] | Sequence[Parked], act: ActKind, by: Operator
) -> None:  # fmt: skip
    now = store.now()
    session.add_all(
        OperatorAct(
            at=now, who=by.who, act=act, key=each.key, what=each.what, aggregate=each.aggregate,
            why=by.why, reason=each.reason,
        )
        for each in parked
    )  # fmt: skip
    session.flush()
