"""What the room of people refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownPerson(NotFound):
    code = "unknown-person"
    template = "No person {key!r} is registered. Register the person first, or correct the code."


class PersonExists(Conflict):
    code = "person-exists"
    template = "A person with the code or login {key!r} is already registered. Use another."


class UnknownEmployment(NotFound):
    code = "unknown-employment"
    template = "There is no employment {key}."


@dataclass(eq=False)
class AlreadyEmployed(Rejected):
    """A person has one employment at a party at a time."""

    person: str
    party: str
    employment: str
    code: ClassVar[str] = "already-employed"
    template: ClassVar[str] = (
        "{person} works for {party} already ({employment}). End that employment to change its duties."
    )


@dataclass(eq=False)
class NoDutyThere(Rejected):
    """A person of an outside partner speaks for it here, and does no duty of the house."""

    party: str
    duty: str
    allowed: str
    code: ClassVar[str] = "no-duty-there"
    template: ClassVar[str] = (
        "{party} is an outside partner: its people have no duty {duty} here. They may have: {allowed}."
    )


@dataclass(eq=False)
class ExclusiveDuties(Rejected):
    """Two duties that one person may not have at a time (不相容职务分离)."""

    person: str
    first: str
    second: str
    code: ClassVar[str] = "exclusive-duties"
    template: ClassVar[str] = (
        "{person} would have the duties {first} and {second}, which exclude each other. Give one to somebody else."
    )


@dataclass(eq=False)
class OwnEmployment(Rejected):
    """Nobody employs himself, nor ends his own employment."""

    person: str
    code: ClassVar[str] = "own-employment"
    template: ClassVar[str] = (
        "{person} does not decide about an employment of {person}. Somebody else of HR must."
    )
