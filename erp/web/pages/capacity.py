"""The capacity calendar (产能): device by day, what of each slot is free, sold and failed; sales, holders and runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.pages import MAX_PAGE
from erp.api.routes import capacity
from erp.api.routes.capacity import DeviceView, HoldingView, RedemptionView, SaleView, SlotView
from erp.capacity.rules import RedemptionStatus, SaleStatus, terms_of
from erp.web.door import caller_of, context_of, language_of
from erp.web.reading import Reading
from erp.web.render import UTC, page
from erp.web.sight import picture_of, sight
from erp.web.texts import Texts
from erp.web.unreadable import NO_DAY, UnreadableTyping

DAYS = 7  # of one page of the calendar
SHOWN = 200  # devices, sales, holdings or redemptions of one page
FIRST, LAST = date(1971, 1, 1), date(9990, 1, 1)
TOKEN = re.compile(r"[0-9]{1,78}")
KINDS = (*SaleStatus, *RedemptionStatus)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SAYS = (*WEEKDAYS, "On sale")


@dataclass(frozen=True, slots=True)
class Cell:
    """A slot on the calendar. Minutes."""

    slot: SlotView
    begins: str  # hour and minute
    sold: int
    offered: int  # by sales that run
    free: int  # the rest of what was found free


@dataclass(frozen=True, slots=True)
class Lane:
    """A device and its slots, day by day."""

    device: DeviceView
    days: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Held:
    """Minutes of a slot that a party holds."""

    holding: HoldingView
    device_id: int
    slot_index: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class Run:
    """Minutes that a holder asked to be run."""

    redemption: RedemptionView
    device_id: int
    slot_index: int


def calendar_page(request: Request) -> Response:
    """The week that is asked for, or the one of today."""
    reading = Reading(context_of(request), caller_of(request))
    context, caller, zone = reading.context, reading.caller, reading.zone() or UTC
    now = context.clock()
    first = _first(request.query_params.get("from", ""), now, zone)
    days = [first + timedelta(days=ahead) for ahead in range(DAYS)]
    since, until = begins(first, zone), begins(first + timedelta(days=DAYS), zone)
    devices = reading.read(
        "/capacity-devices", capacity.list_capacity_devices, context, limit=SHOWN
    ).items
    slots = reading.read(
        "/capacity-slots", capacity.list_capacity_slots, context, since=since, until=until, limit=MAX_PAGE
    ).items  # fmt: skip
    sales: list[SaleView] = []
    if reading.may("/capacity-sales"):
        sales = reading.read(
            "/capacity-sales", capacity.list_capacity_sales, context, limit=MAX_PAGE
        ).items
    held: list[Held] = []
    runs: list[Run] = []
    if reading.may("/capacity-holdings"):
        found = reading.read(
            "/capacity-holdings", capacity.list_capacity_holdings, context, caller, limit=SHOWN
        )
        held = [_held(each) for each in found.items if each.minutes]
        asked = reading.read(
            "/capacity-redemptions",
            capacity.list_capacity_redemptions,
            context,
            caller,
            limit=SHOWN,
        )
        runs = [_run(each) for each in asked.items]
    return page(
        request, "capacity/calendar.html", reading=reading, days=days,
        lanes=lanes(devices, slots, sales, days, now, zone),
        before=first - timedelta(days=DAYS), after=first + timedelta(days=DAYS), sales=sales, held=held, runs=runs,
        reads_sales=reading.may("/capacity-sales"), reads_holdings=reading.may("/capacity-holdings"), most=SHOWN,
        weekdays=WEEKDAYS, full=len(slots) == MAX_PAGE, **sight(reading),
    )  # fmt: skip


def _first(typed: str, now: int, zone: str) -> date:
    """The day that a link names, or today. Raises UnreadableQuery."""
    if not typed:
        return datetime.fromtimestamp(now, ZoneInfo(zone)).date()
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        found = None
    if found is None or not FIRST <= found <= LAST:
        raise UnreadableTyping(NO_DAY, typed)
    return found


def begins(day: date, zone: str) -> int:
    """When a day begins, unix seconds."""
    return int(datetime.combine(day, time.min, ZoneInfo(zone)).timestamp())


def lanes(
    devices: Sequence[DeviceView], slots: Sequence[SlotView], sales: Sequence[SaleView], days: Sequence[date],
    now: int, zone: str,
) -> list[Lane]:  # fmt: skip
    """The calendar: each slot on the day on which it begins, or on the first day shown when it began before."""
    offered: dict[tuple[int, int], int] = {}
    for each in sales:
        if each.status == SaleStatus.OPEN and each.opens_at <= now < each.closes_at:
            key = (each.device_id, each.slot_index)
            offered[key] = offered.get(key, 0) + each.quantity - each.sold
    found = {device.device_id: Lane(device, [[] for _ in days]) for device in devices}
    for slot in slots:
        lane = found.get(slot.device_id)
        if lane is None:
            continue
        local = datetime.fromtimestamp(slot.starts_at, ZoneInfo(zone))
        for_sale = min(
            offered.get((slot.device_id, slot.slot_index), 0), slot.attested - slot.issued
        )
        lane.days[max(0, (local.date() - days[0]).days)].append(
            Cell(
                slot,
                local.strftime("%H:%M"),
                slot.issued,
                for_sale,
                slot.attested - slot.issued - for_sale,
            )
        )
    return list(found.values())


def _held(each: HoldingView) -> Held:
    terms = terms_of(each.token_id)
    return Held(each, terms.device_id, terms.slot_index, terms.price_minor)


def _run(each: RedemptionView) -> Run:
    terms = terms_of(each.token_id)
    return Run(each, terms.device_id, terms.slot_index)


def token_page(request: Request) -> Response:
    """Minutes of one slot that were sold at one price: their time line."""
    reading = Reading(context_of(request), caller_of(request))
    token = str(request.path_params["token"])
    if not TOKEN.fullmatch(token):
        raise HTTPException(404)
    flows = reading.read(
        "/capacity-tokens/{token}/flows", capacity.read_capacity_flows, reading.context, reading.caller, token
    )  # fmt: skip
    return page(
        request, "capacity/token.html", reading=reading, token=token, terms=terms_of(token), flows=flows,
        picture=picture_of(flows, Texts(language_of(request))), **sight(reading),
    )  # fmt: skip


ROUTES = (
    Route("/capacity", calendar_page, methods=["GET"]),
    Route("/capacity/tokens/{token}", token_page, methods=["GET"]),
)
