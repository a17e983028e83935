"""What troubles one stage, event or document troubles no other (attack A5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

from bridge import capabilities
from bridge.capabilities.model import Asks
from bridge.errors import NodeUnavailable
from bridge.intents import Call, InboxStatus, OutboxStatus
from bridge.ports.embedded import EmbeddedPort
from tests.faults.driving import run_daemon
from tests.proxy import Answer, node_proxy
from tests.world import World


def transfers(world: World, *amounts: int, to_whom: str = "SUPPLIER") -> None:
    to = world.people[to_whom].address
    for amount in amounts:
        world.transact("BUYER", "SettlementToken", "transfer", to, amount)


def booked(world: World) -> list[int]:
    return [document.fields["amount_minor"] for document in world.documents("token_transfer")]


def test_a_stage_that_fails_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    transfers(world, 5)
    ring = world.bridge.daemon._ring

    def away() -> int:
        raise NodeUnavailable("it thinks for ever")

    def broken() -> int:
        raise KeyError("nobody foresaw this")

    monkeypatch.setattr(ring.report, "run", away)
    monkeypatch.setattr(ring.submit, "run", broken)
    run_daemon(world, until=lambda: booked(world) == [5])
    assert "submit: KeyError in test_stages_fail_apart.py" in world.alarms()["bug"]


def test_a_paused_stage_is_tried_again_while_the_others_are_busy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, tried = world.bridge.daemon._ring, []
    passes = iter(range(40))

    def away() -> int:
        tried.append(1)
        raise NodeUnavailable("away")

    monkeypatch.setattr(ring.report, "run", away)
    world.bridge.daemon._sleep = lambda _: None
    world.bridge.daemon.run(lambda: next(passes, None) is None)
    assert 3 <= len(tried) <= 8  # 40 passes of half a second: after 0.5, 1, 2, 4, 8 seconds


def test_a_bug_in_a_handler_parks_its_event_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def broken(*_: Any) -> Any:
            raise KeyError("member")

        patch.setitem(capabilities.HANDLERS, "TokensIssued", broken)
        rival = world.people["RIVAL"].address
        world.transact("treasurer", "SettlementToken", "issue", rival, 9, "0x" + "cd" * 32)
        transfers(world, 5, 6)
        run_daemon(world, until=lambda: booked(world) == [5, 6])
    (parked,) = world.status()["quarantined"]
    assert "Unforeseen: KeyError in test_stages_fail_apart.py" in parked["reason"]
    assert "'member'" in parked["reason"]
    world.retry(parked["position"])
    world.settle()
    assert world.last("token_issue").fields["amount_minor"] == 9
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_bug_of_the_books_parks_its_event_alone_and_is_found_by_halving(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply, told = EmbeddedPort.apply, []

    def breaks_at_seven(port: EmbeddedPort, instructions: Any, unit: Any) -> Any:
        told.append(len(instructions))
        made = apply(port, instructions, unit)
        if any(each.fields.get("amount_minor") == 7 for each in instructions):
            raise ZeroDivisionError("seven")  # after its rows were written
        return made

    transfers(world, *range(1, 7))
    transfers(world, 7, to_whom="RIVAL")
    transfers(world, *range(8, 13))
    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedPort, "apply", breaks_at_seven)
        world.bridge.daemon._ring.ingest.run()
        assert booked(world) == []
        run_daemon(world, until=lambda: len(booked(world)) == 11)
    assert booked(world) == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    (parked,) = world.status()["quarantined"]
    assert "ZeroDivisionError" in parked["reason"]
    assert len(told) < 12
    world.retry(parked["position"])
    world.settle()
    assert sorted(booked(world)) == list(range(1, 13))
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize(
    "trouble",
    [OperationalError("SELECT 1", {}, Exception("server closed the connection")), MemoryError()],
    ids=lambda trouble: type(trouble).__name__,
)
def test_trouble_of_the_machine_parks_no_event(
    world: World, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    transfers(world, 5)
    passes = iter(range(3))

    def in_trouble(*_: Any) -> Any:
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedPort, "apply", in_trouble)
        world.bridge.daemon._sleep = lambda _: None
        world.bridge.daemon.run(lambda: next(passes, None) is None)
    assert world.status()["quarantined"] == []
    world.settle()
    assert booked(world) == [5]
    world.assert_audit_holds()


def test_a_full_disk_parks_no_event(world: World) -> None:
    transfers(world, *range(1, 40))
    world.bridge.daemon._ring.ingest.run()
    (pages,) = world.sql("PRAGMA page_count")[0]
    full: list[BaseException] = []

    def is_small(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    def fills(context: ExceptionContext) -> None:
        full.append(context.original_exception)

    event.listen(world.bridge.store.engine, "checkout", is_small)
    event.listen(world.bridge.store.engine, "handle_error", fills)
    passes = iter(range(3))
    world.bridge.daemon._sleep = lambda _: None
    world.bridge.daemon.run(lambda: next(passes, None) is None)
    assert any("disk is full" in str(error) for error in full)
    assert (
        world.sql("SELECT position FROM bridge_inbox WHERE status = :s", s=InboxStatus.QUARANTINED)
        == []
    )
    world.reopen()
    world.settle()
    assert sorted(booked(world)) == list(range(1, 40))
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_bug_in_what_one_document_asks_for_refuses_that_call_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.issue()
    with monkeypatch.context() as patch:

        def broken(*_: Any) -> Any:
            raise IndexError("no candidate")

        patch.setattr(Asks, "calls", broken)
        world.bridge.report.run()
    ((status, reason),) = world.sql(
        "SELECT status, reason FROM bridge_outbox WHERE key LIKE 'requisition:%'"
    )
    assert status == OutboxStatus.REFUSED
    assert "IndexError" in reason
    ((key,),) = world.sql("SELECT key FROM bridge_outbox WHERE key LIKE 'requisition:%'")
    world.retry(key)
    world.settle()
    assert len(world.documents("tender")) == 1
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_value_that_fits_no_argument_refuses_that_call_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not even be tried: submit would stop at it for ever, with all calls beside it."""
    world.issue()
    calls = Asks.calls

    def too_long(asks: Asks, *given: Any) -> tuple[Call, ...]:
        made = calls(asks, *given)
        return tuple(replace(each, args=(2**256, *each.args[1:])) for each in made)

    monkeypatch.setattr(Asks, "calls", too_long)
    behind = (  # the anchor of the requisition itself
        "SELECT 1 FROM bridge_outbox WHERE key LIKE 'anchor:%' AND status = 'confirmed' "
        "AND id > (SELECT id FROM bridge_outbox WHERE key LIKE 'requisition:%')"
    )
    run_daemon(world, until=lambda: bool(world.sql(behind)))
    ((status,),) = world.sql("SELECT status FROM bridge_outbox WHERE key LIKE 'requisition:%'")
    assert status == OutboxStatus.REFUSED
    assert "bug" not in world.alarms()


def test_one_call_that_the_node_cannot_answer_keeps_no_other_from_its_way(world: World) -> None:
    with node_proxy(world.node.url) as proxy:
        world.reopen(rpc=(proxy.url,))
        transfers(world, 5)
        world.issue()

        def times_out(method: str, params: list[Any], answer: Answer) -> Answer:
            opens = method == "eth_call" and params[0]["to"].lower() == tenders.lower()
            if opens and "from" in params[0]:
                error = {"code": -32000, "message": "execution aborted (timeout = 5s)"}
                return {"jsonrpc": "2.0", "id": answer["id"], "error": error}
            return answer

        tenders = world.deployment.address("Tenders")
        proxy.change = times_out
        run_daemon(world, until=lambda: "unanswered" in world.alarms(), sleep=world.clock.sleep)
        assert "requisition:" in world.alarms()["unanswered"]
        run_daemon(world, until=lambda: not world.status()["unanchored"])  # anchors still leave
        assert world.documents("tender") == []
        proxy.change = lambda _method, _params, answer: answer
        run_daemon(world, until=lambda: bool(world.documents("tender")), sleep=world.clock.sleep)
    world.reopen(rpc=())
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()
