"""A program that signs in as an OAuth2 client: its secret is exchanged for access tokens of some minutes (RFC 6749)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_plus

from bridge.operator.saying import say

from ..shell.telling import CommandError
from .api import SECONDS_MAX, exit_of, silent
from .login import Login, keep

GRANTED = 200


def exchanged(login: Login) -> Login:
    """The login with a new access token. Raises CommandError when none is granted."""
    import httpx  # noqa: PLC0415 - slow, and not for help

    named = f"{quote_plus(login.client or '')}:{quote_plus(login.secret or '')}"
    headers = {"Authorization": f"Basic {base64.b64encode(named.encode()).decode()}"}
    place, form = f"{login.api.rstrip('/')}/oauth/token", {"grant_type": "client_credentials"}
    try:
        with httpx.Client(headers=headers, timeout=SECONDS_MAX, trust_env=False) as client:
            answer = client.post(place, data=form, headers=headers)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise silent(login.api, error) from error
    try:
        told = answer.json()
        if answer.status_code == GRANTED:
            return replace(login, token=str(told["access_token"]))
        why, code = str(told["error_description"]), str(told["error"])
    except (ValueError, KeyError, TypeError):
        why, code = say("{api} grants no access tokens", api=login.api), "no-oauth"
    raise CommandError(
        why, hint=f"interlock login --api {login.api} --client {login.client}",
        code=f"{code} ({answer.status_code})", exit_code=exit_of(max(answer.status_code, 400)),
    )  # fmt: skip


def renewing(file: Path, name: str, login: Login) -> Callable[[], Login] | None:
    """How the access token of a client's login is renewed and kept in the file; None for a login by token."""
    if login.client is None or login.secret is None:
        return None

    def renew() -> Login:
        renewed = exchanged(login)
        keep(file, {name: renewed})
        return renewed

    return renew
