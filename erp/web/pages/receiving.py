"""The receiving desk (收货质检台): what was despatched is received, and what was received is inspected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.own_orders import sides_and_groups
from erp.api.routes import deliveries, quality
from erp.api.routes.deliveries import DeliveryView
from erp.api.routes.orders import OrderView, order_view
from erp.api.writes import Write
from erp.items import queries as items
from erp.ledger import chart
from erp.procurement import queries
from erp.procurement.rules import DeliveryStatus
from erp.procurement.schemas import RecordGoodsReceipt
from erp.quality.schemas import RecordInspection
from erp.web.answers import SEE_OTHER, answer_to, named_in
from erp.web.door import caller_of, context_of
from erp.web.forms import instant, local, whole
from erp.web.pages.entry import form_of
from erp.web.reading import Reading
from erp.web.render import UTC, page
from erp.web.writing import may_tell, new_key

SHOWN = 100  # deliveries on one page, the oldest first
PATH = "/app/receiving"
RECEIVE: Write[Any] = next(w for w in deliveries.ROUTES.writes if w.command is RecordGoodsReceipt)
INSPECT: Write[Any] = next(w for w in quality.ROUTES.writes if w.command is RecordInspection)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that waits at the desk, with what its form holds at first."""

    order: OrderView
    delivery: DeliveryView
    kind: str  # receive, inspect
    key: str
    received_at: str  # local time

    @property
    def name(self) -> str:
        """Of the form, on the page."""
        return f"{self.order.number}-{self.delivery.delivery_id}"


def waiting(reading: Reading) -> list[Waiting]:
    """What the reader may receive or inspect now, the oldest first, at most SHOWN."""
    kinds = {
        DeliveryStatus.SHIPPED.value: "receive" if may_tell(reading.caller, RECEIVE) else None,
        DeliveryStatus.RECEIVED.value: "inspect" if may_tell(reading.caller, INSPECT) else None,
    }
    statuses = [status for status, kind in kinds.items() if kind is not None]
    if not statuses:
        return []
    now = local(reading.context.clock(), reading.zone() or UTC)
    with reading.context.reading() as session:
        sides, groups = sides_and_groups(session, reading.caller)
        found = queries.deliveries_standing(
            session, statuses=statuses, sides=sides, chain_groups=groups, limit=SHOWN
        )
        units = items.units_of(session, {order.item for order, _ in found})
        return [
            Waiting(order_view(order, None, units), DeliveryView.model_validate(delivery),
                    kinds[delivery.status] or "", new_key(reading.context), now)
            for order, delivery in found
        ]  # fmt: skip


def desk_page(request: Request) -> Response:
    """The desk: a form for each delivery that waits, and what was made last."""
    return _desk(request, Reading(context_of(request), caller_of(request)))


def _desk(
    request: Request, reading: Reading, code: int = 200, *, refused: str | None = None,
    form: Mapping[str, str] | None = None, foreseen: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    typed = form or {}
    return page(
        request, "receiving.html", reading, code, waiting=waiting(reading), most=SHOWN, refused=refused,
        made=named_in(request, "made"), typed=typed, typed_for=typed.get("name"), foreseen=foreseen, accounts=chart.BY_CODE,
    )  # fmt: skip


def to_the_desk(_request: Request) -> Response:
    """Where a form was sent to, asked for as a page: after signing in again, or choosing a language."""
    return RedirectResponse(PATH, SEE_OTHER)


async def receive(request: Request) -> Response:
    """Receives a delivery."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    zone = await run_in_threadpool(Reading(context_of(request), caller).zone) or UTC
    fields = {
        "order": form.get("order", ""),
        "delivery_id": whole(form.get("delivery_id", "")),
        "quantity": whole(form.get("quantity", "")),
        "received_at": instant(form.get("received_at", ""), zone),
    }
    return await answer_to(form, request, caller, RECEIVE, fields, _desk, PATH)


async def inspect(request: Request) -> Response:
    """Inspects a receipt."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    fields = {
        "receipt": form.get("receipt", ""),
        "accepted": whole(form.get("accepted", "")),
        "rejected": whole(form.get("rejected", "")),
        "reason": form.get("reason", "").strip() or None,
    }
    return await answer_to(form, request, caller, INSPECT, fields, _desk, PATH)


ROUTES = (
    Route("/receiving", desk_page, methods=["GET"]),
    Route("/receiving/receipts", to_the_desk, methods=["GET"]),
    Route("/receiving/receipts", receive, methods=["POST"]),
    Route("/receiving/inspections", to_the_desk, methods=["GET"]),
    Route("/receiving/inspections", inspect, methods=["POST"]),
)
