"""Reads of pages: the readers of the API, by the caller's role, their answers as the caller may see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from pydantic import BaseModel

from erp.api.access import Route
from erp.api.errors import Forbidden
from erp.api.request_context import RequestContext
from erp.api.shown import withhold
from erp.api.tokens import Principal
from erp.kernel.rows import Rows
from erp.parties.queries import party

P = ParamSpec("P")
A = TypeVar("A", bound=BaseModel)


class Reading:
    """What one caller may read."""

    def __init__(self, context: RequestContext, caller: Principal) -> None:
        self.context = context
        self.caller = caller

    def may(self, path: str) -> bool:
        """Whether the caller's role may use GET on a route's path."""
        return self.caller.role in self.context.access[_get(path)]

    def uses(self, routes: Sequence[Route]) -> bool:
        """Whether the caller's role may use one of these routes; True where none is named."""
        allowed = (self.context.access[route] for route in routes)
        return not routes or any(self.caller.role in roles for roles in allowed)

    def zone(self) -> str | None:
        """The time zone of the one party that the caller acts for; None when it is of no one party."""
        parties = self.caller.parties
        if parties is None or len(parties) != 1:
            return None
        with self.context.reading() as session:
            return party(Rows.of(session), next(iter(parties))).time_zone

    def account_of(self, code: str) -> str:
        """The account of a party; its code where it has none, to be refused as it is. Raises UnknownParty."""
        with self.context.reading() as session:
            return party(Rows.of(session), code).account or code

    def read(
        self, path: str, reader: Callable[P, A], /, *args: P.args, **parameters: P.kwargs
    ) -> A:
        """What the reader of a route answers to the caller. Raises Forbidden as the route would, and what it raises."""
        return self._answer(_get(path), reader, *args, **parameters)

    def ask(
        self, path: str, endpoint: Callable[P, A], /, *args: P.args, **parameters: P.kwargs
    ) -> A:
        """What a POST that writes nothing answers to the caller. Raises as `read` does."""
        return self._answer(("POST", path), endpoint, *args, **parameters)

    def _answer(
        self, route: Route, endpoint: Callable[P, A], /, *args: P.args, **parameters: P.kwargs
    ) -> A:
        allowed = self.context.access[route]
        if self.caller.role not in allowed:
            raise Forbidden(self.caller.role, sorted(allowed))
        return withhold(endpoint(*args, **parameters), self.caller)


def _get(path: str) -> Route:
    return "GET", path
