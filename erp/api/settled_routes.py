"""Routes that settle who asks before anything of the body is read, and then read it strictly."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from erp.api.request_context import admit, bearer, context_of, refuse_unknown_parameters
from erp.api.strict_json import StrictRequest

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OpenRoute(APIRoute):
    """A route for anybody. A query parameter that it does not take is refused."""

    def get_route_handler(self) -> Handler:
        """The handler of FastAPI, behind the checks of this class."""
        answer = super().get_route_handler()

        async def checked(request: Request) -> Response:
            await self.settle(request)
            refuse_unknown_parameters(request)
            return await answer(StrictRequest(request.scope, request.receive))

        return checked

    async def settle(self, request: Request) -> None:
        """Lets everybody pass."""


class AdmittedRoute(OpenRoute):
    """A route for those whose token has one of its roles: strangers learn nothing, and nothing of theirs is parsed."""

    async def settle(self, request: Request) -> None:
        """Keeps the sender in `request.state.principal`. Raises Unauthenticated or Forbidden."""
        credentials = await bearer(request)
        context = context_of(request)
        request.state.principal = await run_in_threadpool(admit, request, credentials, context)
