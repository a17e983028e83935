"""OUTBOX and INBOX -> spans (跨度): the way of each intent from its document to the documents of its events, as one trace.

It runs at the end of each pass, and only while traces are on: no stage knows of it. What it tells it reads from the tables,
so that a trace goes on after a restart. If it dies here: a span may be told twice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from bridge.ports.port import Port
from bridge.store import traces
from bridge.store.store import Store
from bridge.store.tables import Outbox
from bridge.store.traces import ENDS, Seen, Step

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

NAME = "interlock.bridge"
TRACED_AT_ONCE = 256  # intents that begin a trace, and that go on with one, in a pass

Attributes = Mapping[str, str | int]


def tracer() -> Tracer | None:
    """The tracer of this process, None while traces are off: then nobody has loaded what makes them."""
    if "opentelemetry.sdk.trace" not in sys.modules:
        return None
    from opentelemetry.trace import get_tracer  # noqa: PLC0415 - only where traces are on

    return get_tracer(NAME)


class Tracing:
    """Tells spans of what the stages have done since it looked last.

    A span names the intent, its document, contract and function, hashes and numbers: no arguments, bytes, reasons, URLs.
    """

    def __init__(self, store: Store, port: Port, tracer: Tracer) -> None:
        from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415 - only where traces are on

        self._store = store
        self._port = port
        self._tracer = tracer
        self._context = tracecontext.TraceContextTextMapPropagator()
        with store.view() as session:
            self._after = traces.newest(session)  # what was there before is traced if it goes on
        self._catching_up = True

    def run(self) -> int:
        """Looks once; returns 0, since nothing of the ring depends on it."""
        with self._store.view() as session:
            new = list(traces.untraced(session, self._after, TRACED_AT_ONCE))
            old = traces.under_way(session, TRACED_AT_ONCE) if self._catching_up else ()
            known = {row.id for row in new}
            begun = [*new, *(row for row in old if row.id not in known)]
            going = traces.advanced(session, TRACED_AT_ONCE)
            parents = self._parents(session, begun)
        if begun or going:
            with self._store.unit() as session:
                for seen in going:  # first, since a new intent may follow from what one of them did
                    self._go_on(session, seen)
                for row in begun:
                    parent = parents.get(row.document_number or "")
                    kept = self._span("intent stored", parent, _of(row))
                    traces.tell(session, row, Step.STORED, kept)
        self._after = max([self._after, *(int(row.id or 0) for row in new)])
        self._catching_up = len(old) == TRACED_AT_ONCE
        return 0

    def _parents(self, session: Session, rows: Sequence[Outbox]) -> dict[str, str]:
        """The trace in which each document stands: that of its request, or of the intent whose event made it."""
        numbers = [row.document_number for row in rows if row.document_number is not None]
        if not numbers:
            return {}
        return {**traces.causes(session, numbers), **self._port.traces(numbers)}

    def _go_on(self, session: Session, seen: Seen) -> None:
        for name, attributes in _spans(seen):
            self._span(name, seen.row.traceparent, {**_of(seen.row), **attributes})
        traces.tell(session, seen.row, seen.step, seen.row.traceparent)

    def _span(self, name: str, parent: str | None, attributes: Attributes) -> str | None:
        """Tells a span, and returns how others refer to it."""
        carrier = {} if parent is None else {"traceparent": parent}
        span = self._tracer.start_span(
            name, context=self._context.extract(carrier), attributes=dict(attributes)
        )
        span.end()
        return self._traceparent(span)

    def _traceparent(self, span: Any) -> str | None:
        from opentelemetry.trace import set_span_in_context  # noqa: PLC0415 - only where traces are on

        carrier: dict[str, str] = {}
        self._context.inject(carrier, set_span_in_context(span))
        return carrier.get("traceparent")


def _of(row: Outbox) -> dict[str, str | int]:
    found: dict[str, str | int] = {
        "interlock.intent": row.key,
        "interlock.contract": row.contract,
        "interlock.function": row.function,
    }
    if row.document_number is not None:
        found["interlock.document"] = row.document_number
    return found


def _spans(seen: Seen) -> Iterator[tuple[str, Attributes]]:
    """The spans between the step that was told and the one that was reached."""
    told, attempt, status = seen.row.traced, seen.attempt, seen.row.status
    if attempt is not None:
        transaction: Attributes = {"interlock.transaction": attempt.tx_hash}
        if told < Step.SIGNED:
            yield "signed", {**transaction, "interlock.nonce": attempt.nonce}
        if told < Step.SENT and attempt.sent_at > 0:
            yield "sent", transaction
        if told < Step.PROVED and seen.events:
            yield "proved", {**transaction, "interlock.block": seen.events[0].block_number}
    if seen.step is not Step.ENDED:
        return
    for event in seen.events:
        booked: dict[str, str | int] = {
            "interlock.event": f"{event.contract}.{event.event}",
            "interlock.status": event.status,
        }
        if event.document_number is not None:
            booked["interlock.booked"] = event.document_number
        yield "event booked", booked
    if not seen.events:
        yield "ended" if status in ENDS else "mined", {"interlock.status": status}
