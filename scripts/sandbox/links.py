"""Links that open the workbench of a sandbox signed in: each once, on this machine, for a short time.

`interlock up` prints one for each clerk. A link holds a secret that stands for nothing but one sign-in: the API of the
sandbox exchanges it for the session that the clerk's token would have got. Only the sandbox's API has this door.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ..deployment.workdir import SECRET_MODE

PATH = "/app/enter"
SECONDS = 1_800  # a link is good for
SECRET_BYTES = 16
LOOPBACK = frozenset({"127.0.0.1", "::1"})
SEE_OTHER, GONE, NO_SUCH_PAGE = 303, 410, 404
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
# A page instead of a redirect: the browser then goes on from a page of ours, and sends the new cookie along.
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>interlock</title>{refresh}</head>
<body><p>{says} <a href="/app/">{goes_on}</a></p></body></html>
"""
TEXTS = {
    "en": ("You are signed in.", "This link was used, or its time is over. Sign in with a token.", "To the workbench"),
    "zh": ("已登录。", "此链接已用过或已过期。请用令牌登录。", "进入工作台"),
}  # fmt: skip


class Links:
    """Links that were not used yet, by the hash of their secret, and the token that each stands for."""

    def __init__(
        self, tokens: Mapping[str, str], ends_at: float, clock: Callable[[], float]
    ) -> None:
        self._tokens, self._ends_at, self._clock = dict(tokens), ends_at, clock

    def take(self, secret: str) -> str | None:
        """The token of a link, once; None of one that is unknown, was used, or is over."""
        token = self._tokens.pop(_hashed(secret), None)
        return token if self._clock() < self._ends_at else None


def write(
    file: Path, tokens: Mapping[str, str], now: float, randomness: Callable[[int], bytes]
) -> dict[str, str]:
    """Makes a link for each name and writes what the API needs to know of them. Returns each name's path."""
    secrets = {
        name: base64.urlsafe_b64encode(randomness(SECRET_BYTES)).decode().rstrip("=")
        for name in tokens
    }
    kept = {_hashed(secret): tokens[name] for name, secret in secrets.items()}
    file.touch(mode=SECRET_MODE)
    file.write_text(json.dumps({"ends_at": now + SECONDS, "links": kept}), encoding="utf-8")
    return {name: f"{PATH}/{secret}" for name, secret in secrets.items()}


def read(file: Path, clock: Callable[[], float]) -> Links:
    """Takes the links out of their file, which is removed: they live in this process alone."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()
    return Links(found["links"], found["ends_at"], clock)


def open_door(app: FastAPI, links: Links) -> None:
    """Adds the door to the application, before its own pages."""

    async def enter(request: Request) -> Response:
        if request.client is None or request.client.host not in LOOPBACK:
            return Response(status_code=NO_SUCH_PAGE)
        token = links.take(str(request.path_params["secret"]))
        cookies = [] if token is None else await _signed_in(app, token)
        accepts = request.headers.get("accept-language", "").lower()
        lang = "zh" if accepts.startswith("zh") else "en"
        done, refused, goes_on = TEXTS[lang]
        refresh = '<meta http-equiv="refresh" content="0;url=/app/">' if cookies else ""
        says = html.escape(done if cookies else refused)
        page = PAGE.format(lang=lang, refresh=refresh, says=says, goes_on=html.escape(goes_on))
        answer = HTMLResponse(page, 200 if cookies else GONE, HEADERS)
        for cookie in cookies:
            answer.headers.append("set-cookie", cookie)
        return answer

    app.router.routes.insert(0, Route(f"{PATH}/{{secret}}", enter, methods=["GET"]))


async def _signed_in(app: FastAPI, token: str) -> list[str]:
    """What the workbench's own sign-in gives a browser with this token; nothing where it refuses."""
    here = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1")
    async with here:
        answer = await here.post(
            "/app/sign-in", data={"token": token}, headers={"Sec-Fetch-Site": "same-origin"}
        )
    return answer.headers.get_list("set-cookie") if answer.status_code == SEE_OTHER else []


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
