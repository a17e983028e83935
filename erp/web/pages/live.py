"""What programs of our pages fetch: the stream of what changed, proofs, and what the node answers."""

from __future__ import annotations

import json
from functools import partial

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from erp.api.errors import ApiError, Forbidden, Unauthenticated
from erp.api.live.stream import STREAM_SECONDS_MAX
from erp.api.relay import HASH
from erp.api.request_context import RequestContext
from erp.api.routes import chain, events, sending
from erp.api.shown import withhold
from erp.api.tokens import Principal
from erp.kernel.errors import NotFound, Rejected
from erp.kernel.refusals import in_chinese
from erp.web import sessions
from erp.web.door import SESSION_COOKIE, caller_of, check_form, context_of, language_of, name_in
from erp.web.reading import Reading
from erp.web.render import HEADERS

LEAVES_MAX = chain.LEAVES_MAX
PATH_MAX = 200


async def stream(request: Request) -> Response:
    """The stream for the one that holds it in a browser (`live-worker.js`)."""
    caller = await run_in_threadpool(caller_of, request)
    context, secret = context_of(request), request.cookies[SESSION_COOKIE]
    last = request.headers.get("last-event-id") or request.query_params.get("after")
    seconds = 0 if request.query_params.get("seconds") == "0" else STREAM_SECONDS_MAX
    may_still = partial(_still_signed_in, context, secret, caller)
    return await events.heard(context, caller, None, last, seconds, may_still)


def _still_signed_in(context: RequestContext, secret: str, caller: Principal) -> bool:
    with context.reading() as session:
        return sessions.signed_in(session, secret, context.clock()) == caller


def proof(request: Request) -> Response:
    """The proof file of a document."""
    reading = Reading(context_of(request), caller_of(request))
    paths = request.query_params.getlist("path")
    if len(paths) > LEAVES_MAX or any(len(path) > PATH_MAX for path in paths):
        return _refused(request, 422, f"a proof opens at most {LEAVES_MAX} leaves")
    try:
        made = reading.read(
            "/documents/{number}/proof",
            chain.read_proof,
            reading.context,
            reading.caller,
            name_in(request, "number"),
            paths,
        )
    except (Rejected, Forbidden) as error:
        return _told(request, error)
    return _json(made)


def deployment(request: Request) -> Response:
    """Where the contracts are."""
    reading = Reading(context_of(request), caller_of(request))
    return _json(reading.read("/deployment", chain.read_deployment, reading.context))


async def ask(request: Request) -> Response:
    """What the house's node answers to a reading call."""
    check_form(request)
    caller = await run_in_threadpool(caller_of, request)
    try:
        question = chain.Question.model_validate_json(await request.body())
    except ValidationError:
        return _refused(request, 422, "this is no call of JSON-RPC")
    try:
        told = await run_in_threadpool(chain.ask_chain, context_of(request), caller, question)
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as error:
        return _told(request, error)
    return _json(withhold(told, caller))


async def send(request: Request) -> Response:
    """Hands a signed transaction of the reader's party on to the house's node."""
    check_form(request)
    caller = await run_in_threadpool(caller_of, request)
    if caller.role not in context_of(request).access["POST", "/transactions"]:
        return _refused(request, 403, "parties send their own transactions")
    try:
        sending_ = sending.Sending.model_validate_json(await request.body())
    except ValidationError:
        return _refused(request, 422, "this is no signed transaction")
    try:
        told = await run_in_threadpool(
            sending.send_transaction, context_of(request), caller, sending_
        )
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as error:
        return _told(request, error)
    return _json(withhold(told, caller))


def own_account(request: Request) -> Response:
    """The account of the reader's party, the key that acts for it, and its next nonce."""
    reading = Reading(context_of(request), caller_of(request))
    try:
        found = reading.read(
            "/own-account", sending.read_own_account, reading.context, reading.caller
        )
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as error:
        return _told(request, error)
    return _json(found)


def fate(request: Request) -> Response:
    """What became of a transaction."""
    reading = Reading(context_of(request), caller_of(request))
    transaction = str(request.path_params["transaction"])
    if not HASH.fullmatch(transaction):
        return _refused(request, 422, "a transaction's hash is 0x and 64 digits")
    try:
        found = reading.read(
            "/transactions/{transaction}", sending.read_transaction, reading.context, transaction
        )
    except (ApiError, Rejected) as error:
        return _told(request, error)
    return _json(found)


def _json(answer: BaseModel) -> Response:
    return JSONResponse(json.loads(answer.model_dump_json()), headers=HEADERS)


def _told(request: Request, error: ApiError | Rejected) -> Response:
    if isinstance(error, ApiError):
        return _refused(request, error.status, str(error))
    said = in_chinese(error) if language_of(request) == "zh" else str(error)
    return _refused(request, 404 if isinstance(error, NotFound) else 409, said)


def _refused(_request: Request, status: int, detail: str) -> Response:
    return JSONResponse({"status": status, "detail": detail}, status, headers=HEADERS)


ROUTES = (
    Route("/events", stream, methods=["GET"]),
    Route("/documents/{number}/proof", proof, methods=["GET"]),
    Route("/deployment", deployment, methods=["GET"]),
    Route("/chain", ask, methods=["POST"]),
    Route("/own-account", own_account, methods=["GET"]),
    Route("/transactions", send, methods=["POST"]),
    Route("/transactions/{transaction}", fate, methods=["GET"]),
)
