"""Commitments to the documents, and the anchors that cover them; in the transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, func, literal, select
from sqlalchemy import cast as sql_cast
from sqlmodel import Session, col

from bridge.intents import OutboxStatus
from bridge.store.bulk import RowsInsert
from bridge.store.tables import Anchor, Commitment, Outbox, metadata

_INSERT = RowsInsert(metadata.tables["bridge_commitment"])


def add(session: Session, roots: Sequence[tuple[int, str, bytes]], now: int) -> None:
    """Remembers the commitments to documents: sequence, number and root of each. `now`: wall clock, unix seconds."""
    rows = [(sequence, number, "0x" + root.hex(), now, None) for sequence, number, root in roots]
    _INSERT(session.connection(), rows)


def number_of(session: Session, ref: str) -> str | None:
    """Number of the document that a reference commits to."""
    return session.scalar(select(col(Commitment.number)).where(col(Commitment.root) == ref))


def roots(session: Session, first: int, last: int) -> dict[int, bytes]:
    """Commitments as they were remembered, from one sequence number of the document log to another."""
    between = col(Commitment.sequence) >= first, col(Commitment.sequence) <= last
    statement = select(col(Commitment.sequence), col(Commitment.root)).where(*between)
    return {sequence: bytes.fromhex(root[2:]) for sequence, root in session.execute(statement)}


def newest(session: Session) -> Commitment | None:
    """The row of `bridge_commitment` with the highest sequence, or None."""
    return session.scalar(select(Commitment).order_by(col(Commitment.sequence).desc()).limit(1))


def waiting_for_anchor(session: Session, limit: int) -> tuple[int, int]:
    """How many commitments wait for an anchor, counted up to `limit`, and since when the oldest does (0: none)."""
    waiting = (
        select(col(Commitment.committed_at))
        .where(col(Commitment.anchor).is_(None))
        .order_by(col(Commitment.sequence))
        .limit(limit)
        .subquery()
    )
    count, since = session.execute(select(func.count(), func.min(waiting.c.committed_at))).one()
    return int(count), int(since or 0)


def unanchored(session: Session, limit: int) -> list[Commitment]:
    """Commitments that wait for an anchor, in sequence."""
    statement = (
        select(Commitment)
        .where(col(Commitment.anchor).is_(None))
        .order_by(col(Commitment.sequence))
        .limit(limit)
    )
    return list(session.scalars(statement))


def anchor_of(session: Session, sequence: int) -> Anchor | None:
    """The anchor that covers a row of the document log, or None."""
    statement = select(Anchor).where(
        col(Anchor.first_sequence) <= sequence, col(Anchor.last_sequence) >= sequence
    )
    return session.scalar(statement)


def at(session: Session, sequence: int) -> Commitment | None:
    """The commitment to a row of the document log, or None."""
    return session.get(Commitment, sequence)


def last_anchor(session: Session) -> Anchor | None:
    """The row of `bridge_anchor` with the highest index, or None."""
    return session.scalar(select(Anchor).order_by(col(Anchor.index).desc()).limit(1))


def anchors_of(session: Session, sequences: Sequence[int]) -> dict[int, int]:
    """Index of the anchor of each of these rows of the document log that stands under one on chain."""
    sent = Outbox.__table__.alias("sent")  # type: ignore[attr-defined]
    statement = (
        select(col(Commitment.sequence), col(Commitment.anchor))
        .join(sent, sent.c.key == literal("anchor:") + sql_cast(col(Commitment.anchor), String))
        .where(
            col(Commitment.sequence).in_(sequences),
            sent.c.status.in_((OutboxStatus.CONFIRMED, OutboxStatus.MOOT)),
        )
    )
    return {sequence: anchor for sequence, anchor in session.execute(statement) if anchor}
