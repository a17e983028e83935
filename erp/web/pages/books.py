"""The books (账): the trial balance of a month by entity, platform, chain group or node, budgets, and how fast is paid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.pages import MAX_KEY
from erp.api.routes import budget, ledger, payments
from erp.api.routes.budget import BudgetView
from erp.api.routes.ledger import TrialBalanceLine
from erp.api.routes.payments import PaymentTimeView
from erp.kernel.calendar import HOUSE_ZONE, month_of
from erp.ledger.turnover.model import Dimension, Scope
from erp.web.answers import SEE_OTHER
from erp.web.door import caller_of, context_of, language_of
from erp.web.drawing import Part
from erp.web.plots import bar, columns
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.texts import Texts
from erp.web.unreadable import NO_MONTH, UnreadableTyping

E = TypeVar("E", bound=StrEnum)
PATH = "/app/books"
ROWS = 100
TIMES = 500  # payments of the histogram, the newest
MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")
BOUNDS = (1, 5, 15, 60, 300, 3_600, 86_400)  # seconds that a column of the histogram ends before
KINDS = (*Dimension, *Scope)
SAYS = ("Budget of {entity}", "Seconds from match to payment")


def balance_page(request: Request) -> Response:
    """The trial balance of a month, or of all months; whoever reads no balances is led to the budgets."""
    reading = Reading(context_of(request), caller_of(request))
    if not reading.may("/trial-balance") and reading.may("/budgets"):
        return RedirectResponse(f"{PATH}/budgets", SEE_OTHER)
    asked = request.query_params
    now = month_of(reading.context.clock(), reading.zone() or HOUSE_ZONE)
    month = month_asked(asked.get("month", now))
    by = one_of(Dimension, asked.get("by", Dimension.ENTITY.value))
    scope = one_of(Scope, asked.get("scope", "")) or Scope.OWN
    entity, group = (asked.get(name, "")[:MAX_KEY] or None for name in ("entity", "chain_group"))
    found = reading.read(
        "/trial-balance", ledger.read_trial_balance, reading.context, by=by, since=month, through=month,
        entity=entity, chain_group=group, scope=scope,
    )  # fmt: skip
    return page(
        request, "purchase/books.html", reading, balance=found, month=month, this_month=now, by=by, scope=scope,
        entity=entity, chain_group=group, dimensions=list(Dimension), scopes=list(Scope), groups=_by_key(found.lines),
        earlier=_moved(month or now, -1), later=_moved(month or now, 1),
    )  # fmt: skip


def _by_key(lines: Sequence[TrialBalanceLine]) -> list[tuple[str, list[TrialBalanceLine]]]:
    return [(key, list(found)) for key, found in groupby(lines, key=lambda line: line.key)]


def month_asked(text: str) -> str | None:
    """A month, or None for all of them. Raises UnreadableQuery."""
    if text and not MONTH.fullmatch(text):
        raise UnreadableTyping(NO_MONTH, text)
    return text or None


def one_of(kind: type[E], text: str) -> E | None:
    """Raises UnreadableQuery."""
    try:
        return kind(text) if text else None
    except ValueError:
        raise UnreadableQuery(f"{text!r} is none of {', '.join(kind)}") from None


def _moved(month: str, by: int) -> str:
    """The month so many months later."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12:04}-{count % 12 + 1:02}"


def budgets_page(request: Request) -> Response:
    """What each entity may still commit, as bars; and the seconds from match to payment."""
    reading = Reading(context_of(request), caller_of(request))
    say = Texts(language_of(request))
    found = reading.read(
        "/budgets", budget.list_budgets, reading.context,
        after=request.query_params.get("after", "")[:MAX_KEY], limit=ROWS,
    )  # fmt: skip
    times = reading.read(
        "/payment-times", payments.list_payment_times, reading.context, limit=TIMES
    ).items
    counted = histogram(times)
    return page(
        request, "purchase/budgets.html", reading, next_after=found.next_after,
        budgets=[(each, _bar(each, say)) for each in found.items], times=times, counted=counted,
        picture=columns(counted, say("Seconds from match to payment")) if times else None,
        median=sorted(_seconds(times))[len(times) // 2] if times else None,
    )  # fmt: skip


def _bar(told: BudgetView, say: Texts) -> str:
    amounts = {
        "expended": told.expended_minor, "encumbered": told.encumbered_minor,
        "reserved": told.pre_encumbered_minor, "available": told.available_minor,
    }  # fmt: skip
    parts = [Part(name, amount, name) for name, amount in amounts.items()]
    return bar(parts, say("Budget of {entity}", entity=told.entity))


def histogram(times: Sequence[PaymentTimeView]) -> list[tuple[str, int]]:
    """How many payments took less than each bound, and not less than the bound before."""
    seconds, counted, low = _seconds(times), [], 0
    for high in BOUNDS:
        counted.append((f"< {high:,}", sum(low <= each < high for each in seconds)))
        low = high
    counted.append((f"≥ {low:,}", sum(each >= low for each in seconds)))
    return counted


def _seconds(times: Sequence[PaymentTimeView]) -> list[int]:
    return [max(each.paid_at - each.matched_at, 0) for each in times]


ROUTES = (
    Route("/books", balance_page, methods=["GET"]),
    Route("/books/budgets", budgets_page, methods=["GET"]),
)
