"""What the API itself refuses, before any operation is asked.

    ApiError
    ├── Unauthenticated      401  no token, an unknown one, or a revoked one
    ├── Forbidden            403  the token's role may not do this
    │   └── ForbiddenCommand          ... nor one command of a list
    ├── BodyTooLarge         413
    ├── Slowed               429  comes too often
    │   ├── TooManyAttempts           ... failed to sign in, by this name or from this address
    │   ├── TooManyRequests           ... with this token or from this address
    │   └── TooMany                   ... or asks for more at once than one token or this service bears
    ├── KeyReused            422  the idempotency key stands for another request
    ├── NotRelayed           422  a call to the chain that is not handed on
    ├── UnknownParameter     422  a query parameter that the route does not take
    ├── RepeatedParameter    422  a query parameter that is given twice where one is taken
    ├── UnreadableQuery      422  query parameters that do not go together
    └── TextNotStorable      422  a NUL character, which no database column holds

Each has a `code` (the last part of the problem's type), a `status`, and its facts as attributes.
"""

from __future__ import annotations

from typing import ClassVar

from erp.api.nearest import nearest

REVOKED = "the token is unknown, was revoked, is over, or the employment that it rests on has ended"


class ApiError(Exception):
    """A request was refused at the door."""

    code: ClassVar[str] = "api-error"
    status: ClassVar[int] = 400


class Unauthenticated(ApiError):
    """The request carries no token, an unknown one or a revoked one."""

    code = "unauthenticated"
    status = 401

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; send the header 'Authorization: Bearer <token>'")


class Forbidden(ApiError):
    """The token is valid, but its role may not use this route."""

    code = "forbidden"
    status = 403

    def __init__(self, role: str, roles_needed: list[str]) -> None:
        needed = " or ".join(roles_needed)
        super().__init__(f"this needs a token with the role {needed}; yours has the role {role}")
        self.role = role
        self.roles_needed = roles_needed


class ForbiddenCommand(Forbidden):
    """One command of a list is not for the token's role; nothing of the list is tried."""

    def __init__(self, role: str, roles_needed: list[str], index: int, command: str) -> None:
        super().__init__(role, roles_needed)
        self.index = index
        self.command = command

    def __str__(self) -> str:
        return f"command {self.index}, {self.command}: {super().__str__()}"


class BodyTooLarge(ApiError):
    """A request body above the bound, refused before it is read to its end."""

    code = "body-too-large"
    status = 413

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"the request body is larger than {max_bytes} bytes")
        self.max_bytes = max_bytes


class KeyReused(ApiError):
    """An idempotency key came again with another body or on another route."""

    code = "idempotency-key-reused"
    status = 422

    def __init__(self, idempotency_key: str) -> None:
        super().__init__(
            f"Idempotency-Key {idempotency_key!r} was already used by this token for another "
            "request; repeat that request unchanged, or send this one with a new key"
        )
        self.idempotency_key = idempotency_key


class UnknownParameter(ApiError):
    """The query holds a name that the route does not take: a misspelt filter must not be taken for none."""

    code = "unknown-parameter"
    status = 422

    def __init__(self, parameters: list[str], known: list[str]) -> None:
        names = ", ".join(repr(name) for name in parameters)
        takes = ", ".join(known) or "no parameters"
        found = {name: nearest(name, known) for name in parameters}
        self.nearest = {name: near for name, near in found.items() if near is not None}
        meant = "".join(
            f"; did you mean {near!r}?" for near in dict.fromkeys(self.nearest.values())
        )
        super().__init__(f"unknown query parameter {names}{meant}; this route takes {takes}")
        self.parameters = parameters
        self.known = known


class RepeatedParameter(ApiError):
    """A query gives a parameter twice that takes one value: neither is to be left out silently."""

    code = "repeated-parameter"
    status = 422

    def __init__(self, parameter: str) -> None:
        super().__init__(f"{parameter!r} is given more than once; this route takes one value of it")
        self.parameter = parameter


class TextNotStorable(ApiError):
    """A text holds a character that a database text column cannot hold."""

    code = "text-not-storable"
    status = 422

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} holds a NUL character; send plain text")
        self.field = field


class UnreadableQuery(ApiError):
    """Query parameters that are each well, and together name nothing: two things at once, or a period that is none."""

    code = "unreadable-query"
    status = 422


class Slowed(ApiError):
    """Comes too often, and is told in how many seconds to come again."""

    status = 429
    retry_after: int


class TooManyRequests(Slowed):
    """More requests than its share; nothing of this one was read."""

    code = "too-many-requests"

    def __init__(self, whose: str, retry_after: int) -> None:
        super().__init__(f"too many requests {whose}; send the same again in {retry_after} seconds")
        self.retry_after = retry_after


class TooManyAttempts(Slowed):
    """Who failed too often has to wait; whether the name is anybody's is not told."""

    code = "too-many-attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            f"too many attempts by this name or from this address; try again in {retry_after} seconds"
        )
        self.retry_after = retry_after


class TooMany(Slowed):
    """More at once, or in a second, than one token or this service bears."""

    code = "too-many"
    retry_after = 1

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; try again in a moment")


class NotRelayed(ApiError):
    """A call to the chain that is not handed on to a node."""

    code = "not-relayed"
    status = 422
