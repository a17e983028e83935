"""What an audit looks at, gathered once: the chain's events read and proved anew, and the ERP's documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from bridge.capabilities import MAIN, REORGANISATION, TAKES_BACK, held_aggregate
from bridge.capabilities.model import ZERO_ACCOUNT, Reported, numbers_in
from bridge.commitments.documents import document_root
from bridge.events.base import Event, Logged
from bridge.ports.heirs import heirs
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Material:
    """What one audit compares: the events up to `block` and the documents up to `sequence`."""

    block: int
    sequence: int
    events: list[Logged]
    documents: list[Document]
    in_flight: frozenset[
        str
    ]  # numbers of documents that the chain is still to be told, by a call of theirs
    committed: Mapping[
        int, bytes
    ]  # roots as the bridge remembers them: believed where they fit an anchor
    told_types: frozenset[str]  # document types that only events make
    stream_id: str
    names: Mapping[str, str]  # address of each edition of each followed contract -> its name
    roles: Mapping[str, AccountRole]  # account code of the ledger -> role
    reported: int = 0  # sequence up to which the bridge has read the log
    by_hand: Mapping[str, str] = field(
        default_factory=dict
    )  # what an operator said that was done instead, by position of the event and key of the call

    @cached_property
    def standing(self) -> list[Document]:
        """The documents that stand for events and calls: not those that count no more, nor what voided them."""
        return [
            document
            for document in self.documents
            if document.voided_by is None and document.type != REORGANISATION
        ]

    @cached_property
    def roots(self) -> list[bytes]:
        """Commitment of each document, computed anew, in order."""
        return [document_root(document) for document in self.documents]

    @cached_property
    def number_by_ref(self) -> dict[str, str]:
        """Document number by commitment: of a voided one that of the document that says the same and stands."""
        instead = heirs(self.documents) if any(d.voided_by for d in self.documents) else {}
        return {
            "0x" + root.hex(): instead.get(document.number, document.number)
            for root, document in zip(self.roots, self.documents, strict=True)
        }

    def find_number(self, ref: str) -> str | None:
        """Number of the document that has a commitment."""
        return self.number_by_ref.get(ref)

    def instead(self, key: str) -> str:
        """What an operator wrote down about an event or call, to go behind what is told of it; nothing when none did."""
        return f"; {self.by_hand[key]}" if key in self.by_hand else ""

    def before(self, logged: Logged) -> Logged | None:
        """The event just before another in the same transaction; None when that log is not read."""
        return self._by_place.get((logged.tx_hash, logged.log_index - 1))

    @cached_property
    def _by_place(self) -> dict[tuple[str, int], Logged]:
        return {(logged.tx_hash, logged.log_index): logged for logged in self.events}

    @cached_property
    def held(self) -> dict[int, str]:
        """Aggregate whose payment waits while a document is disputed, by the document's sequence."""
        found = ((d.sequence, held_aggregate(d.fields)) for d in self.standing)
        return {sequence: aggregate for sequence, aggregate in found if aggregate is not None}

    def is_overtaken(self, document: Document) -> bool:
        """True when an event stands for the document, which was not reported itself and need not be any more."""
        asks = MAIN.get(document.type)
        reported = asks.reported if asks is not None else None
        if reported is None or not reported.overtaken_by:
            return False
        same = tuple(document.fields.get(name) for name in reported.same)
        return same in self._overtaking(reported) and document.number not in self._named(reported)

    def is_taken_back(self, document: Document) -> bool:
        """True when a later document has taken back what the document asks."""
        return (document.type, document.number) in self._taken_back

    @cached_property
    def _taken_back(self) -> frozenset[tuple[str, object]]:
        return frozenset(
            (kind, number)
            for document in self.standing
            for kind, _, names in TAKES_BACK.get(document.type, ())
            for number in numbers_in(document, names)
        )

    def _named(self, reported: Reported) -> frozenset[str | None]:
        """Numbers of the documents that an event has reported."""
        if reported not in self._known_named:
            self._known_named[reported] = frozenset(
                self.find_number(getattr(event, reported.ref))
                for _, event in self.each(reported.event)
            )
        return self._known_named[reported]

    @cached_property
    def _known_named(self) -> dict[Reported, frozenset[str | None]]:
        return {}

    def _overtaking(self, reported: Reported) -> frozenset[tuple[object, ...]]:
        """Values of `same` in the events that overtake."""
        if reported not in self._known_overtaking:
            found = frozenset(
                tuple(none_for_nobody(getattr(event, name)) for name in reported.same)
                for cls in reported.overtaken_by
                for _, event in self.each(cls)
            )
            self._known_overtaking[reported] = found
        return self._known_overtaking[reported]

    @cached_property
    def _known_overtaking(self) -> dict[Reported, frozenset[tuple[object, ...]]]:
        return {}

    def each(self, cls: type[E]) -> Iterator[tuple[Logged, E]]:
        """The events of one class, in the order of the chain."""
        for logged in self.events:
            if isinstance(logged.event, cls):
                yield logged, logged.event


def none_for_nobody(value: object) -> object:
    """A value of an event as documents tell it: account zero is nobody."""
    return None if value == ZERO_ACCOUNT else value
