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


class TreasuryExists(Conflict):
    code = "treasury-exists"
    template = "{key} is the treasury already: the group has one. Register this party as internal."


class NoTreasury(NotFound):
    code = "no-treasury"
    template = "No {key} is registered, and settlement tokens are its debt. Register a party of the kind treasury first."


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
