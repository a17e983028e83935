"""The methods of a path: OPTIONS lists them, a wrong one is told the right ones, HEAD is GET without its body.

The framework knows the methods of a route; where two routes share a path it would name those of one alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from re import Pattern

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from erp.api.access import Route
from erp.api.problems import http_problem


class Methods:
    """Answers OPTIONS and wrong methods, and turns HEAD into GET, for the paths of `routes`."""

    def __init__(self, app: ASGIApp, routes: Iterable[Route]) -> None:
        self.app = app
        by_path: dict[str, set[str]] = {}
        for method, path in routes:
            also = {"HEAD"} if method == "GET" else set()
            by_path.setdefault(path, {"OPTIONS"}).update({method, *also})
        self.paths: list[tuple[Pattern[str], list[str]]] = [
            (compile_path(path)[0], sorted(methods)) for path, methods in by_path.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method, known = scope["method"], self.known(scope["path"])
        allow = {"Allow": ", ".join(known)}
        if known and method == "OPTIONS":
            await Response(status_code=HTTPStatus.NO_CONTENT, headers=allow)(scope, receive, send)
        elif known and method not in known:
            status = HTTPStatus.METHOD_NOT_ALLOWED
            refusal = http_problem(Request(scope), status, status.phrase, allow)
            await refusal(scope, receive, send)
        elif method == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, without_body(send))
        else:
            await self.app(scope, receive, send)

    def known(self, path: str) -> list[str]:
        """The methods of all routes with this path; none when there is no such path."""
        return next((methods for pattern, methods in self.paths if pattern.match(path)), [])


def without_body(send: Send) -> Send:
    """Sends the head of a response as it is, and its body empty."""

    async def bare(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return bare
