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
# What a row of the ring waits for, by its state; what has no words here is shown by its state alone.
INBOX = {
    "final": "Stored, not booked yet",
    "posted": "Booked",
    "ignored": "Moves nothing in the books",
    "quarantined": "Parked: waits for a person",
    "waiting": "Waits behind a parked one",
    "resolved": "Dealt with by a person",
}
OUTBOX = {
    "pending": "Not sent yet",
    "asked": "A signature is asked for",
    "held": "Waits for an approval of tokens",
    "offered": "Shown to whoever signs",
    "answered": "Answered by whoever signs",
    "signed": "Waits for the other signature",
    "submitted": "Sent, not final yet",
    "confirmed": "On the chain",
    "reverted": "Refused by the contract",
    "refused": "Not sent: refused by a check",
    "given_up": "Given up by a person",
    "moot": "No longer needed",
}
SAYS = (*INBOX.values(), *OUTBOX.values())


def ring_page(request: Request) -> Response:
    """The five boxes, and for operators each row that waits."""
    reading = Reading(context_of(request), caller_of(request))
    rows = None
    if reading.may("/ring/rows"):
        rows = reading.read("/ring/rows", chain.read_ring_rows, reading.context)
    return page(
        request, "ring.html", reading=reading, rows=rows, inbox_states=INBOX, outbox_states=OUTBOX
    )


def line(request: Request) -> Response:
    """The line alone, which the pages of a browser fetch when the ring changes."""
    reading = Reading(context_of(request), caller_of(request))
    return page(request, "ring_line.html", reading=reading)


ROUTES = (
    Route("/ring", ring_page, methods=["GET"]),
    Route("/ring/line", line, methods=["GET"]),
)
