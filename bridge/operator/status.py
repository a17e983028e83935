"""Where the ring stands: what the operator sees, and what a driver waits for. Reads the bridge's tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.intents import OPEN_STATUSES, STUCK_STATUSES, InboxStatus
from bridge.store.lock import is_daemon_alive
from bridge.store.names import numbers_of
from bridge.store.store import Store
from bridge.store.tables import Alarm, Commitment, Cursor, Hold, Inbox, Outbox

UP = "up"
SHOWN_MAX = 50  # rows named per list
SILENT_SECONDS = 120  # twice the longest pause between passes and a long pass


def liveness(store: Store, url: str, head: int | None, now: float) -> dict[str, Any]:
    """Whether daemon and node are there: `up` is True when both are, else one of them says DOWN and why.

    `url` is the node's, `head` its newest block or None when it did not answer, `now` unix seconds.
    """
    with store.view() as session:
        silent = now - store.cursor(session).walked_at
    if not is_daemon_alive(store.engine):
        daemon = "DOWN: no process walks the ring; start it with `interlock bridge run`"
    elif silent > SILENT_SECONDS:
        daemon = f"DOWN: its process is there, and began its last pass {silent:.0f} s ago"
    else:
        daemon = UP
    node = UP if head is not None else f"DOWN: {url} does not answer"
    return {"up": daemon == node == UP, "daemon": daemon, "node": node}


def status(store: Store, head: int | None, newest_document: int) -> dict[str, Any]:
    """Cursors, lag, counts by state, and every row that waits for a person, with its reason.

    `number` is the document by which the row's order or tender began, or None.
    """
    with store.view() as session:
        cursor = store.cursor(session)
        quarantined = _rows(session, Inbox, col(Inbox.status) == InboxStatus.QUARANTINED)
        stuck = _rows(session, Outbox, col(Outbox.status).in_(STUCK_STATUSES))
        holds = _rows(session, Hold)
        number = numbers_of(session, (r.aggregate for r in (*quarantined, *stuck, *holds)))
        return {
            "head": head,
            "block": cursor.block_number,
            "lag_blocks": None if head is None else max(head - cursor.block_number, 0),
            "documents": newest_document,
            "last_pass_at": cursor.walked_at,
            "lag_documents": newest_document - cursor.document_sequence,
            "unanchored": _count(session, Commitment, col(Commitment.anchor).is_(None)),
            "inbox": _by_status(session, Inbox),
            "outbox": _by_status(session, Outbox),
            "waiting_for_time": _count(
                session,
                Outbox,
                col(Outbox.status).in_(OPEN_STATUSES),
                col(Outbox.not_before) > cursor.block_time,
            ),
            "quarantined": [
                {
                    "position": r.position,
                    "event": r.event,
                    "aggregate": r.aggregate,
                    "number": number.get(r.aggregate),
                    "reason": r.reason,
                }
                for r in quarantined
            ],
            "stuck": [
                {
                    "key": r.key,
                    "status": r.status,
                    "aggregate": r.aggregate,
                    "number": number.get(r.aggregate),
                    "reason": r.reason,
                }
                for r in stuck
            ],
            "holds": [
                {
                    "aggregate": r.aggregate,
                    "number": number.get(r.aggregate),
                    "reason": r.reason,
                }
                for r in holds
            ],
            "alarms": [
                {"kind": r.kind, "message": r.message, "times": r.times, "last_at": r.last_at}
                for r in _rows(session, Alarm)
            ],
        }


def is_quiet(store: Store, head: int, newest_document: int) -> bool:
    """True when nothing moves until somebody acts or time passes: all read, all booked, all confirmed that is due."""
    with store.view() as session:
        cursor = session.get(Cursor, 1)
        if (
            cursor is None
            or cursor.block_number < head
            or cursor.document_sequence < newest_document
        ):
            return False
        parked = select(col(Inbox.aggregate)).where(col(Inbox.status) == InboxStatus.QUARANTINED)
        final = _count(
            session,
            Inbox,
            col(Inbox.status) == InboxStatus.FINAL,
            col(Inbox.aggregate).not_in(parked),
        )
        submitted = _count(session, Outbox, col(Outbox.status) == OPEN_STATUSES[1])
        return not final and not submitted and not store.due_calls(session, cursor.block_time, 1)


def _count(session: Session, table: Any, *conditions: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)


def _by_status(session: Session, table: Any) -> dict[str, int]:
    rows = session.execute(select(table.status, func.count()).group_by(table.status))
    return {str(name): int(count) for name, count in rows}


def _rows(session: Session, table: Any, *conditions: Any) -> list[Any]:
    return list(session.scalars(select(table).where(*conditions).limit(SHOWN_MAX)))
