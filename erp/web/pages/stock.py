"""The reorder board (补货): what is in stock and underway, what waits and why, and the planning run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import Forbidden
from erp.api.pages import MAX_KEY, MAX_PAGE
from erp.api.request_context import RequestContext
from erp.api.routes import planning_runs, reorders, stock
from erp.api.routes.planning_runs import PlanningRun
from erp.api.routes.reorders import MovementsView, PricesView
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.auctions.rules import AuctionStatus
from erp.ledger import chart
from erp.procurement.rules import OrderStatus, RequisitionStatus, TenderStatus
from erp.stock.rules import Purpose, StockKind
from erp.stock.schemas import IssueStock
from erp.web.answers import (
    SEE_OTHER,
    SHOW,
    back_to,
    joined,
    named_in,
    refusal_of,
    said_of,
    status_of,
)
from erp.web.door import caller_of, context_of, language_of
from erp.web.formats import money, quantity
from erp.web.forms import place, whole
from erp.web.pages.entry import form_of
from erp.web.plots import Line, Point, steps
from erp.web.reading import Reading
from erp.web.render import HEADERS, page
from erp.web.sparks import spark
from erp.web.texts import Texts
from erp.web.writing import KEY, UnreadableForm, may_tell, new_key, tell

ROWS = 50
SHOWN = 200  # levels of stock beside the board
PATH = "/app/stock"
RUN = ("POST", planning_runs.PATH)
ISSUE: Write[Any] = next(w for w in stock.ROUTES.writes if w.command is IssueStock)
KINDS = (*RequisitionStatus, *TenderStatus, *AuctionStatus, *OrderStatus, *StockKind, *Purpose)
SAYS = ("Reorder point", "Stock over time", "Price of one unit over time")


def board_page(request: Request) -> Response:
    """The board from a place on."""
    reading = Reading(context_of(request), caller_of(request))
    return _board(request, reading)


def _board(
    request: Request, reading: Reading, code: int = 200, *, refused: str | None = None
) -> Response:
    after = request.query_params.get("after", "")[:MAX_KEY]
    found = reading.read(
        "/reorders", reorders.list_reorders, reading.context, after=after, limit=ROWS
    )
    levels = reading.read("/stock", stock.list_stock, reading.context, limit=SHOWN)
    planned = {(each.buyer, each.item) for each in found.items}
    others = [each for each in levels.items if (each.entity, each.item) not in planned]
    due, still = (place(request.query_params.get(name, "x")) for name in ("due", "still"))
    return page(
        request, "purchase/stock.html", reading, code, board=found.items, next_after=found.next_after, others=others,
        refused=refused, may_plan=reading.uses([RUN]), key=new_key(reading.context), now=reading.context.clock(),
        may_issue=may_tell(reading.caller, ISSUE),
        run=None if due is None else
        {"due": due, "still": still or 0, "raised": named_in(request, "raised"), "held": named_in(request, "held"),
         "more": request.query_params.get("more") == "1"},
    )  # fmt: skip


def _named(entity: str, item: str) -> tuple[str, str]:
    """Entity and item as they were asked for; 404 where they can be none."""
    if not entity or not item or "\0" in entity + item or len(entity + item) > MAX_KEY:
        raise HTTPException(404)
    return entity, item


def _asked(request: Request) -> tuple[str, str]:
    """Entity and item of the query."""
    return _named(request.query_params.get("entity", ""), request.query_params.get("item", ""))


def spark_file(request: Request) -> Response:
    """The line of one item's stock as a small image, which rows of the board show when they are seen."""
    reading = Reading(context_of(request), caller_of(request))
    entity, item = _asked(request)
    moved = reading.read(
        "/stock-movements", reorders.read_stock_movements, reading.context, entity=entity, item=item
    )
    points = [Point(each.at, each.on_hand) for each in moved.points]
    until = max([reading.context.clock(), *(point.at for point in points)])
    label = Texts(language_of(request))("Stock over time")
    drawn = spark(points, until, moved.reorder_point, label)
    return Response(drawn, media_type="image/svg+xml", headers=HEADERS)


def item_page(request: Request) -> Response:
    """One item of one entity: how its stock moved, what it cost, and what is underway."""
    reading = Reading(context_of(request), caller_of(request))
    return item_shown(request, reading, *_asked(request))


def item_shown(
    request: Request, reading: Reading, entity: str, item: str, code: int = 200, *, refused: str | None = None,
    typed: Mapping[str, str] | None = None, foreseen: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    """The page of one item, with what refused its form or would be booked, and what was typed."""
    entity, item = _named(entity, item)
    levels = reading.read(
        "/stock", stock.list_stock, reading.context, entity=entity, item=item, limit=1
    )
    moved = reading.read(
        "/stock-movements", reorders.read_stock_movements, reading.context, entity=entity, item=item
    )
    if not levels.items and not moved.points:
        raise HTTPException(404)
    found = reading.read("/reorders", reorders.list_reorders, reading.context, limit=MAX_PAGE)
    board = next((one for one in found.items if (one.buyer, one.item) == (entity, item)), None)
    prices = reading.read("/item-prices", reorders.read_item_prices, reading.context, item=item)
    say, now = Texts(language_of(request)), reading.context.clock()
    return page(
        request, "purchase/item.html", reading, code, entity=entity, item=item, moved=moved, board=board, now=now,
        level=levels.items[0] if levels.items else None, picture=_picture(moved, now, say),
        key=new_key(reading.context) if may_tell(reading.caller, ISSUE) else None, purposes=list(Purpose),
        refused=refused, typed=typed or {}, foreseen=foreseen, accounts=chart.BY_CODE, made=named_in(request, "made"),
        prices=prices, priced=_priced(prices, now, say),
    )  # fmt: skip


def _priced(prices: PricesView, now: int, say: Texts) -> str | None:
    """The price of one unit, order by order; None where there is none, or none for the reader."""
    points = [
        Point(each.at, each.each_minor, each.order, f"/app/orders/{quote(each.order, safe='')}")
        for each in prices.points
        if each.each_minor is not None
    ]
    if not points:
        return None
    until = max(now, points[-1].at)
    return steps(points, until, None, say("Price of one unit over time"), money)


def _picture(moved: MovementsView, now: int, say: Texts) -> str | None:
    if not moved.points:
        return None
    point = moved.reorder_point
    points = [
        Point(
            each.at, each.on_hand, each.document, f"/app/documents/{quote(each.document, safe='')}"
        )
        for each in moved.points
    ]
    limit = None if point is None else Line(say("Reorder point"), point, quantity(point))
    until = max(now, points[-1].at)
    return steps(points, until, limit, say("Stock over time"), quantity)


async def plan(request: Request) -> Response:
    """Runs the reorder check over all items, or those of the persons' buyers, and tells what came of it."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    context = context_of(request)
    made = await refusal_of(_run(context, caller, form.get("key", "")))
    if not isinstance(made, dict):
        said, code = said_of(request, made), status_of(made)
        return await run_in_threadpool(
            lambda: _board(request, Reading(context, caller), code, refused=said)
        )
    raised = joined([each["number"] for each in made["raised"]])
    held = joined([each["number"] for each in made["held"]])
    told = f"due={made['due']}&still={len(made['still_held'])}&raised={raised}&held={held}"
    more = "" if made["next_after"] is None else "&more=1"
    return RedirectResponse(f"{PATH}?{told}{more}", SEE_OTHER)


async def _run(context: RequestContext, caller: Principal, key: str) -> dict[str, Any]:
    if caller.role not in context.access[RUN]:
        raise Forbidden(caller.role, sorted(context.access[RUN]))
    if not KEY.fullmatch(key):
        raise UnreadableForm([("key", "open the page anew: this form has no key of its own")])
    answer = await planning_runs.run_planning(context, caller, key, PlanningRun())
    made: dict[str, Any] = json.loads(bytes(answer.body))
    return made


async def issue(request: Request) -> Response:
    """Takes goods from stock, or shows what that would book; the reorder check follows."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    context, shows = context_of(request), SHOW in form
    entity, item = form.get("entity", ""), form.get("item", "")
    fields = {
        "entity": entity, "item": item, "quantity": whole(form.get("quantity", "")),
        "purpose": form.get("purpose", ""), "note": form.get("note", "").strip() or None,
    }  # fmt: skip
    made = await refusal_of(
        tell(context, caller, ISSUE, fields, form.get("key", ""), dry_run=shows)
    )
    reading = Reading(context, caller)
    if isinstance(made, dict) and shows:
        return await run_in_threadpool(
            lambda: item_shown(request, reading, entity, item, typed=form, foreseen=made)
        )
    if isinstance(made, dict):
        return back_to(f"{PATH}/item?{urlencode({'entity': entity, 'item': item})}", made)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(
        lambda: item_shown(request, reading, entity, item, code, refused=said, typed=form)
    )


def to_the_board(_request: Request) -> Response:
    """Where the form was sent to, asked for as a page: after signing in again, or choosing a language."""
    return RedirectResponse(PATH, SEE_OTHER)


ROUTES = (
    Route("/stock", board_page, methods=["GET"]),
    Route("/stock/item", item_page, methods=["GET"]),
    Route("/stock/issues", to_the_board, methods=["GET"]),
    Route("/stock/issues", issue, methods=["POST"]),
    Route("/stock/line.svg", spark_file, methods=["GET"]),
    Route("/stock/planning-runs", to_the_board, methods=["GET"]),
    Route("/stock/planning-runs", plan, methods=["POST"]),
)
