"""One's own account: the password, and the office one acts in."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import Unauthenticated
from erp.api.passwords import Office, change, hasher, judged, refuse_unfit, still_known
from erp.api.rates import address_of
from erp.database import transaction
from erp.kernel.errors import Rejected
from erp.kernel.refusals import in_chinese
from erp.kernel.roles import Role
from erp.web import sessions
from erp.web.door import (
    SESSION_COOKIE,
    caller_of,
    context_of,
    language_of,
    place_here,
    set_session,
)
from erp.web.pages.entry import SEE_OTHER, form_of
from erp.web.reading import Reading
from erp.web.render import page

HERE = "/app/account"
WRONG = "The login or the old password is wrong."
DIFFER = "The two new passwords differ."
SAYS = (WRONG, DIFFER)


def account(request: Request) -> Response:
    """The offices of who is signed in by password, and the form to change the password."""
    context, caller = context_of(request), caller_of(request)
    with context.reading() as session:
        found = sessions.whose(session, _secret(request), context.clock())
    return page(
        request,
        "account.html",
        reading=Reading(context, caller),
        found=found,
        changed=request.query_params.get("changed") == "1",
    )


def password_page(request: Request) -> Response:
    """The form to change a password. It asks for the old one, so nobody need be signed in."""
    goes_to = place_here(request.query_params.get("next", ""))
    return page(request, "password.html", name="", next=goes_to, first=False, refused=None)


async def change_password(request: Request) -> Response:
    """Keeps a new password in place of the old one, or of a one-time secret, and signs its person in."""
    form = await form_of(request)
    context, name = context_of(request), form.get("name", "").strip()
    goes_to, new = place_here(form.get("next", "")), form.get("new", "")

    def done() -> str:
        """What the browser has to send. Raises Rejected for a password that is not fit, Unauthenticated."""
        with context.reading() as session:
            known = judged(session, name, form.get("password", ""), context.clock())
            if known is None:
                raise Unauthenticated(WRONG)
            refuse_unfit(session, known.person, new)
        hashed = hasher().hash(new)  # before the transaction, which keeps other writers waiting
        with transaction(context.engine) as session:
            now = context.clock()
            if not still_known(session, known, now):
                raise Unauthenticated(WRONG)
            change(session, known.person, hashed, now)
            made = sessions.begin_as(session, known.person, at=now, randomness=context.randomness)
        if made is None:
            raise Unauthenticated(WRONG)
        return made

    def again(code: int, refused: str) -> Response:
        first = form.get("first") == "1"
        return page(
            *(request, "password.html", None, code),
            name=name, next=goes_to, first=first, refused=refused,
        )  # fmt: skip

    if new != form.get("again", ""):
        return again(422, DIFFER)
    with context.door.attempt(name, address_of(request)) as succeeded:
        try:
            made = await context.door.judge(done)
        except Unauthenticated:
            return again(401, WRONG)
        except Rejected as unfit:
            succeeded()  # the old password was right
            return again(409, in_chinese(unfit) if language_of(request) == "zh" else str(unfit))
        succeeded()
    response = RedirectResponse(
        goes_to if form.get("first") == "1" else f"{HERE}?changed=1", SEE_OTHER
    )
    set_session(request, response, made)
    return response


async def take_office(request: Request) -> Response:
    """Lets the person act in another of its offices, by what the form names: `warehouse`, or `node ACME`."""
    form = await form_of(request)
    context = context_of(request)
    await run_in_threadpool(caller_of, request)
    role, _, party = form.get("office", "").partition(" ")

    def done() -> bool:
        with transaction(context.engine) as session:
            return sessions.take_office(
                session, _secret(request), Office(Role(role), party or None),
                at=context.clock(), randomness=context.randomness,
            )  # fmt: skip

    taken = role in set(Role) and await context.door.judge(done)
    return RedirectResponse("/app/" if taken else HERE, SEE_OTHER)


def _secret(request: Request) -> str:
    return request.cookies.get(SESSION_COOKIE, "")


ROUTES = (
    Route("/account", account, methods=["GET"]),
    Route("/account/office", take_office, methods=["POST"]),
    Route("/password", password_page, methods=["GET"]),
    Route("/password", change_password, methods=["POST"]),
)
