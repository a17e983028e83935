"""The workbench as one application under `/app`: its routes, its files, and what a person sees when something is refused."""

from __future__ import annotations

import json
from importlib.resources import files
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount

from erp.api.busy import is_busy
from erp.api.errors import (
    ApiError,
    Forbidden,
    Slowed,
    TooManyAttempts,
    Unauthenticated,
    UnreadableQuery,
)
from erp.api.problems import RETRY_AFTER_SECONDS, unknown_response
from erp.api.request_context import RequestContext
from erp.kernel.errors import ErpError, NotFound, Rejected, Retryable
from erp.kernel.refusals import in_chinese
from erp.web.door import language_of
from erp.web.pages import (
    account,
    acts,
    approvals,
    audit,
    bet_forms,
    bets,
    books,
    capacity,
    claims,
    closing,
    credit,
    disruptions,
    documents,
    entry,
    grab,
    groups,
    lines,
    live,
    open_group,
    orders,
    proofs,
    receiving,
    ring,
    sales,
    settling,
    signing,
    statement,
    stock,
    supplying,
    tenders,
    work,
)
from erp.web.pages.entry import NOT_FOR, SLOWED, TOO_MUCH
from erp.web.render import page
from erp.web.static_files import OwnFiles
from erp.web.texts import Texts
from erp.web.unreadable import NO_ADDRESS, UnreadableTyping

SEE_OTHER = 303
PATH = "/app"
ROOMS = (
    work,
    orders,
    supplying,
    tenders,
    stock,
    receiving,
    sales,
    approvals,
    books,
    lines,
    settling,
    closing,
    credit,
    groups,
    grab,
    open_group,
    bet_forms,
    bets,
    statement,
    capacity,
    claims,
    disruptions,
    documents,
    entry,
    account,
    acts,
    live,
    proofs,
    audit,
    ring,
    signing,
)  # each names its ROUTES; SAYS and KINDS are texts that its code gives to templates


def workbench(context: RequestContext) -> Starlette:
    """The application over the context of the API."""
    made = Starlette(
        routes=[
            *(route for room in ROOMS for route in room.ROUTES),
            Mount("/static", OwnFiles(directory=str(files("erp.web").joinpath("static")))),
        ],
        exception_handlers={
            Unauthenticated: _to_the_door,
            ApiError: _refused_at_the_door,
            ErpError: _refused_by_a_rule,
            HTTPException: _no_such_page,
            Exception: _unforeseen,
        },
    )
    made.state.request_context = context
    return made


def _to_the_door(request: Request, _error: Exception) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{PATH}/sign-in?next={quote(wanted, safe='')}", SEE_OTHER)


def _refused_at_the_door(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, ApiError) else 400
    why = str(error)
    say = Texts(language_of(request))
    if isinstance(error, Forbidden):
        needed = ("、" if say.language == "zh" else ", ").join(map(say.kind, error.roles_needed))
        why = say(NOT_FOR, roles=needed, role=say.kind(error.role))
    elif isinstance(error, Slowed):
        said = SLOWED if isinstance(error, TooManyAttempts) else TOO_MUCH
        why = say(said, seconds=error.retry_after)
    elif isinstance(error, UnreadableTyping):
        why = say(error.said, typed=error.typed)
    elif isinstance(error, UnreadableQuery) and say.language == "zh":
        why = say(NO_ADDRESS)
    response = page(request, "refused.html", code=status, status=status, why=why, incident=None)
    if isinstance(error, Slowed):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _refused_by_a_rule(request: Request, error: Exception) -> Response:
    if isinstance(error, Retryable):
        return _busy(request)
    if not isinstance(error, Rejected):
        return _unforeseen(request, error)
    status = 404 if isinstance(error, NotFound) else 409
    why = in_chinese(error) if language_of(request) == "zh" else str(error)
    return page(request, "refused.html", code=status, status=status, why=why, incident=None)


def _no_such_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return page(request, "refused.html", code=status, status=status, why=None, incident=None)


def _busy(request: Request) -> Response:
    response = page(request, "refused.html", code=503, status=503, why=None, incident=None)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _unforeseen(request: Request, error: Exception) -> Response:
    """A busy database, or a bug: its incident stands in the log."""
    if is_busy(error):
        return _busy(request)
    told = json.loads(bytes(unknown_response(request, error).body))
    return page(request, "refused.html", code=500, status=500, why=None, incident=told["incident"])
