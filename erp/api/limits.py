"""The bound on what one request may carry, held while the body arrives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from erp.api.errors import BodyTooLarge
from erp.api.problems import problem_response


class BodyLimit:
    """Answers 413 to a body above `max_bytes`, declared or not, and never holds more than that in memory."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isascii() and declared.isdigit() and int(declared) > self.max_bytes:
            refusal = problem_response(Request(scope), BodyTooLarge(self.max_bytes))
            await refusal(scope, receive, send)
            return
        await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Callable[[], Awaitable[Message]]:
        """Receives like `receive`, and raises HTTPException 413 when the sum passes the bound."""
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > self.max_bytes:
                raise HTTPException(413, str(BodyTooLarge(self.max_bytes)))
            return message

        return counted
