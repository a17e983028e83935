"""Invariant 1: every milestone event has exactly one ERP document and every such document its event, with equal numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bridge.audit.material import Material
from bridge.audit.model import Findings, InvariantReport, Kind
from bridge.capabilities import HANDLERS, MAIN, OWN_TYPES, held_aggregate
from bridge.capabilities.model import EventContext
from bridge.errors import NotBookedYet, UnknownReference
from bridge.events.base import values_of
from bridge.ports.port import Document


def check(material: Material) -> InvariantReport:
    """Invariant 1: compares every booked event with its document, field by field, and looks for either without the other."""
    findings = Findings(1, "each milestone event has its one document, and each document its event")
    by_origin: dict[str, list[Document]] = {}
    for document in material.standing:
        if document.origin is not None:
            by_origin.setdefault(document.origin, []).append(document)
    _check_events(material, by_origin, findings)
    _check_origins(material, by_origin, findings)
    _check_reported(material, findings)
    return findings.report()


def _check_events(
    material: Material, by_origin: dict[str, list[Document]], findings: Findings
) -> None:
    context = EventContext(material.names, material.find_number, material.before)
    for logged in material.events:
        where = f"event {logged.name} at {logged.position}"
        aggregate = held_aggregate(values_of(logged.event))
        try:
            booking = HANDLERS[logged.name](logged, context)
        except UnknownReference as error:
            findings.check(False, Kind.TAMPERED, where, str(error), aggregate)
            continue
        except NotBookedYet as error:
            said = f"{error}{material.instead(logged.position)}"
            findings.check(False, Kind.MISSING_IN_ERP, where, said, aggregate)
            continue
        if booking is None:
            continue
        documents = by_origin.get(logged.origin, [])
        if not documents:
            said = f"no document was made for it{material.instead(logged.position)}"
            findings.check(False, Kind.MISSING_IN_ERP, where, said, aggregate)
            continue
        findings.check(
            len(documents) == 1,
            Kind.MISMATCH,
            where,
            f"has the documents {', '.join(d.number for d in documents)}",
            aggregate,
        )
        for name, expected in booking[1].items():
            actual = documents[0].fields.get(name)
            findings.check(
                _plain(actual) == _plain(expected),
                Kind.MISMATCH,
                f"document {documents[0].number}",
                f"{name} is {actual!r}, the chain says {expected!r}",
                aggregate,
            )


def _check_origins(
    material: Material, by_origin: dict[str, list[Document]], findings: Findings
) -> None:
    for document in material.standing:
        if document.type in material.told_types:
            findings.check(
                document.origin is not None,
                Kind.MISSING_ON_CHAIN,
                f"document {document.number}",
                f"a {document.type} comes of an event, and it names none",
                held_aggregate(document.fields),
            )
    asked = {(d.type, d.number) for d in material.standing}
    known = Counter(logged.origin for logged in material.events)
    for origin, documents in by_origin.items():
        for document in documents:
            own = OWN_TYPES.get(document.type)
            if own is not None:  # told by the bridge itself, of what a document asks
                field, kind = own
                number = document.fields[field]
                findings.check(
                    (kind, number) in asked and len(documents) == 1,
                    Kind.MISMATCH,
                    f"document {document.number}",
                    f"is told of {number}, which nobody asked for, or twice",
                )
                continue
            findings.check(
                known[origin] == 1,
                Kind.MISSING_ON_CHAIN,
                f"document {document.number}",
                f"names the event {origin}, which is not on the chain",
                held_aggregate(document.fields),
            )


def _check_reported(material: Material, findings: Findings) -> None:
    """Documents that must be on chain are named there by an event with their commitment."""
    reports = {kind: asks.reported for kind, asks in MAIN.items() if asks.reported is not None}
    named = {
        kind: {
            material.find_number(getattr(event, reported.ref))
            for _, event in material.each(reported.event)
        }
        for kind, reported in reports.items()
    }
    for document in material.standing:
        if document.type not in named or document.number in material.in_flight:
            continue
        if not MAIN[document.type].is_asked(document):
            continue
        if material.is_overtaken(document) or material.is_taken_back(document):
            continue
        findings.check(
            document.number in named[document.type],
            Kind.MISSING_ON_CHAIN,
            f"document {document.number}",
            "was not reported to the chain, or was changed after it was",
            held_aggregate(document.fields),
        )


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
