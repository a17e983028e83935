"""What the rules of parties refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownParty(NotFound):
    code = "unknown-party"
    template = "No party {key!r} is registered. Register it first, or correct the code."


class UnknownAccount(NotFound):
    code = "unknown-account"
    template = (
        "No party has the settlement account {key}. Register the party with this account first."
    )


class PartyExists(Conflict):
    code = "party-exists"
    template = (
        "A party with code or account {key!r} is already registered. Use another code and account."
    )


@dataclass(eq=False)
class NotActive(Rejected):
    """The party may not take on new obligations in this office."""

    party: str
    office: str
    status: str
    code: ClassVar[str] = "party-not-active"
    template: ClassVar[str] = (
        "{party} cannot act as {office}: it is {status}. It must be enrolled as {office}."
    )


@dataclass(eq=False)
class OutsideBooks(Rejected):
    """An outside partner's books here mirror its deals alone; capital, stock and budget are its own affair."""

    party: str
    code: ClassVar[str] = "outside-books"
    template: ClassVar[str] = (
        "{party} is an outside partner and keeps its own books; this is booked for parties of the house alone."
    )


@dataclass(eq=False)
class NoTreasury(Rejected):
    """Somebody must owe what the settlement tokens stand for."""

    code: ClassVar[str] = "no-treasury"
    template: ClassVar[str] = (
        "No party of kind treasury is registered, so nobody owes the money behind settlement tokens. Register it first."
    )
