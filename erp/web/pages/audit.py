"""The audit (审计): how old the last one is and what it found, the line of anchors, and where the contracts are (合约)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import ApiError, Unauthenticated
from erp.api.routes import chain, documents
from erp.api.routes.chain import AnchorView, AuditAsk, RingView
from erp.api.witness import AuditOutcome
from erp.kernel.errors import Rejected
from erp.web.answers import SEE_OTHER, said_of, status_of
from erp.web.door import caller_of, context_of
from erp.web.pages.entry import form_of
from erp.web.reading import Reading
from erp.web.render import page

PATH = "/app/audit"
ANCHORS = 10  # of the line, the newest
DOES = (
    "compares every event, document and payment of both sides, as far as it is new",
    "reads everything anew",
    "writes the proof of one document for whoever has no log",
    "checks such a proof against a node of your own",
)
RUN = (
    ("interlock audit", DOES[0]),
    ("interlock audit --full", DOES[1]),
    ("interlock prove PO-2026-00001", DOES[2]),
    ("interlock verify PO-2026-00001.proof.json", DOES[3]),
)


OUTCOMES = {
    AuditOutcome.RUNS: "It runs.",
    AuditOutcome.HOLDS: "Books and chain told one story.",
    AuditOutcome.DIFFERS: "Books and chain tell different stories.",
    AuditOutcome.LATER: "It could not be finished now; the same audit may succeed later.",
    AuditOutcome.FAILED: "It broke off.",
}
SAYS = (*DOES, *OUTCOMES.values())


@dataclass(frozen=True, slots=True)
class Head:
    """An anchor of the line, and the document that it ends with."""

    anchor: AnchorView
    document: str


def audit_page(request: Request) -> Response:
    """The last audit as the ring knows it, the one that was asked for here, the newest anchors, and what to run."""
    reading = Reading(context_of(request), caller_of(request))
    return _shown(request, reading)


async def start(request: Request) -> Response:
    """Starts an audit as the route does, and goes back to the page."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    reading, ask = Reading(context_of(request), caller), AuditAsk(whole=bool(form.get("whole")))
    try:
        await run_in_threadpool(
            reading.ask, "/audits", chain.start_audit, reading.context, caller, ask
        )
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as refusal:
        said = said_of(request, refusal)
        return await run_in_threadpool(_shown, request, reading, status_of(refusal), said)
    return RedirectResponse(PATH, SEE_OTHER)


def to_the_page(_request: Request) -> Response:
    """Where the form was sent to, asked for as a page: after signing in again, or choosing a language."""
    return RedirectResponse(PATH, SEE_OTHER)


def _shown(
    request: Request, reading: Reading, code: int = 200, refused: str | None = None
) -> Response:
    stands = reading.read("/ring", chain.read_ring, reading.context)
    asked = None
    if reading.may("/audits"):
        asked = reading.read("/audits", chain.read_audit, reading.context)
    return page(
        request, "audit.html", reading, code, heads=line_of(reading, stands), run=RUN, most=ANCHORS, asked=asked,
        outcomes=OUTCOMES, refused=refused,
    )  # fmt: skip


def line_of(reading: Reading, stands: RingView) -> list[Head] | None:
    """The newest anchors from the newest back, each beginning where the one before it ended; None: not for the reader."""
    if not reading.may("/documents") or stands.documents is None:
        return None
    found: list[Head] = []
    sequence = stands.documents - (stands.unanchored or 0)
    while sequence > 0 and len(found) < ANCHORS:
        told = reading.read(
            "/documents", documents.list_documents, reading.context, after=str(sequence - 1), limit=1
        )  # fmt: skip
        if not told.items:
            break
        number = told.items[0].number
        anchor = reading.read(
            "/documents/{number}/witness", chain.read_witness, reading.context, reading.caller, number
        ).anchor  # fmt: skip
        if anchor is None:
            break
        found.append(Head(anchor, number))
        sequence = anchor.first_sequence - 1
    return found


def contracts_page(request: Request) -> Response:
    """Chain, stream, and every edition of every contract."""
    reading = Reading(context_of(request), caller_of(request))
    found = reading.read("/deployment", chain.read_deployment, reading.context)
    return page(request, "contracts.html", reading, found=found)


ROUTES = (
    Route("/audit", audit_page, methods=["GET"]),
    Route("/audit/start", to_the_page, methods=["GET"]),
    Route("/audit/start", start, methods=["POST"]),
    Route("/contracts", contracts_page, methods=["GET"]),
)
