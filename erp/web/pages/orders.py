"""The list of orders, and the page of one: its three flows in one (三流合一)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.flows import StepView
from erp.api.routes import orders
from erp.api.routes.deliveries import DeliveryView
from erp.api.routes.orders import OrderView
from erp.boards.steps import ARBITER
from erp.kernel.roles import Role
from erp.procurement.rules import BidStatus, DeliveryStatus, OrderStatus
from erp.web.act_links import act_links
from erp.web.answers import named_in
from erp.web.door import caller_of, context_of, language_of, name_in
from erp.web.forms import place
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.sight import picture_of, sight
from erp.web.supply import left_of, supply_of
from erp.web.texts import Texts
from erp.web.to_sign import to_sign

ROWS = 50  # of one page of the list
# What acts that come next are called; those of people as under My work.
NAMES = {
    "fund": "Put the price into escrow",
    "ship": "Ship",
    "receive": "Receive",
    "inspect": "Inspect",
    "invoice": "Send the invoice",
    "settle_invoice": "Settle a blocked invoice",
    "rule": "Rule on the dispute",
    "pay": "Pay out of escrow",
    "close": "Close the order",
}
AT_THE_DESK = {
    "receive": "/app/receiving",
    "inspect": "/app/receiving",
    "settle_invoice": "/app/books/open",
}
SAYS = ("Three flows of the order", *NAMES.values())
KINDS = (ARBITER, *BidStatus)


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
        status=[status] if status is not None else None,
        after=str(after),
        limit=ROWS,
    )
    return page(
        request, "orders.html", reading=reading, orders=found.items, next_after=found.next_after,
        status=status, statuses=list(OrderStatus),
    )  # fmt: skip


def order_page(request: Request) -> Response:
    """One order: terms, goods, money, its time line with what is missing, and every document of it."""
    return shown(request, Reading(context_of(request), caller_of(request)))


def shown(
    request: Request, reading: Reading, code: int = 200, refused: str | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page of the order that an address names, with what refused a form of it and what was typed into it."""
    name = name_in(request, "order")
    read = reading.read("/orders/{order}", orders.read_order, reading.context, reading.caller, name)
    flows = reading.read(
        "/orders/{order}/flows", orders.read_order_flows, reading.context, reading.caller, name
    )
    own = to_sign(reading, order_id=read.order.order_id)
    say = Texts(language_of(request))
    return page(
        request, "order.html", reading, code, order=read.order, goods=read.goods, money=read.money,
        invoices=read.invoices, bids=read.bids, next_steps=read.next_steps, times=read.times, names=NAMES,
        desks=AT_THE_DESK, documents={d.number: d for d in read.documents}, flows=flows,
        reads_tender=_reads_tender(reading, read.order), reads_group=reading.may("/groups/{group}/cockpit"),
        picture=picture_of(flows, say, "Three flows of the order"), waited=_from_match_to_payment(flows.steps),
        own_acts=own,
        act_links=act_links(reading, _offered(reading, read.order, read.goods)),
        supply=supply_of(reading, read.order, read.goods, own), refused=refused, typed=typed or {},
        made=named_in(request, "made"), **sight(reading),
    )  # fmt: skip


def _offered(
    reading: Reading, order: OrderView, goods: Sequence[DeliveryView]
) -> list[tuple[str, dict[str, int]]]:
    """The acts about an order that its buyer or its supplier may want now; the contract judges them."""
    on = {"order_id": order.order_id}
    found: list[tuple[str, dict[str, int]]] = []
    if reading.caller.party == order.supplier:
        if order.status == OrderStatus.FUNDED:
            if reading.caller.role is not Role.SUPPLIER and left_of(order, goods):
                found.append(("ship", {**on, "delivery_id": len(goods) + 1}))  # others have a form
            found.append(("cancel_part", on))
            found.append(("pledge_guarantee", on))
        found += [
            ("claim_delivery", {**on, "delivery_id": each.delivery_id})
            for each in goods
            if each.status in {DeliveryStatus.RECEIVED, DeliveryStatus.INSPECTED}
        ]
    if reading.caller.party == order.buyer and order.status == OrderStatus.OPENED:
        found.append(("fund_order", on))
    if reading.caller.party in {order.buyer, order.supplier}:
        found += [
            ("dispute_delivery", {**on, "delivery_id": each.delivery_id})
            for each in goods
            if each.status == DeliveryStatus.INSPECTED
        ]
    return found


def _reads_tender(reading: Reading, order: OrderView) -> bool:
    """Whether the tender of an order is a page for the reader: for its clerks, and for the supplier that won it."""
    return reading.may("/tenders/{tender}") or reading.caller.party == order.supplier


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


ROUTES = (
    Route("/orders", list_page, methods=["GET"]),
    Route("/orders/{order}", order_page, methods=["GET"]),
)
