"""The month's end (结账): which month of an entity is closed next, what stands in its way, and the form that closes it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.pages import MAX_KEY, MAX_PAGE
from erp.api.routes import closing, ledger, parties
from erp.api.writes import Write
from erp.ledger.closing import CheckName
from erp.ledger.schemas import ClosePeriod
from erp.parties.kinds import PartyKind
from erp.web.answers import SEE_OTHER, back_to, named_in, refusal_of, said_of, status_of
from erp.web.door import caller_of, context_of
from erp.web.pages.entry import form_of
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.writing import may_tell, new_key, tell

PATH = "/app/books/closing"
CLOSE: Write[ClosePeriod] = next(w for w in ledger.ROUTES.writes if w.command is ClosePeriod)
CHECKS: Mapping[CheckName, str] = {  # what each point of the list asks
    CheckName.SUSPENSE_SENT: "Transfers sent that nobody explained",
    CheckName.SUSPENSE_RECEIVED: "Transfers received that nobody explained",
    CheckName.UNSETTLED_PROPERTY: "Property whose loss is not settled",
    CheckName.GOODS_RECEIVED: "Goods received and not invoiced",
    CheckName.UNBILLED: "Goods delivered and not billed",
    CheckName.OPENING: "Opening balances that nothing stands against",
}
SAYS = tuple(CHECKS.values())


def closing_page(request: Request) -> Response:
    """The check list of an entity's next month, of the first entity unless one is named."""
    return _closing(request, Reading(context_of(request), caller_of(request)))


def _closing(
    request: Request, reading: Reading, code: int = 200, *, refused: str | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    typed = form or {}
    found = reading.read("/parties", parties.list_parties, reading.context, limit=MAX_PAGE)
    entities = [each.code for each in found.items if each.kind != PartyKind.EXTERNAL]
    first = next((each.code for each in found.items if each.kind == PartyKind.INTERNAL), None)
    asked = typed.get("entity") or request.query_params.get("entity", "")[:MAX_KEY]
    entity = asked or first
    checks = None
    if entity and (entity in entities or not form):
        checks = reading.read(
            "/period-checks/{entity}", closing.read_period_checks, reading.context, entity
        )
    return page(
        request, "purchase/closing.html", reading, code, entities=entities, checks=checks, says=CHECKS, typed=typed,
        refused=refused, made=named_in(request, "made"), may_close=may_tell(reading.caller, CLOSE),
        key=new_key(reading.context),
    )  # fmt: skip


async def close(request: Request) -> Response:
    """Closes a month."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    context = context_of(request)
    fields = {
        "entity": form.get("entity", ""),
        "period": form.get("period", ""),
        "waived": [each.value for each in CheckName if f"waive_{each.value}" in form],
        "reason": form.get("reason", "").strip() or None,
    }
    made = await refusal_of(tell(context, caller, CLOSE, fields, form.get("key", "")))
    if isinstance(made, dict):
        return back_to(PATH, made)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(
        lambda: _closing(request, Reading(context, caller), code, refused=said, form=form)
    )


def to_the_list(_request: Request) -> Response:
    """Where the form was sent to, asked for as a page: after signing in again, or choosing a language."""
    return RedirectResponse(PATH, SEE_OTHER)


ROUTES = (
    Route("/books/closing", closing_page, methods=["GET"]),
    Route("/books/closing/period-closes", to_the_list, methods=["GET"]),
    Route("/books/closing/period-closes", close, methods=["POST"]),
)
