"""Who sends a request, whether its role allows the route, and the transaction the request runs in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, cast, get_args, get_origin

from fastapi import Depends, Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.api.access import Access
from erp.api.desk import Desk
from erp.api.doorkeeper import Doorkeeper
from erp.api.errors import (
    REVOKED,
    Forbidden,
    RepeatedParameter,
    Unauthenticated,
    UnknownParameter,
)
from erp.api.live.service import Live
from erp.api.principals import Principals
from erp.api.rates import Rates
from erp.api.settings import Limits
from erp.api.tokens import Principal, find_principal
from erp.api.witness import Witness
from erp.database import busy_is_retryable

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token made with `interlock erp token create`, which carries one role; or an access token that a client "
    "gets at `POST /oauth/token` (OAuth2 client credentials).",
)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What every request needs: the database, the desk, the time, the roles of routes, the witness, senders met, streams."""

    engine: Engine
    desk: Desk
    clock: Callable[[], int]  # unix seconds
    randomness: Callable[[int], bytes]
    platform: str
    access: Access
    witness: Witness | None = None
    limits: Limits = field(default_factory=Limits)
    door: Doorkeeper = field(default_factory=lambda: Doorkeeper(Limits(), time.monotonic))
    rates: Rates = field(default_factory=lambda: Rates(Limits(), time.monotonic))
    principals: Principals = field(default_factory=Principals)
    live: Live = field(default_factory=Live)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one snapshot, which queues behind no writer and is always rolled back."""
        with busy_is_retryable(), Session(reading_engine(self.engine)) as session:
            yield session


def reading_engine(engine: Engine) -> Engine:
    """The same engine, on which each transaction reads one snapshot."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(read_only=True)


async def context_of(request: Request) -> RequestContext:
    """The context of the application that received the request."""
    return cast("RequestContext", request.app.state.request_context)


ContextDep = Annotated[RequestContext, Depends(context_of)]


def look_up(context: RequestContext, token: str) -> Principal:
    """Whom the token stands for just now, by the database. Raises Unauthenticated when it does not stand."""
    with context.reading() as session:
        principal = find_principal(session, token, context.clock())
    if principal is None:
        context.principals.forget(token)
        raise Unauthenticated(REVOKED)
    context.principals.keep(token, principal)
    return principal


def check_role(request: Request, principal: Principal, context: RequestContext) -> None:
    """Raises Forbidden when the sender's role may not use this route."""
    allowed = context.access[(request.method, request.scope["route"].path)]
    if principal.role not in allowed:
        raise Forbidden(principal.role, sorted(allowed))


async def admitted(
    request: Request, _token: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
) -> Principal:
    """The sender, whom the route has admitted before it read the body (`erp.api.settled_routes`)."""
    return cast("Principal", request.state.principal)


Caller = Annotated[Principal, Depends(admitted)]


def refuse_unknown_parameters(request: Request) -> None:
    """Raises UnknownParameter when the query holds a name that the route does not take.

    Raises RepeatedParameter when it gives one twice that takes one value.
    """
    known = query_names(request.scope["route"].dependant)
    unknown = sorted(set(request.query_params) - known.keys())
    if unknown:
        raise UnknownParameter(unknown, sorted(known))
    for name in request.query_params:
        if not known[name] and len(request.query_params.getlist(name)) > 1:
            raise RepeatedParameter(name)


def query_names(dependant: Dependant) -> dict[str, bool]:
    """The query parameters that a route and its dependencies take, and whether each takes several values."""
    known = {one.alias: takes_several(one.field_info.annotation) for one in dependant.query_params}
    for part in dependant.dependencies:
        known |= query_names(part)
    return known


def takes_several(annotation: Any) -> bool:
    """Whether a parameter of this type is a list of values, or may be one."""
    return get_origin(annotation) is list or any(map(takes_several, get_args(annotation)))
