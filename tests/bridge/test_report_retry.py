"""A document whose calls were refused together is made anew as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from bridge.capabilities import CALLS
from bridge.intents import ATTESTER, Call, OutboxStatus
from bridge.ring.report import AnchorPolicy, Report
from bridge.store import schema
from bridge.store.engine import open_engine
from bridge.store.quarantine import Operator
from bridge.store.store import Store

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
    nothing: Any = None
    report = Report(store, cast(Any, Log()), nothing, nothing, AnchorPolicy("0x", 0.0), lambda: 0.0)
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
