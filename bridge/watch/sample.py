"""One look at the bridge's tables and its node: how far everything is, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from bridge.chain.client import Client
from bridge.errors import NodeIncomplete, NodeUnavailable
from bridge.intents import InboxStatus
from bridge.ports.port import Port
from bridge.store import lanes
from bridge.store.overview import alarms_by_kind, events_to_book, next_to_book, overview
from bridge.store.store import Store


@dataclass(frozen=True, slots=True)
class Sample:
    """What was there at one moment."""

    head: int | None  # newest block of the node; None: it did not answer
    block: int  # newest block read
    documents: int  # newest document of the ERP
    reported: int  # newest document read
    to_book: int  # events that wait for dispatch
    due: tuple[int, int]  # calls that should have been sent by now: how many, and the oldest's id
    lanes: Mapping[str, int]  # signer -> lowest nonce under way
    in_flight: Mapping[str, int]  # signer -> transactions under way
    inbox: Mapping[str, int]  # status -> rows
    outbox: Mapping[str, int]
    alarms: Mapping[str, int]  # kind -> how often
    unanchored: int
    next_event: str | None = None  # position of the oldest event that waits for dispatch
    problem: str = ""  # why the node did not answer
    parked: Mapping[str, int] = field(default_factory=dict)  # what waits for a person
    audited: Audited | None = None  # the newest audit; None: none was ever run


@dataclass(frozen=True, slots=True)
class Audited:
    """What is known of the newest audit."""

    age: float  # seconds since
    differences: int
    whole_age: float | None  # seconds since one read everything; None: none ever did


def take(store: Store, port: Port, client: Client) -> Sample:
    """Looks once. Raises Retryable when a database does not answer."""
    head, problem, time = None, "", None
    try:
        newest = client.head()
        head, time = newest.number, newest.timestamp
    except (NodeUnavailable, NodeIncomplete) as error:
        problem = str(error)
        client.rotate()
    with store.view() as session:
        cursor = store.cursor(session)
        found = overview(session, cursor.block_time)
        by_time = max(cursor.block_time, time or 0)
        return Sample(
            head=head,
            block=cursor.block_number,
            documents=port.last_sequence(),
            reported=cursor.document_sequence,
            to_book=events_to_book(session),
            due=store.overdue(session, by_time),
            lanes=lanes.lowest_nonces(session),
            in_flight=lanes.all_in_flight(session),
            inbox=dict(found.inbox),
            outbox=dict(found.outbox),
            alarms=alarms_by_kind(session),
            unanchored=found.unanchored,
            next_event=next_to_book(session),
            problem=problem,
            audited=_audited(store, session),
            parked={
                "quarantined": found.inbox.get(InboxStatus.QUARANTINED, 0),
                "stuck": len(found.stuck),
                "holds": len(found.holds),
            },
        )


def _audited(store: Store, session: Session) -> Audited | None:
    """The newest audit. One that is in the future by this clock has an age below zero: the clock went back since."""
    newest, whole = store.last_audit(session), store.last_audit(session, whole=True)
    if newest is None:
        return None
    now = store.now()
    whole_age = None if whole is None else float(now - whole.at)
    return Audited(float(now - newest.at), newest.found, whole_age)
