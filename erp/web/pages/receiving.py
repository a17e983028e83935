"""The receiving desk (收货质检台): what was despatched is received, and what was received is inspected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from erp.api.errors import ApiError, Unauthenticated
from erp.api.own_orders import sides_and_groups
from erp.api.routes import deliveries, quality
from erp.api.routes.deliveries import DeliveryView
from erp.api.routes.orders import OrderView, order_view
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.kernel.errors import NotFound, Rejected
from erp.kernel.refusals import in_chinese
from erp.procurement import queries
from erp.procurement.rules import DeliveryStatus
from erp.procurement.schemas import RecordGoodsReceipt
from erp.quality.schemas import RecordInspection
from erp.web.door import caller_of, context_of, language_of
from erp.web.forms import instant, local, whole
from erp.web.pages.entry import SEE_OTHER, form_of
from erp.web.reading import Reading
from erp.web.render import UTC, page
from erp.web.writing import may_tell, new_key, tell

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
        return [
            Waiting(order_view(order, None), DeliveryView.model_validate(delivery),
                    kinds[delivery.status] or "", new_key(reading.context), now)
            for order, delivery in found
        ]  # fmt: skip


def desk_page(request: Request) -> Response:
    """The desk: a form for each delivery that waits, and what was made last."""
    reading = Reading(context_of(request), caller_of(request))
    made = [each for each in request.query_params.get("made", "").split(" ") if each]
    return _desk(request, reading, made=made)


def _desk(
    request: Request, reading: Reading, code: int = 200, *, made: list[str], refused: str | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    typed = form or {}
    return page(
        request, "receiving.html", reading, code, waiting=waiting(reading), most=SHOWN, made=made, refused=refused,
        typed=typed, typed_for=typed.get("name"),
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
    return await _told(request, caller, RECEIVE, fields, form)


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
    return await _told(request, caller, INSPECT, fields, form)


async def _told(
    request: Request,
    caller: Principal,
    write: Write[Any],
    fields: Mapping[str, Any],
    form: Mapping[str, str],
) -> Response:
    """Back to the desk: with the documents that were made, or with what refused them and what was typed."""
    context = context_of(request)
    try:
        made = await tell(context, caller, write, fields, form.get("key", ""))
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as refusal:
        code = (
            refusal.status
            if isinstance(refusal, ApiError)
            else 404
            if isinstance(refusal, NotFound)
            else 409
        )
        chinese = isinstance(refusal, Rejected) and language_of(request) == "zh"
        said = in_chinese(refusal) if isinstance(refusal, Rejected) and chinese else str(refusal)
        return await run_in_threadpool(
            _desk, request, Reading(context, caller), code, made=[], refused=said, form=form
        )
    numbers = [made["document"]["number"], *(each["number"] for each in made["follow_ups"])]
    return RedirectResponse(f"{PATH}?made={'+'.join(numbers)}", SEE_OTHER)
