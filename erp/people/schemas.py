"""Commands about people. They carry no name: commands stay in the log for ever, and a name must be erasable."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from erp.attachments.schemas import Digest
from erp.kernel.schema import Code, Command, Number, Text
from erp.people.duties import Duty

MAX_NAME_BYTES = 512
LOGIN = r"^[a-z0-9][a-z0-9._-]{0,63}$"

PersonCode = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$",
        description="a staff number; it stays in the log for ever, so it tells nothing of the name",
    ),
]
Login = Annotated[
    str,
    Field(pattern=LOGIN, description="stays in the log for ever, so it tells nothing of the name"),
]


def without_doubles(duties: tuple[Duty, ...]) -> tuple[Duty, ...]:
    """The duties in the order of their names. Raises ValueError when one stands twice."""
    if len(set(duties)) != len(duties):
        raise ValueError("each duty is named once")
    return tuple(sorted(duties))


Duties = Annotated[
    tuple[Duty, ...], Field(min_length=1, max_length=len(Duty)), AfterValidator(without_doubles)
]


class RegisterPerson(Command):
    """Registers a human being (人员登记). The name stands in side data, by this digest; it becomes an attachment."""

    code: PersonCode
    login: Login
    name_bytes: Annotated[int, Field(gt=0, le=MAX_NAME_BYTES, strict=True)]
    name_digest: Digest


class EmployPerson(Command):
    """A person works for a party from now on, for these duties (任职). Tokens may be made for the roles they bring."""

    person: PersonCode
    party: Code
    duties: Duties


class EndEmployment(Command):
    """An employment ends now (离职), and with it all rights of the tokens that rest on it."""

    employment: Number
    reason: Text
