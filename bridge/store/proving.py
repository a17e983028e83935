"""Calls that ingest has proved: their transactions left events that are in INBOX, so no node is asked about them."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session, col

from bridge.intents import OutboxStatus
from bridge.store.tables import Attempt, Inbox, Outbox, metadata

PROVED_MAX = (
    2_000  # calls that end at once; the others end with the next window, or by their receipts
)

_OUTBOX, _ATTEMPT = metadata.tables["bridge_outbox"], metadata.tables["bridge_attempt"]
_PROVED = (
    select(col(Outbox.id), col(Attempt.id), func.min(col(Inbox.block_number)))
    .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
    .join(Inbox, col(Inbox.tx_hash) == col(Attempt.tx_hash))
    .where(col(Outbox.status) == OutboxStatus.SUBMITTED, col(Attempt.lost).is_(False))
    .group_by(col(Outbox.id), col(Attempt.id))
    .order_by(col(Outbox.id))
    .limit(PROVED_MAX)
)
# Each names the state before it.
_CONFIRM = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("call"), _OUTBOX.c.status == OutboxStatus.SUBMITTED)
    .values(status=OutboxStatus.CONFIRMED, reason=None)
)
_WITNESS = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("attempt"), _ATTEMPT.c.lost.is_(False))
    .values(block_number=bindparam("block"), witnessed=True)
)


def end_proved(session: Session) -> int:
    """Confirms submitted calls of whose living transaction INBOX holds an event, in the caller's transaction; how many.

    A transaction that failed leaves no event, so the event says that it was mined and did not fail.
    """
    found = session.execute(_PROVED).all()
    if found:
        connection = session.connection()
        connection.execute(_CONFIRM, [{"call": call} for call, _, _ in found])
        witnessed = [{"attempt": attempt, "block": block} for _, attempt, block in found]
        connection.execute(_WITNESS, witnessed)
    return len(found)
