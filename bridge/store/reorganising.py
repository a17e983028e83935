"""What the bridge's tables become when blocks that were read leave the chain. Nothing is lost; callers own the transaction.

Events of these blocks move from INBOX to `bridge_orphan`. Calls that were mined in them are under way again, with the bytes
that were sent: they are found again, or sent again. What the ERP voided asks for nothing any more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, or_, select, update
from sqlmodel import Session, col

from bridge.errors import AlreadyRunning
from bridge.events.base import Logged, origin_of
from bridge.intents import (
    OPEN_STATUSES,
    STUCK_STATUSES,
    InboxStatus,
    OutboxStatus,
    ReorganisationStatus,
)
from bridge.store import parking
from bridge.store.parking import batches
from bridge.store.store import Store
from bridge.store.tables import Attempt, Cursor, Inbox, OperatorAct, Orphan, Outbox, Reorganisation

SHOWN_MAX = 20  # reorganisations that are shown, the newest
UNBOOKED = (InboxStatus.IGNORED, InboxStatus.RESOLVED)  # of which the ERP was never told

Place = tuple[str, str]  # contract and function


@dataclass(frozen=True, slots=True)
class Block:
    """A block that was read, with events in it."""

    number: int
    hash: str
    time: int  # unix seconds


def unfinished(session: Session) -> Reorganisation | None:
    """The reorganisation of which the ERP was not told yet; None when there is none."""
    found = col(Reorganisation.status) == ReorganisationStatus.FOUND
    return session.scalar(select(Reorganisation).where(found).order_by(col(Reorganisation.id)))


def any_found(session: Session) -> bool:
    """True when blocks that were read have left the chain, ever."""
    return session.scalar(select(col(Reorganisation.id)).limit(1)) is not None


def any_reversed(session: Session) -> bool:
    """True when the ERP has voided documents, ever."""
    done = col(Reorganisation.document_number).is_not(None)
    return session.scalar(select(col(Reorganisation.id)).where(done).limit(1)) is not None


def newest(session: Session) -> list[Reorganisation]:
    """The newest reorganisations, at most SHOWN_MAX, the newest first."""
    statement = select(Reorganisation).order_by(col(Reorganisation.id).desc()).limit(SHOWN_MAX)
    return list(session.scalars(statement))


def blocks_read(session: Session, least: int) -> list[Block]:
    """The blocks that have events in INBOX, in order: those from a height on, and the newest one before them."""
    columns = (col(Inbox.block_number), col(Inbox.block_hash), col(Inbox.block_time))
    at = f"{least:012d}"  # as positions begin
    earlier = select(*columns).where(col(Inbox.position) < at).order_by(col(Inbox.position).desc())
    since = select(*columns).where(col(Inbox.position) >= at).distinct().order_by(*columns)
    return [Block(*row) for part in (earlier.limit(1), since) for row in session.execute(part)]


def as_retold(session: Session, events: Sequence[Logged]) -> list[Logged]:
    """The events, with how often each was taken back before: its block had left the chain, and has come back."""
    if not events or session.scalar(select(col(Orphan.position)).limit(1)) is None:
        return list(events)
    counts: dict[tuple[str, int], int] = {}
    for some in batches({each.block_hash for each in events}):
        statement = (
            select(col(Orphan.block_hash), col(Orphan.log_index), func.max(col(Orphan.retold)))
            .where(col(Orphan.block_hash).in_(some))
            .group_by(col(Orphan.block_hash), col(Orphan.log_index))
        )
        counts.update({(row[0], row[1]): int(row[2]) + 1 for row in session.execute(statement)})
    return [
        replace(each, retold=counts.get((each.block_hash, each.log_index), 0)) for each in events
    ]


def retold(session: Session) -> dict[str, int]:
    """Events of INBOX that were taken back before: position -> how often."""
    statement = select(col(Inbox.position), col(Inbox.retold)).where(col(Inbox.retold) > 0)
    return {position: int(count) for position, count in session.execute(statement)}


# ---- found ------------------------------------------------------------------------------------


def take_out(store: Store, session: Session, row: Reorganisation) -> None:
    """Notes a reorganisation, and takes its blocks out of INBOX, OUTBOX and the cursor."""
    session.add(row)
    session.flush()
    _move_cursor(session, row)
    gone = col(Inbox.block_number) > row.common_block
    names = [column.name for column in Inbox.__table__.columns]  # type: ignore[attr-defined]
    orphans = select(literal(row.id), *(getattr(Inbox, name) for name in names)).where(gone)
    session.execute(insert(Orphan).from_select(["reorganisation", *names], orphans))
    is_parked = col(Inbox.status) == InboxStatus.QUARANTINED
    parked = list(session.scalars(select(col(Inbox.aggregate)).where(gone, is_parked)))
    session.execute(delete(Inbox).where(gone).execution_options(synchronize_session=False))
    _leave_acts(session, row)
    parking.lift(session, parked)  # nothing is in front of what waited with them, and stands
    _name_told(store, session, row)
    _send_again(session, row)
    depth = row.left_block - row.common_block
    said = (
        f"block {row.left_block} was {row.left_hash} and final, and is {row.new_hash} now: "
        f"what came of up to {depth} blocks, after block {row.common_block}, is reversed and read anew"
    )
    store.alarm(session, "reorganisation", said)


def _leave_acts(session: Session, row: Reorganisation) -> None:
    """What operators did about events that are gone is said of no other that will stand in their place."""
    places = select(col(Orphan.position)).where(col(Orphan.reorganisation) == row.id)
    session.execute(
        update(OperatorAct)
        .where(col(OperatorAct.key).in_(places))
        .values(key=col(OperatorAct.key) + f"~{row.id}")
        .execution_options(synchronize_session=False)
    )


def _move_cursor(session: Session, row: Reorganisation) -> None:
    """Raises AlreadyRunning when the cursor is not where the reorganisation was found."""
    moved = (
        update(Cursor)
        .where(col(Cursor.block_number) == row.left_block, col(Cursor.block_hash) == row.left_hash)
        .values(block_number=row.common_block, block_hash=row.common_hash)
        .returning(col(Cursor.id))
    )
    if session.scalar(moved) is None:
        raise AlreadyRunning("another process moved the cursor while the chain was looked at")


def _name_told(store: Store, session: Session, row: Reorganisation) -> None:
    """Names acts of which their people were told that they failed in the blocks that are gone: their bytes may pass now.

    They are looked at from now on, and never sent by the bridge: their people may have asked for the same again.
    """
    failed = (
        select(Outbox)
        .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
        .where(
            or_(col(Attempt.block_number) > row.common_block, col(Outbox.corrections) > 0),
            col(Attempt.lost),
            col(Outbox.status) == OutboxStatus.REVERTED,
            col(Outbox.told).is_not(None),
        )
    )
    for each in list(session.scalars(failed.distinct().order_by(col(Outbox.id)))):
        each.try_at = store.now()
        said = f"{each.key}: its person was told that it failed, in a block that left the chain; it may pass now"
        store.alarm(session, "told", said)


def _send_again(session: Session, row: Reorganisation) -> None:
    """Calls that were mined in the blocks that are gone are under way again: confirm finds them, or sends the same bytes."""
    orphans = select(col(Orphan.tx_hash)).where(col(Orphan.reorganisation) == row.id)
    mined = or_(col(Attempt.block_number) > row.common_block, col(Attempt.tx_hash).in_(orphans))
    living = and_(mined, col(Attempt.lost).is_(False))
    session.execute(
        update(Outbox)
        .where(
            col(Outbox.id).in_(select(col(Attempt.outbox_id)).where(living)),
            col(Outbox.status) == OutboxStatus.CONFIRMED,
        )
        .values(status=OutboxStatus.SUBMITTED)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Attempt)
        .where(mined)
        .values(block_number=None, gas_used=None, witnessed=False, sent_at=0.0)
        .execution_options(synchronize_session=False)
    )


def doubt(
    store: Store, session: Session, places: Collection[Place], without: Collection[str] = ()
) -> None:
    """Has the chain asked again, now, about what it refused before.

    That are calls that waited for a person, and those to `places` whose wanted state was there. `without`: how the keys of
    those begin that are left alone.
    """
    refused = and_(
        col(Outbox.status) == OutboxStatus.REFUSED,
        col(Outbox.contract) != "",
        ~func.coalesce(col(Outbox.reason), "").startswith("not signed"),
    )
    moot = and_(col(Outbox.status) == OutboxStatus.MOOT, or_(*map(_is_to, sorted(places))))
    session.execute(
        update(Outbox)
        .where(
            or_(refused, moot),
            col(Outbox.told).is_(None),
            *(~col(Outbox.key).startswith(each, autoescape=True) for each in without),
        )
        .values(try_at=store.now(), tries=0)
        .execution_options(synchronize_session=False)
    )


def _is_to(place: Place) -> ColumnElement[bool]:
    return and_(col(Outbox.contract) == place[0], col(Outbox.function) == place[1])


# ---- reversed ---------------------------------------------------------------------------------


def origins_of(session: Session, row: Reorganisation, chain_id: int) -> tuple[str, ...]:
    """Origins of the events that the ERP may have been told of."""
    statement = (
        select(col(Orphan.block_hash), col(Orphan.log_index), col(Orphan.retold))
        .where(col(Orphan.reorganisation) == row.id, col(Orphan.status).not_in(UNBOOKED))
        .order_by(col(Orphan.position))
    )
    return tuple(origin_of(chain_id, *place) for place in session.execute(statement))


def finish(
    session: Session,
    row: Reorganisation,
    document: str | None,
    voided: Iterable[str],
    fallen: Sequence[Mapping[str, str]],
) -> None:
    """Notes what the ERP voided: what these documents ask for is over, and events of theirs that stand are told again."""
    done = (
        update(Reorganisation)
        .where(
            col(Reorganisation.id) == row.id,
            col(Reorganisation.status) == ReorganisationStatus.FOUND,
        )
        .values(
            status=ReorganisationStatus.REVERSED,
            document_number=document,
            fallen=json.dumps(list(fallen)),
        )
    )
    session.execute(done)
    why = f"{document} voided the document that asked for it: the chain left what it stood on"
    for numbers in batches([*voided, *(each["number"] for each in fallen)]):
        asked = col(Outbox.document_number).in_(numbers)
        over = and_(
            asked,
            or_(
                col(Outbox.status).in_((*OPEN_STATUSES, *STUCK_STATUSES)),
                and_(col(Outbox.status) == OutboxStatus.MOOT, col(Outbox.told).is_(None)),
            ),
        )
        session.execute(
            update(Attempt)
            .where(col(Attempt.outbox_id).in_(select(col(Outbox.id)).where(over)))
            .values(lost=True, block_number=None)  # its slot is free for another call
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Outbox)
            .where(over)
            .values(status=OutboxStatus.MOOT, reason=why, told=OutboxStatus.MOOT, try_at=0.0)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Inbox)
            .where(col(Inbox.document_number).in_(numbers))
            .values(
                status=InboxStatus.FINAL,
                reason=None,
                document_number=None,
                retold=col(Inbox.retold) + 1,
            )
            .execution_options(synchronize_session=False)
        )


def taken_back_by(session: Session, numbers: Collection[str]) -> list[Outbox]:
    """Calls that these documents, which were voided, had taken back."""
    found: list[Outbox] = []
    for number in numbers:
        statement = select(Outbox).where(
            col(Outbox.status) == OutboxStatus.MOOT,
            col(Outbox.reason).startswith(f"{number} took ", autoescape=True),
        )
        found += session.scalars(statement)
    return found
