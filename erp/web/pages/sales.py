"""Sales (销售): what customers ordered of whom and for which chain group, until it is delivered, paid and spoken of."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.listing import Asked
from erp.api.pages import MAX_KEY
from erp.api.routes import groups, items, reviews, sales
from erp.api.routes.reviews import ReviewView
from erp.api.routes.sales import CustomerView, SaleView
from erp.groups.errors import UnknownGroup
from erp.groups.rules import GroupStatus
from erp.ledger import chart
from erp.reviews.rules import ReviewStatus
from erp.sales.rules import SaleStatus
from erp.web import sale_desks
from erp.web.answers import named_in
from erp.web.desks import DOES, Tried
from erp.web.desks import told as told_by
from erp.web.door import NAME, caller_of, context_of, language_of, name_in
from erp.web.pages.entry import form_of
from erp.web.reading import Reading
from erp.web.render import UTC, page
from erp.web.sale_desks import (
    BUYER_SAYS,
    KIND_SAYS,
    STATUS_SAYS,
    Known,
    list_desks,
    next_of_sale,
)
from erp.web.sale_forms import AT_THE_LIST, OPEN, TELLS
from erp.web.sight import sight
from erp.web.texts import Texts
from erp.web.writing import new_key

ROWS = 50  # sales on one page
SHOWN = 100  # customers on the page, and as much as a form chooses among
PATH = "/app/sales"
REVIEW_SAYS = {
    ReviewStatus.OPEN: "on its way to the chain",
    ReviewStatus.REPORTED: "on the chain",
    ReviewStatus.MISREPORTED: "on the chain otherwise",
    ReviewStatus.LATE: "too late for the chain",
    ReviewStatus.KEPT: "kept here",
}
SAYS = (*sale_desks.SAYS, *REVIEW_SAYS.values())


def list_page(request: Request) -> Response:
    """Sales by number, of one chain group and status, or all; customers, for whoever reads them."""
    return _list(request, Reading(context_of(request), caller_of(request)))


def _list(
    request: Request, reading: Reading, code: int = 200, refused: Tried | None = None
) -> Response:
    say, asked = Texts(language_of(request)), request.query_params
    group = asked.get("group", "").strip()
    group = group if NAME.fullmatch(group) else ""
    status = next((each for each in SaleStatus if each == asked.get("status")), None)
    found = reading.read(
        "/sales-orders", sales.list_sales_orders, reading.context, reading.caller,
        status=None if status is None else [status], after=asked.get("after", "")[:MAX_KEY], limit=ROWS,
        asked=Asked(chain_group=group or None),
    )  # fmt: skip
    customers = _customers(reading)
    known = _known(reading, customers)
    return page(
        request, "sales/list.html", reading, code, sales=found.items, next_after=found.next_after, status=status,
        statuses=STATUS_SAYS, group=group, customers=customers, buyers=BUYER_SAYS, most=SHOWN, tried=refused,
        desks=[] if known is None else list_desks(reading, known, group, say), key=new_key(reading.context),
        made=named_in(request, "made"), accounts=chart.BY_CODE,
        here_asked=urlencode({name: told for name, told in (("group", group), ("status", status)) if told}),
        posted=f"{PATH}?{urlencode({'group': group})}" if group else PATH, **sight(reading),
    )  # fmt: skip


def _customers(reading: Reading) -> list[CustomerView]:
    """The first customers, for whoever reads them."""
    if not reading.may("/customers"):
        return []
    return reading.read("/customers", sales.list_customers, reading.context, limit=SHOWN).items


def _known(reading: Reading, customers: list[CustomerView]) -> Known | None:
    """What the forms of the list choose among; None for whoever has no form there."""
    if not reading.may("/customers"):
        return None
    things = reading.read("/items", items.list_items, reading.context, limit=SHOWN).items
    alive = reading.read(
        "/groups", groups.list_groups, reading.context, reading.caller,
        status=[GroupStatus.OPEN, GroupStatus.FORMED], limit=SHOWN,
    ).items  # fmt: skip
    codes, names = tuple(c.code for c in customers), tuple(i.code for i in things)
    return Known(
        None if len(codes) == SHOWN else codes,
        None if len(names) == SHOWN else names,
        {each.code: each.leader for each in alive},
    )


def sale_page(request: Request) -> Response:
    """One sale: its figures, what comes next, and what was said of it."""
    return _sale(request, Reading(context_of(request), caller_of(request)))


def _sale(
    request: Request, reading: Reading, code: int = 200, refused: Tried | None = None
) -> Response:
    say = Texts(language_of(request))
    sale = reading.read(
        "/sales-orders/{number}", sales.read_sales_order, reading.context, reading.caller, name_in(request, "number")
    )  # fmt: skip
    said: list[ReviewView] = []
    if reading.may("/reviews"):
        said = reading.read(
            "/reviews", reviews.list_reviews, reading.context, reading.caller, sales_order=sale.number, limit=SHOWN
        ).items  # fmt: skip
    return page(
        request, "sales/sale.html", reading, code, sale=sale, reviews=said, next=next_of_sale(sale),
        status_says=STATUS_SAYS, kind_says=KIND_SAYS, review_says=REVIEW_SAYS, tried=refused,
        desks=sale_desks.sale_desks(reading, sale, said, _holders(reading, sale), say), key=new_key(reading.context),
        made=named_in(request, "made"), accounts=chart.BY_CODE, **sight(reading),
    )  # fmt: skip


def _holders(reading: Reading, sale: SaleView) -> list[tuple[int, str]]:
    """Role and party of those who serve the customers of the sale's group now."""
    if not sale.chain_group:
        return []
    try:
        found = reading.read(
            "/groups/{group}", groups.read_group, reading.context, reading.caller, sale.chain_group
        )
    except UnknownGroup:
        return []
    if found.group.status != GroupStatus.FORMED:
        return []
    return sorted((m.role_id, m.party) for m in found.members if m.until is None and m.role_id)


async def at_the_list(request: Request) -> Response:
    """Registers a customer, sets what it may owe, or opens a sale."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading, does = Reading(context_of(request), caller), form.get(DOES, "")
    if does not in AT_THE_LIST:
        raise HTTPException(404)
    zone = await run_in_threadpool(reading.zone) or UTC
    asked = request.query_params.get("group", "")
    back = f"{PATH}?{urlencode({'group': asked})}" if NAME.fullmatch(asked) else PATH
    path = f"{PATH}/{{number}}" if does == OPEN else back

    def again(code: int, tried: Tried) -> Response:
        return _list(request, reading, code, tried)

    tells = TELLS[does]
    return await told_by(request, caller, form, tells.write, tells.read(form, zone), path, again)


async def at_a_sale(request: Request) -> Response:
    """What one of the forms of a sale says."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading, does = Reading(context_of(request), caller), form.get(DOES, "")
    number = name_in(request, "number")
    if does not in TELLS.keys() - AT_THE_LIST:
        raise HTTPException(404)
    zone = await run_in_threadpool(reading.zone) or UTC

    def again(code: int, tried: Tried) -> Response:
        return _sale(request, reading, code, tried)

    tells = TELLS[does]
    fields: dict[str, Any] = {"sales_order": number, **tells.read(form, zone)}
    path = f"{PATH}/{quote(number, safe='')}"
    return await told_by(request, caller, form, tells.write, fields, path, again)


ROUTES = (
    Route("/sales", list_page, methods=["GET"]),
    Route("/sales", at_the_list, methods=["POST"]),
    Route("/sales/{number}", sale_page, methods=["GET"]),
    Route("/sales/{number}", at_a_sale, methods=["POST"]),
)
