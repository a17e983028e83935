"""The signing inbox (签名): what waits for a person's own key; it is shown, made anew and signed in the person's browser."""

from __future__ import annotations

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import ApiError, Forbidden, Unauthenticated
from erp.api.request_context import RequestContext
from erp.api.routes import signing
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.kernel.errors import NotFound, Rejected
from erp.kernel.refusals import in_chinese
from erp.kernel.rows import Rows
from erp.parties.queries import party
from erp.signing.rules import ActStatus, SigningStatus
from erp.signing.schemas import AnswerSigning
from erp.web.door import caller_of, context_of, language_of, name_in, place_here
from erp.web.pages.entry import SEE_OTHER, form_of
from erp.web.reading import Reading
from erp.web.render import HEADERS, page
from erp.web.writing import may_tell, new_key, tell

ROWS = 50
ANSWER: Write[Any] = next(w for w in signing.ROUTES.writes if w.command is AnswerSigning)
KINDS = (*SigningStatus, *ActStatus, "typed_data", "transaction", "act", "approval")


def inbox(request: Request) -> Response:
    """What is to be signed now, by number."""
    reading = Reading(context_of(request), caller_of(request))
    found = reading.read(
        "/signing-requests", signing.list_signing_requests, reading.context, reading.caller,
        status=[SigningStatus.OPEN], limit=ROWS,
    )  # fmt: skip
    return page(request, "signing.html", reading=reading, requests=found.items, most=ROWS)


def request_page(request: Request) -> Response:
    """One request: what it says in both languages, each field of its act, and where it is signed."""
    reading = Reading(context_of(request), caller_of(request))
    return _shown(request, reading, name_in(request, "number"))


def _shown(
    request: Request, reading: Reading, number: str, code: int = 200, refused: str | None = None
) -> Response:
    found, act = _read(reading, number)
    payload = None if found.payload is None else json.loads(found.payload)
    return page(
        request, "signing_request.html", reading, code, found=found, act=act, payload=payload, refused=refused,
        key=new_key(reading.context), may_answer=may_tell(reading.caller, ANSWER),
    )  # fmt: skip


def request_file(request: Request) -> Response:
    """Request and act as one file: for the page, for `signer.html` and for `interlock sign --from-file`."""
    reading = Reading(context_of(request), caller_of(request))
    try:
        found, act = _read(reading, name_in(request, "number"))
        published = reading.read(
            "/act-requests/{number}/published", signing.read_published, reading.context, reading.caller, act.number
        )  # fmt: skip
    except (NotFound, Forbidden) as error:
        return JSONResponse({"detail": str(error)}, 404, headers=HEADERS)
    told = {
        "request": found.model_dump(mode="json"),
        "act": act.model_dump(mode="json"),
        "account": _account(reading.context, found.party),
        "published": published.values,
    }
    return JSONResponse(told, headers=HEADERS)


async def answer(request: Request) -> Response:
    """Takes the signature; whether it is the right one is seen when it is brought to the chain."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    number = name_in(request, "number")
    fields = {"signing_request": number, "answer": form.get("answer", "").strip()}
    return await _told(request, caller, number, fields, form)


async def _told(
    request: Request, caller: Principal, number: str, fields: dict[str, str], form: dict[str, str]
) -> Response:
    context = context_of(request)
    try:
        await tell(context, caller, ANSWER, fields, form.get("key", ""))
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as refusal:
        code = refusal.status if isinstance(refusal, ApiError) else 409
        chinese = isinstance(refusal, Rejected) and language_of(request) == "zh"
        said = in_chinese(refusal) if isinstance(refusal, Rejected) and chinese else str(refusal)
        return await run_in_threadpool(
            _shown, request, Reading(context, caller), number, code, said
        )
    goes_to = place_here(form["next"]) if "next" in form else f"/app/signing/{number}"
    return RedirectResponse(goes_to, SEE_OTHER)


def _read(
    reading: Reading, number: str
) -> tuple[signing.SigningRequestView, signing.ActRequestDetail]:
    found = reading.read(
        "/signing-requests/{number}",
        signing.read_signing_request,
        reading.context,
        reading.caller,
        number,
    )
    act = reading.read(
        "/act-requests/{number}",
        signing.read_act_request,
        reading.context,
        reading.caller,
        found.act_request,
    )
    return found, act


def _account(context: RequestContext, code: str) -> str | None:
    with context.reading() as session:
        return party(Rows.of(session), code).account


ROUTES = (
    Route("/signing", inbox, methods=["GET"]),
    Route("/signing/{number}", request_page, methods=["GET"]),
    Route("/signing/{number}/request", request_file, methods=["GET"]),
    Route("/signing/{number}/answer", request_page, methods=["GET"]),
    Route("/signing/{number}/answer", answer, methods=["POST"]),
)
