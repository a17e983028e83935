"""A page from its template: what each is given, and the headers that keep everything else out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from erp.api.access import Route
from erp.api.routes import chain
from erp.api.tokens import Principal
from erp.kernel.roles import Role
from erp.web import formats
from erp.web.act_fields import label_of, title_of
from erp.web.door import language_of
from erp.web.reading import Reading
from erp.web.texts import Texts

HOME = "/app/"
UTC = "UTC"  # of whoever acts for no one party
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# What stands in the head of every page: the work that it belongs to (empty: stands by itself), its path, its name, and the
# routes of which its reader uses one at least. Pages of one work stand together.
PLACES: tuple[tuple[str, str, str, tuple[Route, ...]], ...] = (
    ("", "/app/", "My work", ()),
    ("", "/app/signing", "Signing", (("GET", "/signing-requests"),)),
    ("Buying", "/app/orders", "Orders", (("GET", "/orders"),)),
    ("Buying", "/app/tenders", "Tender room", (("GET", "/tenders"), ("GET", "/invitations"))),
    ("Buying", "/app/stock", "Reorder board", (("GET", "/reorders"),)),
    ("Buying", "/app/receiving", "Receiving desk", (("POST", "/goods-receipts"), ("POST", "/inspections"))),
    ("Money", "/app/sales", "Sales desk", (("GET", "/sales-orders"),)),
    ("Money", "/app/books", "Books", (("GET", "/trial-balance"), ("GET", "/budgets"))),
    ("Money", "/app/approvals", "Approvals", (("GET", "/proposals"),)),
    ("Money", "/app/claims", "Claims and guarantees", (("GET", "/claims"), ("GET", "/guarantees"))),
    ("Money", "/app/credit", "Credit standing", (("GET", "/parties/{code}/credit"),)),
    ("Groups", "/app/groups", "Chain groups", (("GET", "/groups"),)),
    ("Groups", "/app/bets", "Bets", (("GET", "/bets"),)),
    ("Groups", "/app/statement", "Win-win statement", (("GET", "/statements/win-win"),)),
    ("Groups", "/app/capacity", "Capacity", (("GET", "/capacity-devices"),)),
    ("Evidence", "/app/documents", "Documents", (("GET", "/documents"),)),
    ("Evidence", "/app/proofs", "Proofs", ()),
    ("Evidence", "/app/audit", "Audit", (("GET", "/ring"),)),
    ("Evidence", "/app/contracts", "Contracts", (("GET", "/deployment"),)),
    ("Evidence", "/app/ring", "Ring", ()),
)  # fmt: skip
# Pages that stand at paths of their own and belong to one of these.
BELONGS = {
    "/app/acts": "/app/signing",
    "/app/roles": "/app/groups",
    "/app/proposals": "/app/groups",
    "/app/auctions": "/app/tenders",
    "/app/disruptions": "/app/capacity",
}


@cache
def environment() -> Environment:
    """The templates. A name that a template uses and nobody gave is an error, and every text is escaped."""
    made = Environment(
        loader=PackageLoader("erp.web", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.filters.update(
        money=formats.money, quantity=formats.quantity, short=formats.short, rfc3339=formats.machine_time,
        path=lambda text: quote(str(text), safe=""), actor=formats.actor, act_title=_act_title, act_label=label_of,
    )  # fmt: skip
    return made


def page(
    request: Request, template: str, reading: Reading | None = None, code: int = 200, **values: Any
) -> HTMLResponse:
    """A page in the reader's language. `reading`: of whoever is signed in."""
    say = Texts(language_of(request))
    zone = UTC if reading is None else reading.zone() or UTC

    def at(moment: int | None) -> str:
        return formats.moment(moment, zone)

    def ago(seconds: int) -> str:
        count, unit = formats.lasted(seconds)
        return say(
            f"1 {unit.removesuffix('s')}" if count == 1 else f"{{count}} {unit}", count=count
        )

    caller = None if reading is None else reading.caller
    ring = None if reading is None else reading.read("/ring", chain.read_ring, reading.context)
    text = environment().get_template(template).render(
        t=say, at=at, ago=ago, zone=zone, caller=caller, speaks_for=_speaks_for(caller, say),
        places=[] if reading is None else _places(reading, request.url.path), here_is=_is_at,
        here=request.url.path, query=request.url.query, language=say.language, Role=Role, ring=ring,
        **values,
    )  # fmt: skip
    return HTMLResponse(text, code, headers=HEADERS)


def _act_title(act: str, language: str, fields: Mapping[str, Any] | None) -> str:
    """What an act is called, with those of its fields that are known."""
    known = {
        name: formats.money(value) if name.endswith("_minor") and isinstance(value, int) else value
        for name, value in (fields or {}).items()
    }
    return title_of(act, language, known)


def _places(reading: Reading, here: str) -> list[tuple[str, bool, list[tuple[str, str]]]]:
    """The pages that a reader uses, by the work that they belong to, and whether it is at one of these."""
    used = [place for place in PLACES if reading.uses(place[3])]
    found = []
    for work, places in groupby(used, key=itemgetter(0)):
        pages = [(path, name) for _, path, name, _ in places]
        found.append((work, any(_is_at(here, path) for path, _ in pages), pages))
    return found


def _is_at(here: str, path: str) -> bool:
    """Whether a page is this place, below it, or belongs to it."""
    if any(at == path and _is_at(here, other) for other, at in BELONGS.items()):
        return True
    return here == path or (path != HOME and here.startswith(f"{path}/"))


def _speaks_for(caller: Principal | None, say: Texts) -> str:
    if caller is None:
        return ""
    who = caller.party or caller.person or caller.name
    return f"{who} · {say.kind(caller.role)}"
