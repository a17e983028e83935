"""What ingest has proved ends a call, whatever a node said of its transaction since; and calls that are signed anew."""

from __future__ import annotations

from sqlmodel import Session

from bridge.capabilities import asked_by
from bridge.intents import OutboxStatus
from bridge.store import lanes
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

UNDONE = (
    "it was done in a block that left the chain, and another transaction of its key was mined in its place: "
    "ask for it again if it is still wanted"
)


def end_by_proof(store: Store, session: Session, row: Outbox) -> bool:
    """True when ingest has read an event of one of the call's transactions: the call is confirmed, and never sent again.

    Whoever holds the slot of that transaction can never be mined there, and is signed anew.
    """
    done = store.witness_of(session, row)
    if done is None:
        return False
    make_room(session, done.signer, done.nonce, done.tx_hash)
    done.lost, done.witnessed = False, True
    ends(row, OutboxStatus.CONFIRMED, None)
    return True


def make_room(session: Session, signer: str, nonce: int, proved: str) -> None:
    """Frees a slot for the transaction with the hash `proved`, of which an event was read: who else holds it lost it."""
    other = lanes.holder(session, signer, nonce)
    if other is not None and other.tx_hash != proved:
        sign_anew(session.get_one(Outbox, other.outbox_id), other)
        session.flush()  # a slot is never held by two


def end_where_proved(store: Store, seen: Outbox) -> bool:
    """The same in a transaction of its own, opened only where such an event was read; for acts of people."""
    with store.view() as session:
        if store.witness_of(session, seen) is None:
            return False
    with store.unit() as session:
        row = store.call(session, seen.key)
        return row is not None and end_by_proof(store, session, row)


def sign_anew(row: Outbox, attempt: Attempt) -> None:
    """The transaction will never be mined: its call goes back in line, an act of a person to that person.

    An act of which its person was told that it is done is over: who used its slot for something else may not want it.
    """
    attempt.lost = True
    if not is_by_person(row):
        row.status = OutboxStatus.PENDING
    elif row.told is None:
        row.status = OutboxStatus.ASKED
    else:
        ends(row, OutboxStatus.REVERTED, UNDONE)


def ends(row: Outbox, status: OutboxStatus, reason: str | None) -> None:
    """Writes how a call ended. Where its person was told of another end, in blocks that left the chain, this one is told."""
    row.status, row.reason = status, reason
    if row.told is not None and outcome_of(row.told) != outcome_of(status):
        row.told = None
        row.corrections += 1


def outcome_of(status: str) -> str:
    """What a person is told of an end, in the ERP's words."""
    if status == OutboxStatus.CONFIRMED:
        return "done"
    return "expired" if status == OutboxStatus.MOOT else "refused"


def send_again(row: Outbox, attempt: Attempt) -> None:
    """What a node swore to have mined was not, since its slot is not spent: its bytes are sent again."""
    if row.status == OutboxStatus.CONFIRMED:
        row.status = OutboxStatus.SUBMITTED
        attempt.block_number, attempt.witnessed, attempt.sent_at = None, False, 0.0


def is_by_person(row: Outbox) -> bool:
    """True for an act of a person, which is shown to it anew."""
    asks = asked_by(row.key)
    return asks is not None and asks.by_person
