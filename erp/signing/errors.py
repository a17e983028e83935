"""What refuses acts and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownAct(NotFound):
    code = "unknown-act"
    template = "There is no act {key!r}; GET /acts lists those that can be asked for."


class UnknownActRequest(NotFound):
    code = "unknown-act-request"
    template = "No act was asked for under {key}."


class UnknownSigningRequest(NotFound):
    code = "unknown-signing-request"
    template = "There is no signing request {key}."


@dataclass(eq=False)
class ActMalformed(Rejected):
    """The fields are not those of the act."""

    act: str
    why: str
    code: ClassVar[str] = "act-malformed"
    template: ClassVar[str] = "These are not the fields of {act}: {why}."


@dataclass(eq=False)
class NotCapable(Rejected):
    """The party has not the capability that an act needs, or may take on nothing new."""

    party: str
    act: str
    needs: str
    code: ClassVar[str] = "not-capable"
    template: ClassVar[str] = "{act} needs a party that is {needs}; {party} is not."


@dataclass(eq=False)
class NotItsAct(Rejected):
    """An act that speaks for another account than its party's."""

    party: str
    act: str
    fields: str
    code: ClassVar[str] = "not-its-act"
    template: ClassVar[str] = (
        "{act} must name the settlement account of {party} in {fields}: nobody signs for another."
    )


@dataclass(eq=False)
class TooManyActs(Rejected):
    """The party has as many open acts as one may have."""

    party: str
    most: int
    code: ClassVar[str] = "too-many-acts"
    template: ClassVar[str] = (
        "{party} has {most} acts that are open, the most that one party may have: sign or withdraw some first."
    )


@dataclass(eq=False)
class AnsweredBefore(Conflict):
    """A signing request is answered once."""

    answer: str
    code: ClassVar[str] = "answered-before"
    template: ClassVar[str] = "{key} was answered by {answer}; it is answered once."


@dataclass(eq=False)
class SigningClosed(Rejected):
    """A signing request that nobody waits for any more."""

    request: str
    why: str
    code: ClassVar[str] = "signing-closed"
    template: ClassVar[str] = "{request} cannot be answered: {why}. Ask for the act again."


@dataclass(eq=False)
class WrongAnswer(Rejected):
    """An answer of another kind than was asked for."""

    request: str
    expected: str
    code: ClassVar[str] = "wrong-answer"
    template: ClassVar[str] = "{request} asks for {expected}."
