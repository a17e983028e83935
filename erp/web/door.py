"""Who comes: the browser's session, its language, and whether a form was sent from a page of ours."""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from erp.api.errors import ApiError, Unauthenticated
from erp.api.request_context import RequestContext
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.tokens import Principal
from erp.web import sessions

SESSION_COOKIE, LANGUAGE_COOKIE = "interlock_session", "interlock_language"
LANGUAGES = ("en", "zh")
LANGUAGE_SECONDS = 31_536_000  # a year
NAME = re.compile(NUMBER_PATTERN)


class NotFromHere(ApiError):
    """A form came from a page of another site."""

    code = "not-from-here"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "this form was not sent from a page of this workbench: open the page and send it again"
        )


def context_of(request: Request) -> RequestContext:
    """The context of the application that received the request."""
    return cast("RequestContext", request.app.state.request_context)


def caller_of(request: Request) -> Principal:
    """Whose browser sent the request. Raises Unauthenticated when nobody is signed in there, TooManyRequests."""
    secret = request.cookies.get(SESSION_COOKIE)
    context = context_of(request)
    if secret:
        with context.reading() as session:
            found = sessions.signed_in(session, secret, context.clock())
        if found is not None:
            context.rates.of_token(found.token_id)
            return found
    raise Unauthenticated("nobody is signed in here")


def check_form(request: Request) -> None:
    """Raises NotFromHere unless the form comes from a page of this very site.

    Browsers say so themselves (`Sec-Fetch-Site`), older ones name the page's origin.
    """
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        if said in {"same-origin", "none"}:
            return
        raise NotFromHere
    origin = request.headers.get("origin")
    try:
        came_from = None if origin is None else urlsplit(origin).netloc
    except ValueError:
        came_from = None
    if came_from is None or came_from != request.headers.get("host"):
        raise NotFromHere


def name_in(request: Request, parameter: str) -> str:
    """The number that a path names. Raises HTTPException 404 for what is no number."""
    name = str(request.path_params[parameter])
    if not NAME.fullmatch(name):
        raise HTTPException(404)
    return name


def language_of(request: Request) -> str:
    """The language that was chosen, otherwise the first of the browser's that there is; English where there is none."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    for part in request.headers.get("accept-language", "").split(","):
        wanted = part.partition(";")[0].strip().lower()[:2]
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]


def set_session(request: Request, response: Response, secret: str) -> None:
    """Gives the browser its session. No script reads it, and no other site has it sent."""
    response.set_cookie(
        SESSION_COOKIE, secret, max_age=sessions.SECONDS, path="/app", httponly=True,
        secure=request.url.scheme == "https", samesite="strict",
    )  # fmt: skip


def drop_session(response: Response) -> None:
    """Takes the session back from the browser."""
    response.delete_cookie(SESSION_COOKIE, path="/app", httponly=True, samesite="strict")


def set_language(request: Request, response: Response, language: str) -> None:
    """Keeps the language in the browser."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=LANGUAGE_SECONDS, path="/app", httponly=True,
        secure=request.url.scheme == "https", samesite="lax",
    )  # fmt: skip


def place_here(path: str) -> str:
    """A path of the workbench to go to next, or its first page: never another site's."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/app/"
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/app/")
    return path if inside and "\\" not in path and "\n" not in path else "/app/"
