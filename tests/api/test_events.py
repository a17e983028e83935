"""The stream of what changed says names and nothing of what is in them, to each reader what it may know of."""

from __future__ import annotations

import hashlib
import json
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy.orm import Session

from erp.api.live import hub, service, stream
from erp.api.tokens import revoke_token, rotate_token
from erp.database import transaction
from erp.kernel.roles import Role
from erp.parties.schemas import PartyKind, RegisterParty
from erp.web.formats import machine_time
from tests.web.served import Served, serving

from . import test_served
from .house import House
from .test_oauth import access, asked, client_of
from .test_story import ordered, stocked

STREAM = {"Accept": "text/event-stream"}
ORDER = "order:PO-2026-00001"
LATER = 777_000  # seconds
pytestmark = pytest.mark.sqlite("a stream reads the log as every list does")


@pytest.fixture
def served(house: House) -> Iterator[Served]:
    with serving(house) as found:
        yield found


def firm(code: str, name: str = "a firm") -> RegisterParty:
    account = f"0x{hashlib.sha256(code.encode()).hexdigest()[:40]}"
    return RegisterParty(code=code, name=name, kind=PartyKind.EXTERNAL, account=account)


HEARING_SECONDS = 60  # whoever heard nothing of it so long never will


class Listener:
    """Reads one stream, frame by frame."""

    def __init__(self, served: Served, token: str, **headers: str) -> None:
        self.client = httpx.Client(base_url=served.url, timeout=15, trust_env=False)
        self.headers = {"Authorization": f"Bearer {token}", **STREAM, **headers}

    def __call__(self, path: str = "/events") -> Iterator[dict[str, Any]]:
        with self.client.stream("GET", path, headers=self.headers) as answer:
            assert answer.status_code == 200, answer.read()
            frame: dict[str, Any] = {}
            for line in answer.iter_lines():
                if not line:
                    yield frame
                    frame = {}
                    continue
                name, _, value = line.partition(": ")
                frame[name] = json.loads(value) if name == "data" else value


def changed(frames: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The changes of documents alone."""
    heard = time.monotonic()
    for frame in frames:
        if frame.get("event") == "changed" and frame["data"]["type"] == "interlock.document":
            yield frame
            heard = time.monotonic()
        assert time.monotonic() - heard < HEARING_SECONDS, "nothing was told"


def test_a_clerk_hears_of_a_document_what_it_is_and_nothing_that_stands_in_it(
    served: Served,
) -> None:
    heard = changed(hear := Listener(served, served.house.tokens[Role.WAREHOUSE])())
    assert next(hear)["event"] == "beat"
    made = served.house.settle(firm("SECRET-1", "Hidden name"))[0]
    frame = next(heard)
    event = frame["data"]
    assert (frame["id"], event["id"]) == (str(made.sequence), str(made.sequence))
    assert (event["specversion"], event["subject"]) == ("1.0", made.number)
    assert {"party", "work"} <= set(event["data"]["topics"])
    assert "Hidden name" not in json.dumps(event)


def test_a_stream_goes_on_after_the_last_event_that_was_heard(served: Served) -> None:
    house = served.house
    first, second = (house.settle(firm(code))[0] for code in ("A-1", "A-2"))
    token = house.tokens[Role.AUDITOR]
    frames = changed(Listener(served, token, **{"Last-Event-ID": str(first.sequence)})())
    assert next(frames)["data"]["subject"] == second.number


def test_who_comes_back_too_late_or_from_nowhere_is_told_to_read_everything_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "READ_MAX", 2)
    token = served.house.tokens[Role.AUDITOR]
    for last in ("1", "nonsense"):
        frames = Listener(served, token, **{"Last-Event-ID": last})()
        assert [next(frames)["event"], next(frames)["event"]] == ["beat", "again"]


def test_a_supplier_hears_of_its_own_orders_and_of_nobody_elses(served: Served) -> None:
    house = served.house
    stocked(house)
    rival = house.token("rival-1", Role.SUPPLIER, "RIVAL")
    own, other = Listener(served, house.tokens[Role.SUPPLIER])(), Listener(served, rival)()
    assert next(own)["event"] == next(other)["event"] == "beat"
    ordered(house)
    house.clock.now += LATER
    last = house.settle(firm("END", "RIVAL"))[0]  # the rival's name: it hears of that
    heard: set[str] = set()
    for frame in changed(own):
        event = frame["data"]
        assert not event["id"].isdigit()
        heard |= set(event["data"]["topics"])
        if ORDER in heard and "despatch" in heard:
            break
    for frame in changed(other):
        event = frame["data"]
        assert not {ORDER, "despatch", "purchase_order", "escrow_deposit"} & set(
            event["data"]["topics"]
        )
        assert "subject" not in event
        if event["time"] == machine_time(last.at):
            break


def test_topics_that_were_not_asked_for_are_not_told(served: Served) -> None:
    house = served.house
    frames = Listener(served, house.tokens[Role.AUDITOR])("/events?topics=party&topics=ring")
    next(frames)
    house.settle(firm("A-9"))
    assert next(changed(frames))["data"]["data"]["topics"] == ["party"]


def kind_of_end(house: House, how: str) -> tuple[str, Callable[[], object]]:
    """A token that hears, and what ends it."""
    if how in {"revoked", "rotated"}:
        token = house.token("hears", Role.BUYER)

        def end() -> None:
            with transaction(house.engine) as session:
                if how == "revoked":
                    revoke_token(session, "hears", house.clock.now)
                else:
                    rotate_token(
                        session,
                        "hears",
                        at=house.clock.now,
                        overlap=0,
                        secret=b"new".ljust(32, b"."),
                    )

        return token, end
    expires_at = house.clock.now + 60 if how == "client over" else None
    secret = client_of(house, expires_at=expires_at, role=Role.BUYER)
    token = access(house, secret)

    def later() -> object:
        if how == "access revoked":
            return asked(house, secret, path="/oauth/revoke", token=token)
        house.clock.now += 60 if how == "client over" else 900
        return None

    return token, later


@pytest.mark.parametrize(
    "how", ["revoked", "rotated", "access over", "access revoked", "client over"]
)
def test_a_stream_goes_on_beat_by_beat_and_ends_with_its_token(
    served: Served, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.1)
    token, end = kind_of_end(served.house, how)
    frames = Listener(served, token)()
    assert [next(frames)["event"] for _ in range(4)] == ["beat"] * 4
    end()
    rest = [frame["event"] for frame, _ in zip(frames, range(50), strict=False)]
    assert len(rest) < 50, "it goes on"
    assert set(rest) <= {"beat", "changed"}


def test_who_may_still_listen_is_heard_from_beat_to_beat_however_it_came(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.1)
    house = served.house
    for token in (
        house.tokens[Role.SUPPLIER],
        house.tokens[Role.BUYER],
        access(house, client_of(house)),
    ):
        frames = Listener(served, token)()
        assert [next(frames)["event"] for _ in range(5)] == ["beat"] * 5


def test_a_token_that_is_over_and_one_whose_secret_leaked_hear_nothing_any_more(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.1)
    house = served.house
    client = client_of(house)
    over, leaked = access(house, client), house.tokens[Role.BUYER]
    hearing = [Listener(served, token)() for token in (over, leaked)]
    assert [next(frames)["event"] for frames in hearing] == ["beat"] * 2
    house.clock.now += 901
    with transaction(house.engine) as session:
        rotate_token(session, "buyer-1", at=house.clock.now, overlap=0, secret=b"n" * 32)
    for frames in hearing:
        assert {frame["event"] for frame in frames} <= {"beat", "changed"}  # and it ends


def test_streams_are_bounded_and_a_place_is_free_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "STREAMS_OF_ONE_MAX", 1)
    token = served.house.tokens[Role.BUYER]
    first = Listener(served, token)()
    next(first)
    second = httpx.get(
        f"{served.url}/events", headers={"Authorization": f"Bearer {token}", **STREAM}
    )
    assert (second.status_code, second.json()["type"]) == (429, "urn:interlock:problem:too-many")


def test_a_reader_that_lags_is_told_so_and_fills_no_memory() -> None:
    listener = hub.Listener(1)
    for _ in range(hub.QUEUE_MAX + 1):
        listener.put(hub.Ticked(("ring",)))
    assert isinstance(listener.queue.get_nowait(), hub.Again)
    assert listener.queue.empty()


def test_what_happens_after_the_first_sign_of_life_is_told_however_slow_the_log_is(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = service.last_sequence

    def slow(session: Session) -> int:
        time.sleep(0.5)
        return look(session)

    monkeypatch.setattr(service, "last_sequence", slow)
    frames = Listener(served, served.house.tokens[Role.AUDITOR])()
    assert next(frames)["event"] == "beat"
    made = served.house.settle(firm("A-9"))[0]
    assert next(changed(frames))["data"]["subject"] == made.number


def test_who_does_not_ask_for_a_stream_is_answered_at_once(house: House) -> None:
    answer = house.get(Role.BUYER, "/events")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (
        200,
        "text/event-stream",
    )


def test_a_service_that_is_told_to_stop_waits_for_nobody_who_listens(database_url: str) -> None:
    with test_served.serving(database_url) as (process, base):
        token = test_served.made_token(database_url, "auditor")
        headers = {"Authorization": f"Bearer {token}", **STREAM}
        client = httpx.Client(timeout=30, trust_env=False)
        with client.stream("GET", f"{base}/events", headers=headers) as answer:
            lines = answer.iter_lines()
            assert next(lines).startswith("retry:")
            process.send_signal(signal.SIGINT)
            assert list(lines)[-1] == ""  # the stream ended as streams do
    assert process.returncode is not None
