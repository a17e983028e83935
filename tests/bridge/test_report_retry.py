"""A document whose calls were refused together is made anew as a whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from bridge.capabilities import ACT_TYPES, CALLS
from bridge.errors import BadConfiguration
from bridge.intents import ATTESTER, Call, OutboxStatus
from bridge.ring.act_ends import Ends
from bridge.ring.acts import Acts
from bridge.ring.report import AnchorPolicy, Report
from bridge.store import quarantine, schema
from bridge.store.claims import Claims
from bridge.store.engine import open_engine
from bridge.store.quarantine import Operator
from bridge.store.store import Store
from bridge.store.tables import Cursor

KIND = next(
    kind
    for kind, asked in CALLS.items()
    for asks in asked
    if asks.each is not None and not asks.what and not asks.by_person
)
KEY, NUMBER = f"{KIND}:X-1", "X-1"


class Log:
    """A document log that gives one document."""

    def documents(self, _query: object) -> list[object]:
        return [object()]


def report_on(store: Store) -> Report:
    nothing: Any = None
    policy = AnchorPolicy("0x", 0.0)
    return Report(store, cast(Any, Log()), nothing, nothing, policy, lambda: 0.0, nothing)


@pytest.fixture
def store() -> Iterator[Store]:
    engine = open_engine("sqlite://")
    schema.upgrade(engine)
    yield Store(engine, lambda: 0.0)
    engine.dispose()


def test_calls_that_were_refused_together_are_made_anew_one_by_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their row stands under what their keys begin with, for it was not known how many there would be."""
    report = report_on(store)
    whole = Call(KEY, KEY, ATTESTER, "", "", ())
    each = [Call(f"{KEY}:{n}", KEY, ATTESTER, "C", "f", (n,)) for n in (1, 2)]
    monkeypatch.setattr(report, "_calls", lambda _asks, _document: each)
    with store.unit() as session:
        store.add_call(session, whole, NUMBER).status = OutboxStatus.REFUSED
    assert report.retry(KEY, Operator("li", "mended")) == OutboxStatus.PENDING
    with store.view() as session:
        keys = [KEY, f"{KEY}:1", f"{KEY}:2"]
        ends = {key: status for key, status, _, _ in store.ends(session, keys)}
    assert ends == {
        KEY: OutboxStatus.MOOT,
        f"{KEY}:1": OutboxStatus.PENDING,
        f"{KEY}:2": OutboxStatus.PENDING,
    }


LI = Operator("li", "mended")
ACT = CALLS[ACT_TYPES[0]][0].key_of(NUMBER, ACT_TYPES[0])


def an_act(store: Store, status: OutboxStatus, told: OutboxStatus | None = None) -> None:
    """An act of a person in some state."""
    with store.unit() as session:
        row = store.add_call(
            session, Call(ACT, ACT, "0x", "C", "f", (), by_person=True, is_told=True), NUMBER
        )
        row.status, row.told = status, told


def status_of(store: Store, key: str) -> tuple[str, str | None]:
    with store.view() as session:
        ((_, status, _, told),) = store.ends(session, [key])
    return status, told


def test_an_act_of_a_person_that_is_put_back_in_line_goes_to_its_person(store: Store) -> None:
    """No key of the house may sign it: it was refused at once, and its person told so of what may be done already."""
    an_act(store, OutboxStatus.REVERTED)
    assert report_on(store).retry(ACT, LI) == OutboxStatus.ASKED
    assert status_of(store, ACT) == (OutboxStatus.ASKED, None)


@pytest.mark.parametrize("act", ["retry", "resolve"])
def test_an_act_whose_person_was_told_of_its_end_is_dealt_with_by_no_operator(
    store: Store, act: str
) -> None:
    an_act(store, OutboxStatus.REFUSED, OutboxStatus.REFUSED)

    def resolve(key: str, by: Operator) -> None:
        with store.unit() as session:
            quarantine.resolve(store, session, key, by)

    deal = report_on(store).retry if act == "retry" else resolve
    with pytest.raises(BadConfiguration, match="nothing parked"):
        deal(ACT, LI)
    assert status_of(store, ACT) == (OutboxStatus.REFUSED, OutboxStatus.REFUSED)


def test_what_an_operator_puts_back_in_line_while_its_end_is_told_stays_there(store: Store) -> None:
    """The ERP has a database of its own, so that telling it takes a while."""
    an_act(store, OutboxStatus.REFUSED)
    nothing: Any = None

    class Erp(Log):
        def documents(self, _query: object) -> Any:
            return iter([Document()])

        def apply(self, *_: object) -> None:
            report_on(store).retry(ACT, LI)

    class Document:
        number, fields = NUMBER, dict[str, str]()

    with store.unit() as session:
        session.add(Cursor(block_number=1, block_hash="0x", block_time=1, document_sequence=0))
    acts = Acts(store, cast(Any, Erp()), nothing, nothing)
    Ends(store, cast(Any, Erp()), nothing, acts, joined=False).tell()
    assert status_of(store, ACT) == (OutboxStatus.ASKED, None)


def test_on_postgresql_a_call_that_an_operator_puts_back_in_line_is_not_signed_at_that_moment(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon took it up and signed it, and the operator's older look put it back in line: it was signed twice."""
    engine = open_engine(postgres_db)
    schema.upgrade(engine)
    store = Store(engine, lambda: 0.0)
    with store.unit() as session:
        store.add_call(
            session, Call(KEY, KEY, ATTESTER, "C", "f", ()), NUMBER
        ).status = OutboxStatus.REFUSED
    with store.view() as session:
        seen = store.call(session, KEY)
    assert seen is not None
    report, taken = report_on(store), list[bool]()
    made = [Call(KEY, KEY, ATTESTER, "C", "f", ())]
    monkeypatch.setattr(report, "_calls", lambda _asks, _document: made)

    def take_up() -> None:
        with store.unit() as session:
            row = Claims(session, [seen]).take(seen)
            taken.append(row is not None)
            if row is not None:
                row.status = OutboxStatus.SUBMITTED

    daemon = threading.Thread(target=take_up)
    note = quarantine.note_remade

    def meanwhile(*given: Any) -> None:
        daemon.start()
        daemon.join(0.5)  # it waits for the operator's transaction
        note(*given)

    monkeypatch.setattr(quarantine, "note_remade", meanwhile)
    report.remake(KEY, LI)
    daemon.join()
    assert taken == [False]
    assert status_of(store, KEY) == (OutboxStatus.PENDING, None)
    engine.dispose()
