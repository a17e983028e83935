"""Who sends a request, whether its role allows the route, and the transaction the request runs in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.api.access import Access
from erp.api.desk import Desk
from erp.api.errors import REVOKED, Forbidden, Unauthenticated, UnknownParameter
from erp.api.principals import Principals
from erp.api.tokens import Principal, find_principal
from erp.api.witness import Witness
from erp.database import busy_is_retryable

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token made with `interlock erp token create`. It carries one role.",
)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What every request needs: the database, the desk, the time, the roles of routes, who saw the chain, senders met."""

    engine: Engine
    desk: Desk
    clock: Callable[[], int]  # unix seconds
    randomness: Callable[[int], bytes]
    platform: str
    access: Access
    witness: Witness | None = None
    principals: Principals = field(default_factory=Principals)

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
    """Whom the token stands for just now, by the database. Raises Unauthenticated when it is unknown or revoked."""
    with context.reading() as session:
        principal = find_principal(session, token)
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
    """Raises UnknownParameter when the query holds a name that the route does not take."""
    known = query_names(request.scope["route"].dependant)
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise UnknownParameter(unknown, sorted(known))


def query_names(dependant: Dependant) -> set[str]:
    """The names of the query parameters that a route and its dependencies take."""
    own = {field.alias for field in dependant.query_params}
    return own.union(*(query_names(part) for part in dependant.dependencies))
