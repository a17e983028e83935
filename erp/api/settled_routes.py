"""Routes that settle who asks before anything of the body is read, and then read it strictly."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from erp.api.errors import ApiError, Unauthenticated
from erp.api.rates import address_of
from erp.api.request_context import (
    bearer,
    check_role,
    context_of,
    look_up,
    refuse_unknown_parameters,
)
from erp.api.strict_json import StrictRequest

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OpenRoute(APIRoute):
    """A route for anybody. A query parameter that it does not take is refused."""

    def get_route_handler(self) -> Handler:
        """The handler of FastAPI, behind the checks of this class."""
        answer = super().get_route_handler()

        async def strict(request: Request) -> Response:
            refuse_unknown_parameters(request)
            return await answer(StrictRequest(request.scope, request.receive))

        async def checked(request: Request) -> Response:
            return await self.settled(request, strict)

        return checked

    async def settled(self, request: Request, answer: Handler) -> Response:
        """The answer, for everybody."""
        return await answer(request)


class AdmittedRoute(OpenRoute):
    """A route for those whose token has one of its roles: strangers learn nothing, and nothing of theirs is parsed.

    Requests are counted: of a token by themselves, of strangers by their address (`erp.api.rates`).
    """

    believes = True  # whether a POST goes on by what was known of its token before

    async def settled(self, request: Request, answer: Handler) -> Response:
        """The answer, with the sender in `request.state.principal`. Raises Unauthenticated or Forbidden.

        A write of a sender known from before is not preceded by a look into the database: its own transaction looks
        whether the token still stands. What is refused before that comes to the desk is refused after a look.
        """
        credentials, context = await bearer(request), await context_of(request)
        if credentials is None:
            context.rates.of_stranger(address_of(request))
            raise Unauthenticated("this needs a token")
        token = credentials.credentials
        by_memory = self.believes and request.method == "POST"
        known = context.principals.known(token) if by_memory else None
        try:
            request.state.principal = known or await run_in_threadpool(look_up, context, token)
        except Unauthenticated:
            context.rates.of_stranger(address_of(request))
            raise
        context.rates.of_token(request.state.principal.token_id)
        try:
            check_role(request, request.state.principal, context)
            return await answer(request)
        except (RequestValidationError, HTTPException, ApiError):
            if known is not None:
                await run_in_threadpool(look_up, context, token)
            raise


class AskedRoute(AdmittedRoute):
    """A POST that writes nothing: no transaction of its own looks whether the token stands, so the route does."""

    believes = False
