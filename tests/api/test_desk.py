"""The desk: what waits together is committed together, each write keeps its own answer, and nobody pays for another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import Connection, event, text

from erp.api import carry_out, desk, queries
from erp.api.desk import MAX_ATTEMPTS, MAX_GROUP, Desk
from erp.api.jobs import Job
from erp.api.principals import MAX_KEPT, Principals
from erp.api.routes import WRITES
from erp.api.settings import MAX_BATCH_BYTES
from erp.api.tokens import Principal, revoke_token
from erp.api.writes import work_of
from erp.attachments.schemas import MAX_CONTENT_BYTES
from erp.database import transaction
from erp.execute import MAX_BATCH
from erp.items.schemas import RegisterItem
from erp.kernel.roles import Role
from erp.rooms import execute_many

from .house import House
from .test_problems import problem

WAIT_SECONDS = 10.0
NOTHING: Any = None
A_PLANNER = Principal(1, "planner-1", Role.PLANNER, None, b"")
Send = Callable[..., "Future[Response]"]


def item(code: str) -> dict[str, str]:
    return {"code": code, "name": "Steel", "unit": "sheet"}


def codes(house: House) -> list[str]:
    """The items of the books, in the order of their documents."""
    with house.engine.connect() as connection:
        found = connection.execute(
            text("SELECT payload FROM document_log WHERE type = 'item' ORDER BY sequence")
        )
        return [row.payload.split('"code":"')[1].split('"')[0] for row in found]


def desk_of(house: House) -> Desk:
    made = house.app.state.request_context.desk
    assert isinstance(made, Desk)
    return made


@contextmanager
def held(house: House) -> Iterator[Send]:
    """Holds the desk while the block sends writes, each from a thread of its own; at its end it goes on.

    One write of the block itself is already under way: what is sent waits behind it.
    """
    service, entered, go_on = desk_of(house), threading.Event(), threading.Event()
    clock = house.clock

    def slow() -> int:
        entered.set()
        assert go_on.wait(WAIT_SECONDS)
        return clock()

    with ThreadPoolExecutor(MAX_GROUP + 10) as senders:

        def send(role: Role, path: str, body: Any, key: str | None = None) -> Future[Response]:
            before = len(service._waiting)
            future = senders.submit(house.post, role, path, body, key)
            deadline = time.monotonic() + WAIT_SECONDS
            while len(service._waiting) == before and time.monotonic() < deadline:
                time.sleep(0.001)
            return future

        service._clock = slow
        first = senders.submit(house.post, Role.PLANNER, "/items", item("FIRST"))
        assert entered.wait(WAIT_SECONDS)
        try:
            yield send
        finally:
            service._clock = clock
            go_on.set()
        assert first.result().status_code == 201


@contextmanager
def transactions(house: House) -> Iterator[list[str]]:
    """The transactions that are begun meanwhile."""
    begun: list[str] = []

    def note(_connection: Connection) -> None:
        begun.append("begin")

    event.listen(house.engine, "begin", note)
    try:
        yield begun
    finally:
        event.remove(house.engine, "begin", note)


# ---- one transaction a request


def test_a_write_of_a_known_sender_is_one_transaction(house: House) -> None:
    house.post(Role.PLANNER, "/items", item("A"))
    with transactions(house) as begun:
        assert house.post(Role.PLANNER, "/items", item("B")).status_code == 201
    assert len(begun) == 1


def test_a_refused_write_keeps_no_answer_and_a_done_one_is_kept_in_one_insert(house: House) -> None:
    written: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "api_idempotency" in statement and not statement.startswith("SELECT"):
            written.append(statement.split(maxsplit=1)[0])

    event.listen(house.engine, "before_cursor_execute", note)
    house.post(Role.PLANNER, "/items", item("A"))
    assert written == ["INSERT"]
    problem(house.post(Role.PLANNER, "/items", item("A")), 409, "item-exists")
    assert written == ["INSERT"]


# ---- a token that was revoked


@pytest.mark.parametrize(
    ("body", "key"),
    [(item("B"), None), (item("A"), "k-1"), ({"code": 7}, None), ("no object", None)],
    ids=["new", "replayed", "malformed", "no object"],
)
def test_a_revoked_token_is_refused_at_once_whatever_it_sends(
    house: House, body: Any, key: str | None
) -> None:
    assert house.post(Role.PLANNER, "/items", item("A"), "k-1").status_code == 201
    with transaction(house.engine) as session:
        revoke_token(session, "planner-1", house.clock.now)
    problem(house.post(Role.PLANNER, "/items", body, key), 401, "unauthenticated")
    problem(house.get(Role.PLANNER, "/items"), 401, "unauthenticated")
    assert codes(house) == ["A"]


def test_a_token_revoked_while_its_write_waits_is_refused(house: House) -> None:
    house.post(Role.PLANNER, "/items", item("A"))
    with held(house) as send:
        waits = send(Role.ADMIN, "/items", item("B"))
        with transaction(house.engine) as session:
            revoke_token(session, "admin-1", house.clock.now)
    problem(waits.result(), 401, "unauthenticated")
    assert codes(house) == ["A", "FIRST"]


def test_a_revoked_token_is_asked_for_its_role_no_more(house: House) -> None:
    house.post(Role.PLANNER, "/items", item("A"))
    with transaction(house.engine) as session:
        revoke_token(session, "planner-1", house.clock.now)
    problem(house.post(Role.PLANNER, "/goods-issues", {}), 401, "unauthenticated")


def test_the_senders_kept_in_memory_are_bounded() -> None:
    known = Principals()
    somebody = Principal(1, "n", Role.ADMIN, None, b"", credential="c")
    for number in range(MAX_KEPT):
        known.keep(f"t-{number}", somebody)
    assert known.known("t-0") is somebody
    known.keep("one more", somebody)
    assert known.known("t-0") is None
    assert known.known("one more") is somebody
    known.forget("one more")
    assert known.known("one more") is None


# ---- what waits together


def test_writes_that_wait_are_one_transaction_each_with_its_own_answer(house: House) -> None:
    house.post(Role.PLANNER, "/items", item("A"))
    with held(house) as send, transactions(house) as begun:
        waiting = [send(Role.PLANNER, "/items", item(f"W-{n}"), f"k-{n}") for n in range(8)]
    numbers = [one.result().json()["document"]["number"] for one in waiting]
    assert numbers == [f"ITM-2026-{n:05}" for n in range(3, 11)]  # in the order of arrival
    assert len(begun) <= 2  # the first one's, and one for all that waited
    again = house.post(Role.PLANNER, "/items", item("W-3"), "k-3")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == waiting[3].result().content


def test_a_refusal_among_those_that_wait_is_its_senders_alone(house: House) -> None:
    with held(house) as send:
        sent = [send(Role.PLANNER, "/items", item(code)) for code in ("A", "A", "B")]
    assert [one.result().status_code for one in sent] == [201, 409, 201]
    assert codes(house) == ["FIRST", "A", "B"]


def test_the_second_of_two_with_one_key_is_answered_as_the_first(house: House) -> None:
    with held(house) as send:
        sent = [send(Role.PLANNER, "/items", item("A"), "k-1") for _ in range(2)]
        other = send(Role.PLANNER, "/items", item("B"), "k-1")
    first, second = (one.result() for one in sent)
    assert second.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    problem(other.result(), 422, "idempotency-key-reused")
    assert codes(house) == ["FIRST", "A"]


def test_a_bug_met_by_one_is_told_to_its_sender_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Any, submissions: Any, *, atomic: bool, **more: Any) -> Any:
        if any(getattr(one.command, "code", "") == "BUG" for one in submissions):
            raise ZeroDivisionError
        return execute_many(session, submissions, atomic=atomic, **more)

    monkeypatch.setattr(carry_out, "execute_many", broken)
    with held(house) as send:
        sent = [send(Role.PLANNER, "/items", item(code)) for code in ("A", "BUG", "B")]
    assert [one.result().status_code for one in sent] == [201, 500, 201]
    assert codes(house) == ["FIRST", "A", "B"]


def test_what_follows_from_each_is_told_to_its_own_sender(house: House) -> None:
    (example,) = (write.example for write in WRITES if write.path == "/sourcing-policies")
    policy = example | {"item": "A", "candidates": ["ACME"]}
    house.post(Role.PLANNER, "/items", item("A"))
    with held(house) as send:
        before = send(Role.PLANNER, "/items", item("B"))
        setting = send(Role.PLANNER, "/sourcing-policies", policy)
        after = send(Role.PLANNER, "/items", item("C"))
    assert before.result().json()["follow_ups"] == after.result().json()["follow_ups"] == []
    (hold,) = setting.result().json()["follow_ups"]
    assert hold["type"] == "reorder_hold"
    assert hold["caused_by"] == setting.result().json()["document"]["sequence"]


def test_a_group_has_a_bound(house: House) -> None:
    sizes: list[int] = []
    whole = desk.carry_out_each

    def counted(session: Any, instructions: Any, *rest: Any) -> Any:
        sizes.append(len(instructions))
        return whole(session, instructions, *rest)

    with pytest.MonkeyPatch.context() as patch, held(house) as send:
        patch.setattr(desk, "carry_out_each", counted)
        for n in range(MAX_GROUP + 3):
            send(Role.PLANNER, "/items", item(f"W-{n}"))
    assert max(sizes) == MAX_GROUP
    assert len(codes(house)) == MAX_GROUP + 4


def test_when_too_many_wait_one_more_is_asked_to_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MAX_WAITING", 2)
    with held(house) as send:
        waiting = [send(Role.PLANNER, "/items", item(code)) for code in ("A", "B")]
        more = house.post(Role.PLANNER, "/items", item("C"))
        reading = house.get(Role.PLANNER, "/items")
    problem(more, 503, "database-busy")
    assert reading.status_code == 200  # readers wait for no writer
    assert [one.result().status_code for one in waiting] == [201, 201]
    assert codes(house) == ["FIRST", "A", "B"]


def test_a_list_that_waits_counts_as_many_as_it_holds(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand lists of 500 were half a million commands to wait for, and gigabytes to keep meanwhile."""
    monkeypatch.setattr(desk, "MAX_WAITING", 10)

    def listed(name: str) -> dict[str, Any]:
        told = [{"command": "RegisterItem", "fields": item(f"{name}-{n}")} for n in range(8)]
        return {"mode": "each", "commands": told}

    with held(house) as send:
        waiting = [send(Role.PLANNER, "/batches", listed("L"))]
        more = house.post(Role.PLANNER, "/batches", listed("M"))
        waiting += [send(Role.PLANNER, "/items", item(code)) for code in ("A", "B")]
        problem(house.post(Role.PLANNER, "/items", item("C")), 503, "database-busy")
    problem(more, 503, "database-busy")
    assert [one.result().status_code for one in waiting] == [201, 201, 201]
    assert house.post(Role.PLANNER, "/batches", listed("M")).json()["accepted"] == 8
    assert house.post(Role.PLANNER, "/items", item("C")).status_code == 201


def test_a_list_beyond_the_bound_is_taken_while_nobody_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MAX_WAITING", 1)
    told = [{"command": "RegisterItem", "fields": item(f"L-{n}")} for n in range(8)]
    answer = house.post(Role.PLANNER, "/batches", {"mode": "all", "commands": told})
    assert answer.json()["accepted"] == 8


def test_a_file_that_waits_counts_by_its_weight() -> None:
    sizes = {
        write.path: (
            Job(NOTHING, work_of(write, NOTHING, A_PLANNER, NOTHING)).size,
            write.upload.max_body_bytes,
        )
        for write in WRITES
        if write.upload is not None
    }
    assert sizes["/attachments"][1] > MAX_CONTENT_BYTES
    for path, (size, most) in sizes.items():
        assert size * MAX_BATCH_BYTES // MAX_BATCH >= most, path


# ---- two processes over one database


def test_the_unique_key_decides_between_two_processes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = house.post(Role.PLANNER, "/items", item("A"), "k-1")
    late = [True]  # the other process commits just after we looked
    whole = desk.answered
    monkeypatch.setattr(
        desk, "answered", lambda *told: None if late and late.pop() else whole(*told)
    )
    refused = house.post(Role.PLANNER, "/items", item("A"), "k-1")
    assert refused.content == first.content  # and not that the item is there already
    late.append(True)
    monkeypatch.setattr(carry_out, "execute_many", of_another_item)
    done = house.post(Role.PLANNER, "/items", item("A"), "k-1")
    assert done.content == first.content
    assert done.headers["idempotency-replayed"] == "true"
    assert codes(house) == ["A"]


def of_another_item(session: Any, submissions: Any, *, atomic: bool, **more: Any) -> Any:
    """Carries out another command than the one told, so that no rule but the unique key refuses it."""
    other = RegisterItem(code="OTHER", name="n", unit="u")
    return execute_many(
        session, [replace(one, command=other) for one in submissions], atomic=atomic, **more
    )


def test_keys_taken_again_and_again_end_in_a_request_to_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def taken(*_: Any) -> bool:
        tried.append(1)
        return False

    monkeypatch.setattr(queries, "insert_answers", taken)
    problem(house.post(Role.PLANNER, "/items", item("A")), 503, "database-busy")
    assert len(tried) == MAX_ATTEMPTS
    assert codes(house) == []
