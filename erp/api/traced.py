"""One span (跨度) for each request, in the trace that its sender names (W3C Trace Context). Absent while traces are off."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

NAME = "interlock.erp"
UNROUTED = "unknown route"
FAILED_FROM = 500  # status of an answer that is the house's own fault

# The trace of the request that is answered now; None while traces are off.
TRACEPARENT: ContextVar[str | None] = ContextVar("traceparent", default=None)


def tracer() -> Tracer | None:
    """The tracer of this process, None while traces are off: then nobody has loaded what makes them."""
    if "opentelemetry.sdk.trace" not in sys.modules:
        return None
    from opentelemetry.trace import get_tracer  # noqa: PLC0415 - only where traces are on

    return get_tracer(NAME)


class Traced:
    """Spans each request. What was asked and answered is not in it, only method, route and status."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        from opentelemetry.trace import SpanKind  # noqa: PLC0415 - only where traces are on
        from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415

        self.app = app
        self._tracer = tracer
        self._kind = SpanKind.SERVER
        self._context = tracecontext.TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on within its span."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        given = {name: headers[name] for name in self._context.fields if name in headers}
        method = scope["method"]
        with self._tracer.start_as_current_span(
            method,
            context=self._context.extract(given),
            kind=self._kind,
            attributes={"http.request.method": method},
            record_exception=False,
        ) as span:
            carrier: dict[str, str] = {}
            self._context.inject(carrier)
            kept = TRACEPARENT.set(carrier.get("traceparent"))

            async def watched(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self.app(scope, receive, watched)
            finally:
                TRACEPARENT.reset(kept)
                route = getattr(scope.get("route"), "path", UNROUTED)
                span.update_name(f"{method} {route}")
                span.set_attribute("http.route", route)
