"""The bound on what one request may carry, held while the body arrives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from erp.api.errors import BodyTooLarge
from erp.api.problems import problem_response


class BodyLimit:
    """Answers 413 to a body above the bound, declared or not, and never holds more than that in memory.

    The bound is `max_bytes`, or that of the path in `of_paths`.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, of_paths: Mapping[str, int]) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.of_paths = of_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        max_bytes = self.of_paths.get(scope["path"], self.max_bytes)
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isascii() and declared.isdigit() and int(declared) > max_bytes:
            refusal = problem_response(Request(scope), BodyTooLarge(max_bytes))
            await refusal(scope, receive, send)
            return
        await self.app(scope, counted(receive, max_bytes), send)


def counted(receive: Receive, max_bytes: int) -> Callable[[], Awaitable[Message]]:
    """Receives like `receive`, and raises HTTPException 413 when the sum passes the bound."""
    total = 0

    async def count() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > max_bytes:
            raise HTTPException(413, str(BodyTooLarge(max_bytes)))
        return message

    return count
