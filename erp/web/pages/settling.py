"""What finance has to settle: invoices that are blocked, and transfers whose purpose nobody has told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.pages import MAX_KEY
from erp.api.routes import invoices, payments
from erp.api.writes import Write
from erp.ledger import chart
from erp.payments.purposes import TransferPurpose
from erp.payments.schemas import ExplainTransfer
from erp.procurement.schemas import ReleaseInvoice, WithdrawInvoice
from erp.web import block_reasons
from erp.web.answers import SEE_OTHER, answer_to, named_in
from erp.web.door import caller_of, context_of, language_of
from erp.web.forms import minor
from erp.web.pages.entry import form_of
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.texts import Texts
from erp.web.writing import may_tell, new_key

ROWS = 50
PATH = "/app/books/open"
RELEASE: Write[Any] = next(w for w in invoices.ROUTES.writes if w.command is ReleaseInvoice)
WITHDRAW: Write[Any] = next(w for w in invoices.ROUTES.writes if w.command is WithdrawInvoice)
EXPLAIN: Write[Any] = next(w for w in payments.ROUTES.writes if w.command is ExplainTransfer)
KINDS = tuple(TransferPurpose)
SAYS = block_reasons.SAYS


def open_page(request: Request) -> Response:
    """Blocked invoices and unexplained transfers, each with its form for whoever may settle it."""
    return _open(request, Reading(context_of(request), caller_of(request)))


def _open(
    request: Request, reading: Reading, code: int = 200, *, refused: str | None = None,
    form: Mapping[str, str] | None = None, foreseen: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    asked, context = request.query_params, reading.context
    say = Texts(language_of(request))
    blocked = reading.read(
        "/blocked-invoices", invoices.list_blocked_invoices, context,
        after=asked.get("invoices_after", "")[:MAX_KEY], limit=ROWS,
    )  # fmt: skip
    transfers = None
    if reading.may("/unexplained-transfers"):
        transfers = reading.read(
            "/unexplained-transfers", payments.list_unexplained_transfers, context,
            after=asked.get("transfers_after", "")[:MAX_KEY], limit=ROWS,
        )  # fmt: skip
    return page(
        request, "purchase/open.html", reading, code, refused=refused, typed=form or {}, made=named_in(request, "made"),
        blocked=[(each, new_key(context), new_key(context)) for each in blocked.items],
        transfers=None if transfers is None else [(each, new_key(context)) for each in transfers.items],
        next_invoice=blocked.next_after, next_transfer=None if transfers is None else transfers.next_after,
        foreseen=foreseen, accounts=chart.BY_CODE, purposes=list(TransferPurpose),
        reasons={each.number: block_reasons.told(each.reason, say) for each in blocked.items if each.reason},
        may_settle=may_tell(reading.caller, RELEASE),
    )  # fmt: skip


async def release(request: Request) -> Response:
    """Lets a blocked invoice be paid, at what is typed or as it was invoiced."""
    form = await form_of(request)
    fields = {
        "invoice": form.get("invoice", ""),
        "net_minor": minor(form["net"]) if form.get("net", "").strip() else None,
        "tax_minor": minor(form["tax"]) if form.get("tax", "").strip() else None,
        "reason": form.get("reason", "").strip(),
    }
    return await _told(request, RELEASE, fields, form)


async def withdraw(request: Request) -> Response:
    """Takes a blocked invoice back."""
    form = await form_of(request)
    fields = {"invoice": form.get("invoice", ""), "reason": form.get("reason", "").strip()}
    return await _told(request, WITHDRAW, fields, form)


async def explain(request: Request) -> Response:
    """Says what a transfer was for."""
    form = await form_of(request)
    named = ("returned_by", "sender_account", "receiver_account")
    fields: dict[str, Any] = {name: form.get(name, "").strip() or None for name in named}
    fields |= {name: form.get(name, "").strip() for name in ("transfer", "purpose", "reason")}
    return await _told(request, EXPLAIN, fields, form)


async def _told(
    request: Request, write: Write[Any], fields: Mapping[str, Any], form: Mapping[str, str]
) -> Response:
    caller = await run_in_threadpool(caller_of, request)
    return await answer_to(form, request, caller, write, fields, _open, PATH)


def to_the_list(_request: Request) -> Response:
    """Where a form was sent to, asked for as a page: after signing in again, or choosing a language."""
    return RedirectResponse(PATH, SEE_OTHER)


ROUTES = (
    Route("/books/open", open_page, methods=["GET"]),
    Route("/books/open/{form}", to_the_list, methods=["GET"]),
    Route("/books/open/releases", release, methods=["POST"]),
    Route("/books/open/withdrawals", withdraw, methods=["POST"]),
    Route("/books/open/explanations", explain, methods=["POST"]),
)
