"""A page from its template: what each is given, and the headers that keep everything else out."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from erp.api.access import Route
from erp.api.tokens import Principal
from erp.kernel.roles import Role
from erp.web import formats
from erp.web.door import language_of
from erp.web.reading import Reading
from erp.web.texts import Texts

UTC = "UTC"  # of whoever acts for no one party
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# What stands in the head of every page: its path, its name, and the routes of which its reader uses one at least.
PLACES: tuple[tuple[str, str, tuple[Route, ...]], ...] = (
    ("/app/", "My work", ()),
    ("/app/orders", "Orders", (("GET", "/orders"),)),
    ("/app/receiving", "Receiving desk", (("POST", "/goods-receipts"), ("POST", "/inspections"))),
    ("/app/documents", "Documents", (("GET", "/documents"),)),
)


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
        path=lambda text: quote(str(text), safe=""),
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
        return say(f"{{count}} {unit}", count=count)

    caller = None if reading is None else reading.caller
    text = environment().get_template(template).render(
        t=say, at=at, ago=ago, zone=zone, caller=caller, speaks_for=_speaks_for(caller, say),
        places=[] if reading is None else [(path, name) for path, name, routes in PLACES if reading.uses(routes)],
        here=request.url.path, query=request.url.query, language=say.language, Role=Role, **values,
    )  # fmt: skip
    return HTMLResponse(text, code, headers=HEADERS)


def _speaks_for(caller: Principal | None, say: Texts) -> str:
    if caller is None:
        return ""
    who = caller.party or caller.person or caller.name
    return f"{who} · {say.kind(caller.role)}"
