"""The desk where a request is received.

Whose it is, whether the role allows it, and the transaction it runs in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.api.errors import Forbidden, Unauthenticated
from erp.api.roles import roles_for
from erp.api.tokens import Principal, find_principal
from erp.database import busy_is_retryable, transaction

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token made with `interlock erp token create`. It carries one role.",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every request needs of the world."""

    engine: Engine
    clock: Callable[[], int]
    randomness: Callable[[int], bytes]
    platform: str

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one snapshot, which queues behind no writer and is always rolled back."""
        with busy_is_retryable(), Session(reading_engine(self.engine)) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session of one transaction.

        Committed when the block ends, rolled back when it raises.
        """
        with transaction(self.engine) as session:
            yield session


def reading_engine(engine: Engine) -> Engine:
    """The same engine, on which each transaction reads one snapshot."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(read_only=True)


def desk_of(request: Request) -> Desk:
    """The desk of the application that received the request."""
    return cast("Desk", request.app.state.desk)


def admit(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    desk: Annotated[Desk, Depends(desk_of)],
) -> Principal:
    """Who is asking, allowed to ask this. Raises Unauthenticated, Forbidden."""
    if credentials is None:
        raise Unauthenticated("this needs a token")
    with desk.reading() as session:
        principal = find_principal(session, credentials.credentials)
    if principal is None:
        raise Unauthenticated("the token is unknown or was revoked")
    allowed = roles_for(request.method, request.scope["route"].path)
    if principal.role not in allowed:
        raise Forbidden(principal.role, sorted(allowed))
    return principal


AtDesk = Annotated[Desk, Depends(desk_of)]
Caller = Annotated[Principal, Depends(admit)]
