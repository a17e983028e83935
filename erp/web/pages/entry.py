"""Signing in, signing out, and the choice of a language."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from erp.api.tokens import find_principal
from erp.database import transaction
from erp.web import sessions
from erp.web.door import (
    LANGUAGES,
    SESSION_COOKIE,
    check_form,
    context_of,
    drop_session,
    place_here,
    set_language,
    set_session,
)
from erp.web.render import page

SEE_OTHER = 303


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the first of each name. Raises NotFromHere."""
    check_form(request)
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


def sign_in_page(request: Request) -> Response:
    """The page on which one signs in."""
    return page(
        request,
        "sign_in.html",
        next=place_here(request.query_params.get("next", "")),
        refused=False,
    )


async def sign_in(request: Request) -> Response:
    """Signs the browser in by a token, and goes on where one wanted to go."""
    form = await form_of(request)
    context, token = context_of(request), form.get("token", "").strip()
    goes_to = place_here(form.get("next", ""))

    def begin() -> str | None:
        with context.reading() as session:  # strangers do not queue among those who write
            if find_principal(session, token) is None:
                return None
        with transaction(context.engine) as session:
            at, secret = context.clock(), context.randomness(sessions.SECRET_BYTES)
            return sessions.begin(session, token, at=at, secret=secret)

    made = await run_in_threadpool(begin)
    if made is None:
        return page(request, "sign_in.html", code=401, next=goes_to, refused=True)
    response = RedirectResponse(goes_to, SEE_OTHER)
    set_session(request, response, made)
    return response


async def sign_out(request: Request) -> Response:
    """Ends the session of the browser."""
    await form_of(request)
    context, secret = context_of(request), request.cookies.get(SESSION_COOKIE)

    def end(secret: str) -> None:
        with context.reading() as session:
            if sessions.signed_in(session, secret, context.clock()) is None:
                return
        with transaction(context.engine) as session:
            sessions.end(session, secret)

    if secret:
        await run_in_threadpool(end, secret)
    response = RedirectResponse("/app/sign-in", SEE_OTHER)
    drop_session(response)
    return response


async def choose_language(request: Request) -> Response:
    """Keeps the language, and goes back to where one was."""
    form = await form_of(request)
    response = RedirectResponse(place_here(form.get("next", "")), SEE_OTHER)
    if form.get("language") in LANGUAGES:
        set_language(request, response, form["language"])
    return response
