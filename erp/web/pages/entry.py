"""Signing in, signing out, and the choice of a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.passwords import Known, judged, still_known
from erp.api.rates import address_of
from erp.api.tokens import find_principal, hash_token
from erp.database import transaction
from erp.web import sessions, unreadable
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
SLOWED = "Too many attempts by this name or from this address. Try again in {seconds} seconds."
TOO_MUCH = "Too many requests at once. Try again in {seconds} seconds."
NOT_FOR = "Only for {roles}; yours is the role {role}."
SAYS = (SLOWED, TOO_MUCH, NOT_FOR, *unreadable.SAYS)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the first of each name. Raises NotFromHere."""
    check_form(request)
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


def sign_in_page(request: Request) -> Response:
    """The page on which one signs in."""
    goes_to = place_here(request.query_params.get("next", ""))
    return page(request, "sign_in.html", next=goes_to, refused=None, name="")


async def sign_in(request: Request) -> Response:
    """Signs the browser in, as a person by password or by a token, and goes on where one wanted to go."""
    form = await form_of(request)
    if "token" in form:
        return await _by_token(request, form)
    return await _by_password(request, form)


async def _by_token(request: Request, form: Mapping[str, str]) -> Response:
    context, token = context_of(request), form["token"].strip()
    goes_to = place_here(form.get("next", ""))

    def begin() -> str | None:
        with context.reading() as session:  # strangers do not queue among those who write
            if find_principal(session, token, context.clock()) is None:
                return None
        with transaction(context.engine) as session:
            return sessions.begin(session, token, at=context.clock(), randomness=context.randomness)

    # by the token's hash: the wrong tokens of others slow nobody's own, and the address counts them all
    with context.door.attempt(f"token {hash_token(token)}", address_of(request)) as succeeded:
        made = await context.door.judge(begin)
        if made is not None:
            succeeded()
    if made is None:
        return page(request, "sign_in.html", code=401, next=goes_to, refused="token", name="")
    response = RedirectResponse(goes_to, SEE_OTHER)
    set_session(request, response, made)
    return response


async def _by_password(request: Request, form: Mapping[str, str]) -> Response:
    context, name = context_of(request), form.get("name", "").strip()
    goes_to = place_here(form.get("next", ""))

    def begin() -> Known | str | None:
        with context.reading() as session:
            known = judged(session, name, form.get("password", ""), context.clock())
        if known is None or known.one_time:
            return known
        with transaction(context.engine) as session:
            now = context.clock()
            if not still_known(session, known, now):
                return None
            return sessions.begin_as(session, known.person, at=now, randomness=context.randomness)

    with context.door.attempt(name, address_of(request)) as succeeded:
        made = await context.door.judge(begin)
        if made is not None:
            succeeded()
    if made is None:
        return page(request, "sign_in.html", code=401, next=goes_to, refused="person", name=name)
    if isinstance(made, Known):
        return page(request, "password.html", name=name, next=goes_to, first=True, refused=None)
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
        await context.door.judge(partial(end, secret))
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


ROUTES = (
    Route("/sign-in", sign_in_page, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/language", choose_language, methods=["POST"]),
)
