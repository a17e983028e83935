"""Invariant 7: every document that asks for a call has it done, on its way, or given up by a person by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bridge.audit.material import Material
from bridge.audit.model import Findings, InvariantReport, Kind, Remark
from bridge.capabilities import CALLS
from bridge.capabilities.model import Asks
from bridge.errors import first_line
from bridge.intents import CALLS_MAX, STUCK_STATUSES, OutboxStatus
from bridge.ports.port import Document


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent as the outbox has it. `told`: its people were told that it was not done, and nobody here waits for it.

    `falsely`: what speaks against the word that the chain refuses the call, or does not need it. `unproved`: that it was
    mined is a node's word still. `baseless`: why it cannot be what it says, by what else the outbox has. `again`: the chain
    takes it now, and nothing waits to make it.
    """

    status: str
    reason: str
    told: bool = False
    falsely: str = ""
    unproved: bool = False
    baseless: str = ""
    again: bool = False


def check(material: Material, intents: Mapping[str, Intent]) -> InvariantReport:
    """Invariant 7: looks for calls that no row of the outbox stands for, and for those that wait for a person."""
    findings = Findings(7, "each call that a document asks for is done, on its way, or given up")
    for document, asks in _asked(material):
        row = f"document {document.number}"
        for keys in _keys(asks, document):
            found = next((intents[key] for key in keys if key in intents), None)
            if found is None:
                said = f"asks for {asks.contract}.{asks.function}, and nothing stands for {keys[0]}"
                findings.check(False, Kind.MISSING_ON_CHAIN, row, said)
                continue
            findings.check(
                not found.falsely or material.is_taken_back(document),
                Kind.MISSING_ON_CHAIN,
                row,
                f"{keys[0]} ended as {found.status} by a word that nothing proves ({found.reason}), and {found.falsely}",
            )
            findings.check(
                not found.baseless or material.is_taken_back(document),
                Kind.MISSING_ON_CHAIN,
                row,
                f"{keys[0]} {found.baseless}",
            )
            findings.check(
                found.told or found.status not in STUCK_STATUSES,
                Kind.MISSING_ON_CHAIN,
                row,
                f"{keys[0]} is {found.status} and waits for a person: {first_line(found.reason)}",
            )
    return findings.report()


def given_up(material: Material, intents: Mapping[str, Intent]) -> Iterator[Remark]:
    """What a person decided that it is never sent."""
    for document, asks in _asked(material):
        for keys in _keys(asks, document):
            for key in keys:
                found = intents.get(key)
                if found is not None and found.status == OutboxStatus.GIVEN_UP:
                    said = f"{key} was never sent: {first_line(found.reason)}"
                    yield Remark(document.number, f"{said}{material.instead(key)}")


def needed_again(material: Material, intents: Mapping[str, Intent]) -> Iterator[Remark]:
    """What was not needed, as its row says, and is made by nobody though the chain takes it now."""
    for document, asks in _asked(material):
        for keys in _keys(asks, document):
            found = next(((key, intents[key]) for key in keys if key in intents), None)
            if found is not None and found[1].again and not material.is_taken_back(document):
                said = f"{found[0]} ended as not needed: {first_line(found[1].reason)}"
                yield Remark(
                    document.number,
                    f"{said}; the chain takes it now, and nothing waits to make it",
                )


SETTLED_STATUSES = (OutboxStatus.CONFIRMED, OutboxStatus.MOOT, OutboxStatus.GIVEN_UP)


def is_settled(found: Intent | None) -> bool:
    """True when nothing more becomes of a call by itself; an intent that is not there may have another in its place."""
    return found is None or (found.status in SETTLED_STATUSES and not found.unproved)


def keys_asked(document: Document) -> Iterator[str]:
    """Keys of all calls that the bridge makes for a document."""
    for asks in CALLS.get(document.type, ()):
        if not asks.by_person and asks.is_asked(document):
            for keys in _keys(asks, document):
                yield from keys


def _asked(material: Material) -> Iterator[tuple[Document, Asks]]:
    """Documents that the bridge has read, with each kind of call that they ask of it."""
    for document in material.standing:
        if document.sequence > material.reported:
            return
        for asks in CALLS.get(document.type, ()):
            if not asks.by_person and asks.is_asked(document):
                yield document, asks


def _keys(asks: Asks, document: Document) -> Iterator[tuple[str, ...]]:
    """Keys of each call; beside it that under which all of a document's calls are refused together."""
    key = asks.key_of(document.number, document.type)
    if asks.each is None:
        yield (key,)
        return
    count = min(len(asks.each(document)), CALLS_MAX)
    yield from ((f"{key}:{place}", key) for place in range(1, count + 1))
