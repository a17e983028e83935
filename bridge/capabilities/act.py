"""The form of an act of a person: what it is on chain, what it draws, and what its party signs for it (行为)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from bridge.capabilities.model import Asks, CallContext
from bridge.events.base import Event
from bridge.intents import Call
from bridge.ports.port import Document


class InAbi(NamedTuple):
    """An argument of a function that has a struct's type, or a member within it: `signed.terms`."""

    contract: str
    function: str
    path: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person signs as typed data (EIP-712) for others to bring to the chain."""

    contract: str
    version: str  # of what that contract has people sign
    number: int | None  # of what it is about: whose edition verifies it; None: the newest
    primary: str  # the struct's name
    # The struct as the ABI has it; or the name of each member with its type: of Solidity, or a struct of the ABI.
    members: InAbi | Sequence[tuple[str, str | InAbi]]
    message: Mapping[str, Any]


class Chain(Protocol):
    """What an act may ask of the chain. Both raise CallRefused when a view reverts."""

    def view(
        self, contract: str, function: str, *args: Any, number: int | None = None
    ) -> tuple[Any, ...]:
        """Reads a contract. `number`: of what it is about, where no argument says whose edition is asked."""

    def record(self, contract: str, function: str, args: Sequence[Any]) -> dict[str, Any]:
        """The struct that a view returns, by the names of its members."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Tokens that an act takes from the wallet of whom it is by: of just so many its contract needs the approval."""

    contract: str
    number: (
        str | None
    )  # the act's field with the number of the edition that draws; None: the newest
    amount: Callable[[Document, CallContext, Chain], int]  # minor units


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Asks):
    """An act of a person: a call of its own account, or a statement that it signs."""

    by_person: bool = True
    is_told: bool = True
    statement: Callable[[Document, CallContext], Statement] | None = None
    drawing: Drawing | None = None
    two_sided: bool = False  # a statement that two parties sign, each in an act of its own
    is_brought: bool = (
        True  # a statement that the keeper brings to the chain; False: its reader does
    )
    # Why it is none of this party's business, before anything is shown to it; None: it may be.
    objects: Callable[[Document, CallContext, Chain], str | None] | None = None
    # Place of the number among the indexed values of the event that is `published`, and the contract it is of, where that
    # is not the one that is called.
    published_at: int = 0
    published_by: str | None = None

    def calls(self, document: Document, context: CallContext) -> tuple[Call, ...]:
        """The one call, which the bridge does not sign; none when the document asks for another act."""
        return Asks.calls(self, flat(document), context)

    def published_in(self, document: Document) -> tuple[type[Event], str] | None:
        """Class and aggregate of the event whose values the act brings along."""
        return Asks.published_in(self, flat(document)) if self.is_asked(document) else None


def flat(document: Document) -> Document:
    """The document with the act's fields beside its own, and the bet that its papers are about where it names none."""
    papers = document.fields.get("papers") or {}
    about = {name: papers[name] for name in SUBJECTS if papers.get(name) is not None}
    return replace(document, fields={**about, **document.fields["fields"], **document.fields})


SUBJECTS = ("bet_id",)  # of papers: what an act is about that names the paper alone
