"""The credit card (信用): a party's grade, the path of its score with each document, and what the next grade asks for."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.pages import MAX_KEY
from erp.api.routes import credit, parties
from erp.api.routes.credit import CreditView
from erp.credit.schemas import CreditComponent
from erp.parties.rules import PartyStatus
from erp.web.answers import SEE_OTHER
from erp.web.door import caller_of, context_of, language_of
from erp.web.formats import quantity
from erp.web.plots import Line, Point, steps
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.texts import Texts

ROWS = 100
PATH = "/app/credit"
NAMES: Mapping[CreditComponent, str] = {
    CreditComponent.DELIVERY: "Delivery on time",
    CreditComponent.QUALITY: "Quality of goods",
    CreditComponent.BETS: "Bets kept",
    CreditComponent.PEERS: "Peers",
    CreditComponent.USERS: "Users",
}
KINDS = tuple(PartyStatus)
SAYS = (*NAMES.values(), "Score over time", "Next grade {grade}")


def list_page(request: Request) -> Response:
    """Parties and their scores; a supplier or a node is led to its own card."""
    reading = Reading(context_of(request), caller_of(request))
    if not reading.may("/parties") and reading.caller.party is not None:
        return RedirectResponse(f"{PATH}/{reading.caller.party}", SEE_OTHER)
    found = reading.read(
        "/parties", parties.list_parties, reading.context,
        after=request.query_params.get("after", "")[:MAX_KEY], limit=ROWS,
    )  # fmt: skip
    return page(
        request, "purchase/parties.html", reading, parties=found.items, next_after=found.next_after
    )


def card_page(request: Request) -> Response:
    """One party's card."""
    reading = Reading(context_of(request), caller_of(request))
    code = str(request.path_params["code"])
    if "\0" in code or len(code) > MAX_KEY:
        raise HTTPException(404)
    found = reading.read(
        "/parties/{code}/credit", credit.read_credit, reading.context, reading.caller, code
    )
    say, now = Texts(language_of(request)), reading.context.clock()
    return page(
        request,
        "purchase/credit.html",
        reading,
        card=found,
        names=NAMES,
        picture=_picture(found, now, say),
        now=now,
    )


def _picture(card: CreditView, now: int, say: Texts) -> str | None:
    if not card.steps:
        return None
    above = card.next_grade
    limit = (
        None
        if above is None
        else Line(
            say("Next grade {grade}", grade=above.grade), above.least_bps, quantity(above.least_bps)
        )
    )
    points = [
        Point(each.at, each.score_bps, each.document, f"#{each.document}") for each in card.steps
    ]
    return steps(points, max(now, points[-1].at), limit, say("Score over time"), quantity)


ROUTES = (
    Route("/credit", list_page, methods=["GET"]),
    Route("/credit/{code:path}", card_page, methods=["GET"]),
)
