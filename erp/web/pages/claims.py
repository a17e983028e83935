"""Claims on buyers (应收款项) and guarantees of suppliers (履约保证金): who owes and holds what, and until when."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.routes import guarantees, receivables
from erp.api.routes.guarantees import DefectView
from erp.guarantees.rules import DefectStatus, GuaranteeStatus
from erp.receivables.rules import ClaimStatus
from erp.web.door import caller_of, context_of, language_of, name_in
from erp.web.forms import place
from erp.web.pages.entry import SEE_OTHER
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.sight import picture_of, sight
from erp.web.texts import Texts

ROWS = 50
KINDS = (*ClaimStatus, *GuaranteeStatus, *DefectStatus)


def _after(request: Request) -> int:
    """The place that a link to the next page names. Raises UnreadableQuery."""
    after = place(request.query_params.get("after", "0"))
    if after is None:
        raise UnreadableQuery("`after` is the number that the link to the next page names")
    return after


def tabs(reading: Reading) -> dict[str, Any]:
    """Which neighbours of the page its reader may open."""
    return {
        "tabs": [
            (path, name)
            for path, name, route in (
                ("/app/claims", "Claims", "/claims"),
                ("/app/guarantees", "Guarantees and defects", "/guarantees"),
            )
            if reading.may(route)
        ]
    }


def claims_page(request: Request) -> Response:
    """Claims by id, of one status or all. Whoever reads guarantees alone is led to these."""
    reading = Reading(context_of(request), caller_of(request))
    if not reading.may("/claims") and reading.may("/guarantees"):
        return RedirectResponse("/app/guarantees", SEE_OTHER)
    status = request.query_params.get("status", "")
    if status and status not in set(ClaimStatus):
        raise UnreadableQuery(
            f"no claim has the status {status!r}; it is one of {', '.join(ClaimStatus)}"
        )
    found = reading.read(
        "/claims", receivables.list_claims, reading.context, reading.caller,
        status=[ClaimStatus(status)] if status else None, after=str(_after(request)), limit=ROWS,
    )  # fmt: skip
    return page(
        request, "claims/list.html", reading=reading, claims=found.items, next_after=found.next_after, status=status,
        statuses=[each.value for each in ClaimStatus], **sight(reading), **tabs(reading),
    )  # fmt: skip


def claim_page(request: Request) -> Response:
    """One claim with its time line."""
    reading = Reading(context_of(request), caller_of(request))
    name = name_in(request, "claim")
    claim = reading.read(
        "/claims/{claim}", receivables.read_claim, reading.context, reading.caller, name
    )
    flows = reading.read(
        "/claims/{claim}/flows", receivables.read_claim_flows, reading.context, reading.caller, name
    )
    return page(
        request, "claims/claim.html", reading=reading, claim=claim, flows=flows,
        picture=picture_of(flows, Texts(language_of(request))), **sight(reading), **tabs(reading),
    )  # fmt: skip


def guarantees_page(request: Request) -> Response:
    """Guarantees by order, and defects that were reported."""
    reading = Reading(context_of(request), caller_of(request))
    found = reading.read(
        "/guarantees", guarantees.list_guarantees, reading.context, reading.caller,
        after=str(_after(request)), limit=ROWS,
    )  # fmt: skip
    defects: list[DefectView] = []
    if reading.may("/defects"):
        defects = reading.read(
            "/defects", guarantees.list_defects, reading.context, reading.caller, limit=ROWS
        ).items
    return page(
        request, "claims/guarantees.html", reading=reading, guarantees=found.items, next_after=found.next_after,
        defects=defects, reads_defects=reading.may("/defects"), most=ROWS, **sight(reading), **tabs(reading),
    )  # fmt: skip


ROUTES = (
    Route("/claims", claims_page, methods=["GET"]),
    Route("/claims/{claim}", claim_page, methods=["GET"]),
    Route("/guarantees", guarantees_page, methods=["GET"]),
)
