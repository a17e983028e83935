"""OAuth2 for machines: a client exchanges its secret for access tokens of some minutes, and ends them.

`POST /oauth/token` (RFC 6749, client credentials) and `POST /oauth/revoke` (RFC 7009). Both take a form, and answer in JSON
as these standards say: a refusal is `{"error": …, "error_description": …}`, not a problem detail. They stand beside the
routes of rooms, since they make no document.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from erp.api import queries
from erp.api.errors import TooManyAttempts
from erp.api.request_context import RequestContext
from erp.api.tables import AccessToken, TokenKind
from erp.api.tokens import (
    SECRET_BYTES,
    Principal,
    access_token,
    fingerprint_key,
    hash_token,
    principal_of,
)
from erp.database import transaction
from erp.kernel.errors import Retryable

GRANT = "client_credentials"
FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 20
RETRY_AFTER_SECONDS = 2
UNKEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
BASIC = {"WWW-Authenticate": 'Basic realm="interlock"'}


@dataclass(eq=False)
class NotGranted(Exception):
    """A request of a client that is not granted, in the words of RFC 6749."""

    error: str
    description: str
    status: int = 400
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client sends of itself."""

    name: str
    secret: str


async def issue(request: Request) -> Response:
    """Gives a client an access token."""
    return await _answered(request, _issued)


async def revoke(request: Request) -> Response:
    """Ends an access token of the client that asks. One that is not its own, or none, is answered alike."""
    return await _answered(request, _revoked)


ROUTES = (
    Route("/oauth/token", issue, methods=["POST"]),
    Route("/oauth/revoke", revoke, methods=["POST"]),
)
Step = Callable[[RequestContext, Credentials, Mapping[str, str]], dict[str, Any]]


async def _answered(request: Request, step: Step) -> Response:
    context = cast("RequestContext", request.app.state.request_context)
    try:
        form = await _form(request)
        credentials = _credentials(request, form)
        told = await _judged(
            request, context, credentials, lambda: step(context, credentials, form)
        )
    except TooManyAttempts as slow:
        return _refusal(NotGranted("slow_down", str(slow), 429, slow.retry_after))
    except Retryable:
        busy = NotGranted("temporarily_unavailable", "busy; try again", 503, RETRY_AFTER_SECONDS)
        return _refusal(busy)
    except NotGranted as refused:
        return _refusal(refused)
    return JSONResponse(told, headers=UNKEPT)


async def _judged(
    request: Request,
    context: RequestContext,
    credentials: Credentials,
    work: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    address = request.client.host if request.client else ""
    # by the secret's hash, as tokens of pages: who guesses under a client's name keeps the client itself out of nothing,
    # and the address counts all guesses
    with context.door.attempt(f"client {hash_token(credentials.secret)}", address) as succeeded:
        told = await context.door.judge(work)
        succeeded()
        return told


def _issued(
    context: RequestContext, credentials: Credentials, form: Mapping[str, str]
) -> dict[str, Any]:
    client = _client(context, credentials)
    if form.get("grant_type") != GRANT:
        raise NotGranted("unsupported_grant_type", f"this server grants {GRANT} alone")
    if form.get("scope", client.role) != client.role:
        raise NotGranted("invalid_scope", f"this client has the scope {client.role} alone")
    token = access_token(context.randomness(SECRET_BYTES), credentials.secret)
    limits = context.limits
    with transaction(context.engine) as session:
        now = context.clock()
        if not queries.keep_client(session, client.token_id, hash_token(credentials.secret), now):
            raise _unknown_client()  # revoked, or rotated, since it was looked up
        queries.end_old_access(session, now)
        if queries.access_tokens(session, client.token_id, now) >= limits.access_tokens:
            raise NotGranted(
                "too_many_tokens",
                f"{limits.access_tokens} access tokens of this client stand; use one, or revoke one",
                429,
                limits.access_seconds,
            )
        session.add(
            AccessToken(
                token_sha256=hash_token(token),
                token_id=client.token_id,
                issued_at=now,
                expires_at=now + limits.access_seconds,
            )
        )
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": limits.access_seconds,
        "scope": client.role.value,
    }


def _revoked(
    context: RequestContext, credentials: Credentials, form: Mapping[str, str]
) -> dict[str, Any]:
    client = _client(context, credentials)
    if not form.get("token"):
        raise NotGranted("invalid_request", "name the access token: token=…")
    with transaction(context.engine) as session:
        queries.end_access(session, client.token_id, hash_token(form["token"]))
    return {}


def _client(context: RequestContext, credentials: Credentials) -> Principal:
    """The client whose name and secret these are. Raises NotGranted with one answer, whichever of both is wrong."""
    with context.reading() as session:
        hashed, now = hash_token(credentials.secret), context.clock()
        row = queries.valid_token(session, hashed, now, TokenKind.CLIENT)
        found = None
        if row is not None and row.name == credentials.name:
            found = principal_of(session, row, fingerprint_key(credentials.secret))
    if found is None:
        raise _unknown_client()
    return found


def _unknown_client() -> NotGranted:
    return NotGranted(
        "invalid_client", "this client and this secret are not known, or stand no more", 401
    )


async def _form(request: Request) -> dict[str, str]:
    """The fields of the form. Raises NotGranted when it is none, or names a field twice."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise NotGranted("invalid_request", f"send a form: Content-Type: {FORM}")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise NotGranted("invalid_request", f"a form has at most {MAX_FIELDS} fields") from None
    twice = sorted(name for name, values in fields.items() if len(values) > 1)
    if twice:
        raise NotGranted("invalid_request", f"named twice: {', '.join(twice)}")
    return {name: values[0] for name, values in fields.items()}


def _credentials(request: Request, form: Mapping[str, str]) -> Credentials:
    """Name and secret of the client, of the header or of the form, never of both. Raises NotGranted."""
    header = request.headers.get("authorization")
    in_form = {"client_id", "client_secret"} & form.keys()
    if header is not None and "client_secret" in in_form:
        raise NotGranted(
            "invalid_request", "a client says its secret once: in the header or the form"
        )
    if header is not None:
        return _basic(header)
    if len(in_form) == len({"client_id", "client_secret"}):
        return Credentials(form["client_id"], form["client_secret"])
    raise NotGranted("invalid_client", "a client names itself: HTTP Basic, or both fields", 401)


def _basic(header: str) -> Credentials:
    scheme, _, encoded = header.partition(" ")
    try:
        told = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        told = ""
    name, colon, secret = told.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise NotGranted("invalid_client", "a client names itself by HTTP Basic", 401)
    return Credentials(unquote_plus(name), unquote_plus(secret))


def _refusal(refused: NotGranted) -> Response:
    headers = dict(UNKEPT)
    if refused.status == 401:  # noqa: PLR2004 - of RFC 6749
        headers |= BASIC
    if refused.retry_after is not None:
        headers["Retry-After"] = str(refused.retry_after)
    told = {"error": refused.error, "error_description": refused.description}
    return JSONResponse(told, refused.status, headers=headers)
