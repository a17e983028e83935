"""What hinders goods on their way (物流与不可抗力), as a table: days of force majeure, and orders that are late."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.pages import MAX_PAGE
from erp.api.routes import force_majeure, orders
from erp.api.routes.force_majeure import ForceMajeureDayView
from erp.api.routes.orders import OrderView
from erp.kernel.amounts import DAY_SECONDS
from erp.procurement.rules import OrderStatus
from erp.web.door import caller_of, context_of
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.sight import sight

PAST_DAYS = 30  # of force majeure that are shown beside those to come
SHOWN = 100  # late orders, the latest first


@dataclass(frozen=True, slots=True)
class Spell:
    """Days of a region in a row that one document made stand."""

    region: str
    begins_at: int
    ends_at: int
    document: str


def disruptions_page(request: Request) -> Response:
    """Days of force majeure from a month ago on, and the orders whose promise has passed."""
    reading = Reading(context_of(request), caller_of(request))
    now = reading.context.clock()
    days = reading.read(
        "/force-majeure-days", force_majeure.list_force_majeure_days, reading.context,
        since=max(0, now - PAST_DAYS * DAY_SECONDS), limit=MAX_PAGE,
    )  # fmt: skip
    late: list[OrderView] = []
    for status in (OrderStatus.OPENED, OrderStatus.FUNDED):
        found = reading.read(
            "/orders", orders.list_orders, reading.context, reading.caller, status=[status], limit=MAX_PAGE
        )  # fmt: skip
        late += [each for each in found.items if each.promised_at < now]
    late.sort(key=lambda each: each.promised_at)
    return page(
        request, "capacity/disruptions.html", reading=reading, spells=spells(days.items), late=late[:SHOWN],
        past=PAST_DAYS, most=SHOWN, all_read=MAX_PAGE, **sight(reading),
    )  # fmt: skip


def spells(days: list[ForceMajeureDayView]) -> list[Spell]:
    """Days in a row of one region and one document as one row, the newest first."""
    found: list[Spell] = []
    for day in sorted(days, key=lambda each: (each.region, each.document, each.begins_at)):
        last = found[-1] if found else None
        if last is not None and (last.region, last.document, last.ends_at) == (
            day.region,
            day.document,
            day.begins_at,
        ):
            found[-1] = Spell(last.region, last.begins_at, day.ends_at, last.document)
        else:
            found.append(Spell(day.region, day.begins_at, day.ends_at, day.document))
    return sorted(found, key=lambda each: -each.begins_at)


ROUTES = (Route("/disruptions", disruptions_page, methods=["GET"]),)
