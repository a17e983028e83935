"""Where the ring stands: what the operator sees, and what a driver waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.intents import OPEN_STATUSES, STUCK_STATUSES, InboxStatus
from bridge.store.store import Store
from bridge.store.tables import Alarm, Commitment, Cursor, Hold, Inbox, Outbox

SHOWN_MAX = 50  # rows named per list


def status(store: Store, head: int | None, newest_document: int) -> dict[str, Any]:
    """Cursors, lag, counts by state, and every row that waits for a person, with its reason."""
    with store.view() as session:
        cursor = store.cursor(session)
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
                    "reason": r.reason,
                }
                for r in _rows(session, Inbox, col(Inbox.status) == InboxStatus.QUARANTINED)
            ],
            "stuck": [
                {"key": r.key, "status": r.status, "aggregate": r.aggregate, "reason": r.reason}
                for r in _rows(session, Outbox, col(Outbox.status).in_(STUCK_STATUSES))
            ],
            "holds": [{"aggregate": r.aggregate, "reason": r.reason} for r in _rows(session, Hold)],
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
