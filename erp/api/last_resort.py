"""Answers a request whose handling raised something unforeseen, so that the connection never just breaks."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from erp.api.problems import on_unknown


class LastResort:
    """Answers an unforeseen exception with 500, or 503 when the database was busy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on. Answers in its place when it raises before the response has started."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            return  # nobody is there to be answered, and nothing was done
        except Exception as error:
            if started:
                raise
            response = await on_unknown(Request(scope), error)
            await response(scope, receive, send)
