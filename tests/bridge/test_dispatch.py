"""Events told to the ERP in batches fare as if each were told alone, wherever the ERP's database stands."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.capabilities import HANDLERS
from bridge.capabilities.model import Booking, EventContext
from bridge.errors import NotBookedYet, NotCommittedYet, PortBusy
from bridge.events import generated as e
from bridge.events.base import Event, Logged
from bridge.intents import InboxStatus
from bridge.ports.embedded import EmbeddedPort, open_embedded
from bridge.ports.port import APPLY_MAX, Document, Instruction
from bridge.ring import dispatch
from bridge.ring.booking import NotAtOnce
from bridge.ring.dispatch import DISPATCH_BATCH, Dispatch
from bridge.store import inbox, schema
from bridge.store.engine import open_engine
from bridge.store.store import Store
from bridge.store.tables import Inbox
from erp.database import transaction
from erp.parties.schemas import PartyKind, RegisterParty
from erp.second_person import tell

NOON = 1_767_268_800
KNOWN = [f"0x{n:040x}" for n in range(1, 5)]
STRANGER = "0x" + "ee" * 20
CUSTODIAN = 4
WHY = "0x" + "33" * 32
NOT_OURS = "0x" + "44" * 32  # a reference that no handler can read


@dataclass(frozen=True)
class Desk:
    """A bridge with an inbox, and the ERP that it tells."""

    store: Store
    port: EmbeddedPort
    joined: bool

    def dispatch(self) -> Dispatch:
        """The stage, on this desk."""
        return Dispatch(self.store, self.port, 31337, frozenset(), self.joined)

    def fates(self) -> list[tuple[str, str, str | None, str | None]]:
        """Event, status, reason and document of each row of the inbox, in order."""
        with self.store.view() as session:
            rows = session.scalars(select(Inbox).order_by(Inbox.position))
            return [(r.event, r.status, r.reason, r.document_number) for r in rows]

    def documents(self) -> list[Document]:
        """What the ERP made of events, without what is random."""
        made = self.port.changes(len(KNOWN), 10_000)
        return [replace(document, salt=b"") for document in made]


def logged(events: Sequence[Event]) -> list[Logged]:
    """The events, each in a block of its own."""
    return [
        Logged(event, "Participants", n, f"0x{n:064x}", NOON + n, f"0x{n:064x}", 0, 0, 31337)
        for n, event in enumerate(events, start=1)
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[[bool, Sequence[Event]], Desk]]:
    """Makes desks with these events in the inbox."""
    made: list[Desk] = []

    def make(joined: bool, events: Sequence[Event]) -> Desk:
        home = tmp_path / str(len(made))
        home.mkdir()
        salts = random.Random(7)
        port = open_embedded(f"sqlite:///{home / 'erp.db'}", salts.randbytes)
        with transaction(port.engine) as session:
            for n, account in enumerate(KNOWN):
                command = RegisterParty(
                    code=f"P{n}", name=f"Partner {n}", kind=PartyKind.INTERNAL, account=account
                )
                tell(session, command, at=NOON, salt=bytes(32), actor="seed", second="seed-2")
        engine = port.engine if joined else open_engine(f"sqlite:///{home / 'bridge.db'}")
        schema.upgrade(engine)
        store = Store(engine, lambda: NOON)
        with store.unit() as session:
            inbox.add_events(session, logged(events))
        made.append(Desk(store, port, joined))
        return made[-1]

    yield make
    for each in made:
        each.store.engine.dispose()
        each.port.engine.dispose()


@pytest.fixture(autouse=True)
def picky(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler that refuses some events itself, before the ERP is asked."""
    name = e.ParticipantSuspended.__name__
    handler = HANDLERS[name]

    def refuses(event: Logged, context: EventContext) -> Booking:
        if cast(e.ParticipantSuspended, event.event).reason_ref == NOT_OURS:
            raise NotBookedYet("nobody knows this reason")
        return handler(event, context)

    monkeypatch.setitem(HANDLERS, name, refuses)


def enrol(account: str, capabilities: int = 1) -> Event:
    return e.ParticipantRegistered(account, capabilities)


def some_events(dice: random.Random, count: int) -> list[Event]:
    """Events of few accounts, of which many come at a wrong time, of nobody known, or for nobody's books."""
    accounts = [*KNOWN, STRANGER, *(f"0x{n:040x}" for n in range(50, 53))]
    makers: list[Callable[[str], Event]] = [
        enrol,
        lambda account: e.ParticipantSuspended(account, WHY),
        lambda account: e.ParticipantSuspended(account, NOT_OURS),
        e.ParticipantReinstated,
        lambda account: enrol(account, CUSTODIAN),
    ]
    some = [dice.choice(makers)(dice.choice(accounts)) for _ in range(count)]
    return [*map(enrol, KNOWN[1:]), *some]


def test_a_batch_is_no_larger_than_what_the_port_promises_to_take() -> None:
    assert 1 < DISPATCH_BATCH <= APPLY_MAX


@pytest.mark.parametrize("joined", [True, False], ids=["one database", "two databases"])
@pytest.mark.parametrize("seed", range(6))
def test_every_event_of_a_batch_fares_as_if_it_were_told_alone(
    desk: Callable[[bool, Sequence[Event]], Desk],
    monkeypatch: pytest.MonkeyPatch,
    joined: bool,
    seed: int,
) -> None:
    events = some_events(random.Random(seed), 40)
    together, alone = desk(joined, events), desk(joined, events)
    together.dispatch().run()
    monkeypatch.setattr(dispatch, "DISPATCH_BATCH", 1)
    monkeypatch.setattr(dispatch, "BATCHES_PER_PASS", len(events) + 1)
    alone.dispatch().run()
    assert together.fates() == alone.fates()
    assert together.documents() == alone.documents()
    told = {status for _, status, _, _ in together.fates()}
    assert told >= {InboxStatus.POSTED, InboxStatus.QUARANTINED, InboxStatus.WAITING}


def take(at: Desk, window: Sequence[Logged]) -> bool:
    """Stores a window as ingest does; True when it was booked in the same transaction."""
    try:
        with at.store.unit() as session:
            inbox.add_events(session, window, at.dispatch().at_once(session, window))
    except NotAtOnce:
        with at.store.unit() as session:
            inbox.add_events(session, window)
        return False
    return True


@pytest.mark.parametrize("seed", range(8))
def test_every_event_of_a_window_that_is_booked_at_once_fares_as_if_it_were_told_alone(
    desk: Callable[[bool, Sequence[Event]], Desk], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)
    events = some_events(dice, 40)
    at_once, alone = desk(True, []), desk(True, events)
    left, booked = logged(events), []
    while left:
        size = dice.randint(1, 6)
        booked.append(take(at_once, left[:size]))
        left = left[size:]
        if dice.random() < 0.5:
            at_once.dispatch().run()
    at_once.dispatch().run()
    monkeypatch.setattr(dispatch, "DISPATCH_BATCH", 1)
    monkeypatch.setattr(dispatch, "BATCHES_PER_PASS", len(events) + 1)
    alone.dispatch().run()
    assert at_once.fates() == alone.fates()
    assert at_once.documents() == alone.documents()
    assert set(booked) == {True, False}


def test_a_window_with_a_refused_event_leaves_nothing_of_it_booked(
    desk: Callable[[bool, Sequence[Event]], Desk],
) -> None:
    at = desk(True, [])
    window = logged([*map(enrol, KNOWN), enrol(STRANGER)])
    with pytest.raises(NotAtOnce, match="UnknownAccount"), at.store.unit() as session:
        at.dispatch().at_once(session, window)
    assert at.fates() == []
    assert at.documents() == []


def test_a_window_waits_behind_events_that_are_not_booked_yet(
    desk: Callable[[bool, Sequence[Event]], Desk],
) -> None:
    first, second = logged(list(map(enrol, KNOWN[:2])))
    at = desk(True, [])
    with at.store.unit() as session:
        inbox.add_events(session, [first])
    assert not take(at, [second])
    at.dispatch().run()
    assert [status for _, status, _, _ in at.fates()] == [InboxStatus.POSTED] * 2


def test_a_parked_aggregate_keeps_no_other_event_of_a_window_from_being_booked_at_once(
    desk: Callable[[bool, Sequence[Event]], Desk],
) -> None:
    events = [enrol(STRANGER), e.ParticipantSuspended(STRANGER, WHY), enrol(KNOWN[0])]
    stranger, *window = logged(events)
    at = desk(True, [])
    assert not take(at, [stranger])
    at.dispatch().run()
    assert take(at, window)
    refused, waits, posted = InboxStatus.QUARANTINED, InboxStatus.WAITING, InboxStatus.POSTED
    assert [status for _, status, _, _ in at.fates()] == [refused, waits, posted]


@pytest.mark.parametrize("joined", [True, False], ids=["one database", "two databases"])
def test_a_refused_event_parks_its_aggregate_alone_and_those_behind_it_wait(
    desk: Callable[[bool, Sequence[Event]], Desk], joined: bool
) -> None:
    first, second = KNOWN[:2]
    late = e.ParticipantReinstated(first)  # it was never suspended
    behind = [e.ParticipantSuspended(first, WHY), enrol(first, CUSTODIAN)]
    at = desk(
        joined, [enrol(first), enrol(second), late, *behind, e.ParticipantSuspended(second, WHY)]
    )
    at.dispatch().run()
    posted, refused, waits = InboxStatus.POSTED, InboxStatus.QUARANTINED, InboxStatus.WAITING
    assert [status for _, status, _, _ in at.fates()] == [
        posted, posted, refused, waits, waits, posted,
    ]  # fmt: skip
    (reason,) = [reason for _, status, reason, _ in at.fates() if status == refused]
    assert reason is not None
    assert reason.startswith("PortRefused: WrongStatus: Party P0 is ENROLLED")


@pytest.mark.parametrize("joined", [True, False], ids=["one database", "two databases"])
def test_an_event_that_no_handler_reads_parks_its_aggregate_too(
    desk: Callable[[bool, Sequence[Event]], Desk], joined: bool
) -> None:
    first, second = KNOWN[:2]
    events = [enrol(first), e.ParticipantSuspended(first, NOT_OURS), enrol(second)]
    at = desk(joined, [*events, e.ParticipantSuspended(first, WHY)])
    at.dispatch().run()
    posted, refused, waits = InboxStatus.POSTED, InboxStatus.QUARANTINED, InboxStatus.WAITING
    assert [status for _, status, _, _ in at.fates()] == [posted, refused, posted, waits]


@pytest.mark.parametrize("joined", [True, False], ids=["one database", "two databases"])
def test_events_that_wait_are_no_work_that_was_done(
    desk: Callable[[bool, Sequence[Event]], Desk], monkeypatch: pytest.MonkeyPatch, joined: bool
) -> None:
    """While report stands still, dispatch would otherwise keep the ring from ever resting."""

    def waits(_event: Logged, _context: EventContext) -> Booking:
        raise NotCommittedYet("report has not read it")

    first, second = KNOWN[:2]
    at = desk(joined, [enrol(first), e.ParticipantSuspended(first, WHY), enrol(second)])
    monkeypatch.setitem(HANDLERS, e.ParticipantSuspended.__name__, waits)
    assert [at.dispatch().run() for _ in range(3)] == [2, 0, 0]


@pytest.mark.parametrize("joined", [True, False], ids=["one database", "two databases"])
def test_the_erp_carries_out_no_event_more_than_twice(
    desk: Callable[[bool, Sequence[Event]], Desk], monkeypatch: pytest.MonkeyPatch, joined: bool
) -> None:
    told: list[int] = []
    apply = EmbeddedPort.apply

    def counted(
        port: EmbeddedPort, instructions: Sequence[Instruction], unit: Session | None
    ) -> list[Document]:
        try:
            made = apply(port, instructions, unit)
        except dispatch.PortRefused as error:
            told.append(error.index + 1)
            raise
        told.append(len(made))
        return made

    monkeypatch.setattr(EmbeddedPort, "apply", counted)
    good = [enrol(account) for account in KNOWN]
    bad = [enrol(f"0x{n:040x}") for n in range(50, 58)]
    at = desk(joined, [*bad[:4], *good[:3], *bad[4:], *good[3:]])
    at.dispatch().run()
    assert sum(told) <= 2 * 12
    assert sum(status == InboxStatus.POSTED for _, status, _, _ in at.fates()) == 4


def test_events_before_a_busy_erp_are_marked_and_the_others_told_again(
    desk: Callable[[bool, Sequence[Event]], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two databases the ERP has committed what it answered with: its rows are marked before the wait."""
    at = desk(False, [enrol(KNOWN[0]), enrol(STRANGER), enrol(KNOWN[1])])
    apply = EmbeddedPort.apply

    def busy_at_last(
        port: EmbeddedPort, instructions: Sequence[Instruction], unit: Session | None
    ) -> list[Document]:
        if [each.fields["account"] for each in instructions] == [KNOWN[1]]:
            raise PortBusy("locked")
        return apply(port, instructions, unit)

    monkeypatch.setattr(EmbeddedPort, "apply", busy_at_last)
    with pytest.raises(PortBusy):
        at.dispatch().run()
    posted, refused, waits = InboxStatus.POSTED, InboxStatus.QUARANTINED, InboxStatus.FINAL
    assert [status for _, status, _, _ in at.fates()] == [posted, refused, waits]
    monkeypatch.undo()
    at.dispatch().run()
    assert [status for _, status, _, _ in at.fates()] == [posted, refused, posted]


def test_events_told_again_after_a_death_between_the_two_commits_make_nothing_twice(
    desk: Callable[[bool, Sequence[Event]], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk(False, [enrol(KNOWN[0]), enrol(STRANGER), enrol(KNOWN[1])])

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "mark_events", dies)
        with pytest.raises(KeyboardInterrupt):
            at.dispatch().run()
    assert {status for _, status, _, _ in at.fates()} == {InboxStatus.FINAL}
    before = at.documents()
    assert len(before) == 2
    at.dispatch().run()
    assert at.documents() == before
    posted, refused = InboxStatus.POSTED, InboxStatus.QUARANTINED
    assert [status for _, status, _, _ in at.fates()] == [posted, refused, posted]
