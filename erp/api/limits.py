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
    """Answers 413 to a body above its bound, declared or not, and never holds more than that in memory.

    The bound is `max_bytes`, or that of `larger` for the paths named there.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, larger: Mapping[str, int]) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        bound = max(self.max_bytes, self.larger.get(scope["path"], 0))
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isascii() and declared.isdigit() and int(declared) > bound:
            refusal = problem_response(Request(scope), BodyTooLarge(bound))
            await refusal(scope, receive, send)
            return
        await self.app(scope, self._counted(receive, bound), send)

    def _counted(self, receive: Receive, bound: int) -> Callable[[], Awaitable[Message]]:
        """Receives like `receive`, and raises HTTPException 413 when the sum passes the bound."""
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > bound:
                raise HTTPException(413, str(BodyTooLarge(bound)))
            return message

        return counted
