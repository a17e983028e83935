"""The list of orders, and the page of one: its three flows in one (三流合一)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from erp.api.errors import UnreadableQuery
from erp.api.flows import StepView
from erp.api.routes import orders
from erp.procurement.rules import OrderStatus
from erp.web.door import caller_of, context_of, language_of, name_in
from erp.web.forms import place
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.texts import Texts
from erp.web.timeline import Mark, lane_of, picture

ROWS = 50  # of one page of the list


def list_page(request: Request) -> Response:
    """Orders by id, by status where one is asked for."""
    reading = Reading(context_of(request), caller_of(request))
    status = _status(request.query_params.get("status", ""))
    after = place(request.query_params.get("after", "0"))
    if after is None:
        raise UnreadableQuery("`after` is the number that the link to the next page names")
    found = reading.read(
        "/orders",
        orders.list_orders,
        reading.context,
        reading.caller,
        status=status,
        after=after,
        limit=ROWS,
    )
    return page(
        request, "orders.html", reading=reading, orders=found.items, next_after=found.next_after,
        status=status, statuses=list(OrderStatus),
    )  # fmt: skip


def order_page(request: Request) -> Response:
    """One order: terms, goods, money, its time line with what is missing, and every document of it."""
    reading = Reading(context_of(request), caller_of(request))
    name = name_in(request, "order")
    read = reading.read("/orders/{order}", orders.read_order, reading.context, reading.caller, name)
    flows = reading.read(
        "/orders/{order}/flows", orders.read_order_flows, reading.context, reading.caller, name
    )
    say = Texts(language_of(request))
    marks = [_mark(number, step, say) for number, step in enumerate(flows.steps, 1)]
    return page(
        request, "order.html", reading=reading, order=read.order, goods=read.goods, money=read.money,
        invoices=read.invoices, documents={d.number: d for d in read.documents}, flows=flows,
        picture=picture(marks, say), now=reading.context.clock(), waited=_from_match_to_payment(flows.steps),
    )  # fmt: skip


def _mark(number: int, step: StepView, say: Texts) -> Mark:
    return Mark(
        lane=lane_of(step.what, bool(step.cash)), title=say.kind(step.what), link=f"#step-{number}",
        on_chain=step.transaction is not None, gap=step.document is None,
    )  # fmt: skip


def _from_match_to_payment(steps: list[StepView]) -> int | None:
    """Seconds from the first match to the payment that followed it; None while nothing was paid."""
    matched = next((step.at for step in steps if step.what == "match"), None)
    paid = next((step.at for step in steps if step.what == "payment"), None)
    return None if matched is None or paid is None else paid - matched


def _status(text: str) -> OrderStatus | None:
    """Raises UnreadableQuery."""
    if not text:
        return None
    try:
        return OrderStatus(text)
    except ValueError:
        known = ", ".join(OrderStatus)
        raise UnreadableQuery(f"no order has the status {text!r}; it is one of {known}") from None
