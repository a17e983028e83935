"""Lines of the journal (明细账) of an account, a month, an entity; each leads to its document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.pages import MAX_KEY
from erp.api.routes import ledger
from erp.api.routes.ledger import JournalLineView
from erp.ledger import chart
from erp.ledger.turnover.model import Scope
from erp.web.door import caller_of, context_of
from erp.web.pages.books import month_asked, one_of
from erp.web.reading import Reading
from erp.web.render import page

ROWS = 100
CARRIED = re.compile(r"-?[0-9]{1,18}")
FILTERS = ("account", "entity", "chain_group")


@dataclass(frozen=True, slots=True)
class Posted:
    """A line, and what stands on the account after it: debits less credits, minor units."""

    line: JournalLineView
    stands_minor: int | None  # None: lines of several accounts have no one balance


def lines_page(request: Request) -> Response:
    """Lines in the order in which they were posted."""
    reading = Reading(context_of(request), caller_of(request))
    asked = request.query_params
    month = month_asked(asked.get("month", ""))
    scope = one_of(Scope, asked.get("scope", "")) or Scope.OWN
    account, entity, group = (asked.get(name, "").strip()[:MAX_KEY] or None for name in FILTERS)
    after = asked.get("after", "")[:MAX_KEY]
    found = reading.read(
        "/journal-lines", ledger.list_journal_lines, reading.context, entity=entity, account=account, period=month,
        chain_group=group, scope=scope, after=after, limit=ROWS,
    )  # fmt: skip
    begins = None
    if account is not None:
        carried = asked.get("carried", "")
        begins = (
            _carried(carried) if after else _opening(reading, account, month, entity, group, scope)
        )
    rows = running(found.items, begins)
    return page(
        request, "purchase/lines.html", reading, rows=rows, account=account, entity=entity, chain_group=group, month=month,
        scope=scope, begins=begins, goes_on=bool(after), next_after=found.next_after, named=chart.BY_CODE.get(account or ""),
        accounts=chart.BY_CODE,
        ends=rows[-1].stands_minor if rows else begins, debit=sum(each.line.debit_minor or 0 for each in rows),
        credit=sum(each.line.credit_minor or 0 for each in rows), filters=[
            ("account", "Account", account), ("month", "Month", month), ("entity", "Entity", entity),
            ("chain_group", "Chain group", group),
        ],
    )  # fmt: skip


def running(lines: Sequence[JournalLineView], begins: int | None) -> list[Posted]:
    """Each line with what stands after it, from a balance on."""
    found, stands = [], begins
    for line in lines:
        if stands is not None:
            stands += (line.debit_minor or 0) - (line.credit_minor or 0)
        found.append(Posted(line, stands))
    return found


def _opening(
    reading: Reading,
    account: str,
    month: str | None,
    entity: str | None,
    group: str | None,
    scope: Scope,
) -> int:
    """What stood on an account and those below it before a month; 0 before all months."""
    if month is None:
        return 0
    told = reading.read(
        "/trial-balance", ledger.read_trial_balance, reading.context, since=month, through=month, entity=entity,
        chain_group=group, scope=scope,
    )  # fmt: skip
    below = f"{account}."
    return sum(
        line.opening_minor
        for line in told.lines
        if line.account == account or line.account.startswith(below)
    )


def _carried(text: str) -> int:
    """What the page before ended with. Raises UnreadableQuery."""
    if not CARRIED.fullmatch(text):
        raise UnreadableQuery("the link to the next page says what stands before it: carried=1200")
    return int(text)


ROUTES = (Route("/books/lines", lines_page, methods=["GET"]),)
