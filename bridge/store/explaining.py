"""Rows of the bridge's tables by what a person has in hand: a transaction, a place of the chain, a document's number."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.store.tables import Attempt, Inbox, Outbox


def events_in(session: Session, transaction: str) -> list[Inbox]:
    """Events of a transaction, in the order of the chain."""
    statement = select(Inbox).where(col(Inbox.tx_hash) == transaction)
    return list(session.scalars(statement.order_by(col(Inbox.position))))


def events_at(session: Session, block: str, log_index: int) -> list[Inbox]:
    """The event at this place of the block with this hash."""
    statement = select(Inbox).where(
        col(Inbox.block_hash) == block, col(Inbox.log_index) == log_index
    )
    return list(session.scalars(statement))


def calls_in(session: Session, transaction: str) -> list[Outbox]:
    """The intents that this transaction carries."""
    statement = select(Outbox).join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
    return list(session.scalars(statement.where(col(Attempt.tx_hash) == transaction)))


def calls_and_events_of(session: Session, document: str) -> tuple[list[Outbox], list[Inbox]]:
    """What a document asks for, and the events that made it."""
    calls = select(Outbox).where(col(Outbox.document_number) == document)
    events = select(Inbox).where(col(Inbox.document_number) == document)
    return (
        list(session.scalars(calls.order_by(col(Outbox.id)))),
        list(session.scalars(events.order_by(col(Inbox.position)))),
    )
