"""One order's act is one trace: from the request of a clerk to the proved transaction and the document of its event."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bridge.errors import NodeUnavailable
from erp.api.settings import Settings
from erp.api.tokens import create_token
from erp.app import create_app
from erp.database import transaction
from erp.kernel.roles import Role
from tests.world import ITEM, World

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{TRACE}-{CALLER}-01"
ONE_CALL = ["intent stored", "signed", "sent", "proved", "event booked"]


class Traced:
    """A world whose API and bridge make traces, and what they told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._exporter = InMemorySpanExporter()
        self._provider = TracerProvider()
        self._provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        world.tracer = self._provider.get_tracer("interlock.tests")
        world.reopen()
        with transaction(world.engine) as session:
            self.token = create_token(
                session, name="clerk", role=Role.BUYER, party=None, at=world.now,
                secret=world.randomness(32),
            )  # fmt: skip

    def raise_requisition(self, **headers: str) -> str:
        """A clerk asks for the item over HTTP; the number of the requisition."""
        world = self.world
        app = create_app(Settings(world.engine, clock=lambda: world.now, tracer=world.tracer))
        told = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": "once", **headers}
        answer = TestClient(app).post("/requisitions", json={"item": ITEM}, headers=told)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["document"]["number"])

    def spans(self) -> list[ReadableSpan]:
        """Those of the one trace, in the order in which they began."""
        found = [
            span
            for span in self._exporter.get_finished_spans()
            if span.context is not None and f"{span.context.trace_id:032x}" == TRACE
        ]
        return sorted(found, key=lambda span: span.start_time or 0)

    def names(self) -> list[str]:
        return [span.name for span in self.spans()]

    def all_text(self) -> str:
        """Everything that any span says."""
        return "".join(span.to_json() for span in self._exporter.get_finished_spans())

    def close(self) -> None:
        self._provider.shutdown()


@pytest.fixture
def traced(world: World) -> Iterator[Traced]:
    made = Traced(world)
    yield made
    made.close()


def test_one_order_is_one_trace_also_over_a_restart(
    traced: Traced, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = traced.world
    number = traced.raise_requisition(traceparent=GIVEN)
    assert traced.names() == ["POST /requisitions"]
    with monkeypatch.context() as patch:

        def away() -> int:
            raise NodeUnavailable("away")

        patch.setattr(world.bridge.daemon.ring.ingest, "run", away)
        passes = iter(range(3))
        world.bridge.daemon._sleep = lambda _: None
        world.bridge.daemon.run(lambda: next(passes, None) is None)
    assert traced.names() == ["POST /requisitions", *ONE_CALL[:3]]
    world.reopen()  # sent, and not proved yet
    world.settle()
    assert traced.names()[: 1 + len(ONE_CALL)] == ["POST /requisitions", *ONE_CALL]
    request, stored, *others = traced.spans()
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == CALLER
    assert stored.parent is not None
    assert request.context is not None
    assert stored.parent.span_id == request.context.span_id
    attributes = stored.attributes or {}
    assert attributes["interlock.document"] == number
    assert attributes["interlock.function"] == "openTender"
    for span in others[:4]:
        assert span.parent is not None
        assert stored.context is not None
        assert span.parent.span_id == stored.context.span_id
    tender = world.last("tender")
    booked = {(span.attributes or {}).get("interlock.booked") for span in traced.spans()}
    assert tender.number in booked

    world.bid(tender, {"SUPPLIER": 1_100_000})  # the award follows from the tender's document
    world.settle()
    later = traced.spans()[1 + len(ONE_CALL) :]
    functions = {(span.attributes or {}).get("interlock.function") for span in later}
    assert {"award", "fund"} <= functions
    assert world.last("purchase_order").number in {
        (span.attributes or {}).get("interlock.booked") for span in later
    }
    world.assert_nothing_waits()
    world.assert_audit_holds()

    said = traced.all_text()
    assert traced.token not in said
    for raw in world.sql("SELECT raw FROM bridge_attempt"):
        assert raw[0][2:] not in said
    assert str(world.config.password_file) not in said


def test_a_refused_request_and_a_refused_call_end_their_traces(traced: Traced) -> None:
    world = traced.world
    app = create_app(Settings(world.engine, clock=lambda: world.now, tracer=world.tracer))
    headers = {"Authorization": f"Bearer {traced.token}", "traceparent": GIVEN}
    path = "/requisitions?secret=hidden"
    answer = TestClient(app).post(
        path, json={"item": "NOTHING"}, headers={**headers, "Idempotency-Key": "1"}
    )
    (span,) = traced.spans()
    attributes = span.attributes or {}
    assert attributes["http.response.status_code"] == answer.status_code
    assert "hidden" not in traced.all_text()
    assert world.sql("SELECT count(*) FROM side_trace") == [(0,)]
    TestClient(app).get("/nothing/7", headers=headers)
    assert traced.names()[-1] == "GET unknown route"


def test_without_traces_nothing_is_kept(world: World) -> None:
    world.issue()
    world.settle()
    assert world.last("tender")
    assert world.sql("SELECT count(*) FROM bridge_outbox WHERE traced > 0") == [(0,)]
    assert world.sql("SELECT count(*) FROM side_trace") == [(0,)]


def test_what_was_there_before_traces_were_turned_on_is_left_alone(world: World) -> None:
    world.issue()
    world.settle()
    ended = world.sql("SELECT count(*) FROM bridge_outbox WHERE status = 'confirmed'")
    made = Traced(world)
    world.settle()
    assert world.sql("SELECT count(*) FROM bridge_outbox WHERE traced = 0") == ended
    waits = world.sql("SELECT traced FROM bridge_outbox WHERE status = 'pending'")
    assert waits == [(1,)]  # the award waits for its time, and goes on within a trace
    made.close()
