"""The ring monitor (环): how far bridge and chain are, and what waits; and the line of it under the head of each page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.routes import chain
from erp.web.door import caller_of, context_of
from erp.web.reading import Reading
from erp.web.render import page

KINDS = ("quarantined", "stuck", "held")


def ring_page(request: Request) -> Response:
    """The five boxes, and for operators each row that waits."""
    reading = Reading(context_of(request), caller_of(request))
    rows = None
    if reading.may("/ring/rows"):
        rows = reading.read("/ring/rows", chain.read_ring_rows, reading.context)
    return page(request, "ring.html", reading=reading, rows=rows)


def line(request: Request) -> Response:
    """The line alone, which the pages of a browser fetch when the ring changes."""
    reading = Reading(context_of(request), caller_of(request))
    return page(request, "ring_line.html", reading=reading)


ROUTES = (
    Route("/ring", ring_page, methods=["GET"]),
    Route("/ring/line", line, methods=["GET"]),
)
