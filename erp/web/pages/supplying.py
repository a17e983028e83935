"""What a supplier does with an order of its own on the order's page: it ships, and it sends its invoice.

Shipping is an act that the supplier's own key signs; the invoice is told to the books.
"""

from __future__ import annotations

import hashlib

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.routes import orders as order_routes
from erp.api.routes.orders import ThreeFlows
from erp.web.answers import SEE_OTHER, back_to, refusal_of, said_of, status_of
from erp.web.bidding import ASK
from erp.web.door import caller_of, context_of, name_in
from erp.web.forms import minor, whole
from erp.web.pages import orders
from erp.web.pages.entry import form_of
from erp.web.reading import Reading
from erp.web.supply import INVOICE, SHIP
from erp.web.writing import tell


async def ship(request: Request) -> Response:
    """Asks for the act that says on the chain that goods are on their way."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading = Reading(context_of(request), caller)
    name = name_in(request, "order")
    order = (await run_in_threadpool(_order, reading, name)).order
    fields = {
        "party": caller.party or "",
        "act": SHIP,
        "fields": {
            "order_id": order.order_id,
            "delivery_id": whole(form.get("delivery_id", "")),
            "quantity": whole(form.get("quantity", "")),
            "despatch_ref": note_reference(form.get("note", "")),
        },
    }
    made = await refusal_of(tell(reading.context, caller, ASK, fields, form.get("key", "")))
    if isinstance(made, dict):
        return RedirectResponse(f"/app/orders/{name}#supply", SEE_OTHER)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(orders.shown, request, reading, code, said, form)


async def invoice(request: Request) -> Response:
    """Tells the supplier's invoice of a delivery."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading = Reading(context_of(request), caller)
    name = name_in(request, "order")
    order = (await run_in_threadpool(_order, reading, name)).order
    fields = {
        "order": order.number,
        "delivery_id": whole(form.get("delivery_id", "")),
        "invoice_number": form.get("invoice_number", "").strip(),
        "quantity": whole(form.get("quantity", "")),
        "net_minor": minor(form.get("net", "")),
        "tax_minor": minor(form.get("tax", "")),
    }
    made = await refusal_of(tell(reading.context, caller, INVOICE, fields, form.get("key", "")))
    if isinstance(made, dict):
        return back_to(f"/app/orders/{name}", made)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(orders.shown, request, reading, code, said, form)


def note_reference(note: str) -> str:
    """What the chain is told of a delivery note: the SHA-256 of its number as it was typed, without blanks around it."""
    return "0x" + hashlib.sha256(note.strip().encode()).hexdigest()


def _order(reading: Reading, name: str) -> ThreeFlows:
    return reading.read(
        "/orders/{order}", order_routes.read_order, reading.context, reading.caller, name
    )


def to_the_order(request: Request) -> Response:
    """Where a form was sent to, asked for as a page: after signing in again, or choosing a language."""
    return RedirectResponse(f"/app/orders/{name_in(request, 'order')}", SEE_OTHER)


ROUTES = (
    Route("/orders/{order}/shipments", to_the_order, methods=["GET"]),
    Route("/orders/{order}/shipments", ship, methods=["POST"]),
    Route("/orders/{order}/invoices", to_the_order, methods=["GET"]),
    Route("/orders/{order}/invoices", invoice, methods=["POST"]),
)
