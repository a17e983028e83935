"""Computes a report again from the documents that it lists, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from erp.kernel.log.model import Document
from erp.kernel.log.queries import by_number, by_sequences
from erp.performance.asked import Asked, Span
from erp.performance.errors import UnknownReport
from erp.performance.metrics import METRICS, VALUE

REPORTS = frozenset({"performance_report", "index_report", "value_report"})


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A metric of a report: what the report says, what its documents say, and how many they are."""

    metric: int
    name: str
    told: int  # to the contract
    counted: int | None  # None: a listed document is missing, or the metric is not known here
    documents: int

    @property
    def agrees(self) -> bool:
        """Whether both are the same number."""
        return self.told == self.counted


def recompute(session: Session, number: str) -> list[Recomputed]:
    """Each metric of a report, counted anew from its evidence. Raises UnknownReport."""
    report = by_number(session, number)
    if report is None or report.type not in REPORTS:
        raise UnknownReport(number)
    return again(session, report)


def again(session: Session, report: Document) -> list[Recomputed]:
    """The same of a report that was read already."""
    counted = report.fields["evidence"]["metrics"]
    return [
        _again(session, asked_by(report, told), told, value)
        for told, value in zip(counted, report.fields["values"], strict=True)
    ]


def asked_by(report: Document, told: Mapping[str, Any]) -> Asked:
    """What a report says that one of its metrics counts."""
    f = report.fields
    members = frozenset(told.get("members", ()))
    party = f.get("party")
    return Asked(
        Span(f["from"], f["until"]),
        frozenset({party}) if party is not None else members,
        f["chain_group"],
        members,
        frozenset(told.get("items", ())),
        f["pool_minor"] if told["code"] == VALUE else 0,
    )


def _again(session: Session, asked: Asked, told: Mapping[str, Any], value: int) -> Recomputed:
    code, sequences = told["code"], told["documents"]
    metric = METRICS.get(code)
    documents: list[Document] = by_sequences(session, sequences)
    whole = metric is not None and len(documents) == len(sequences)
    counted = metric.count(documents, asked) if metric is not None and whole else None
    name = metric.name if metric is not None else "not known here"
    return Recomputed(code, name, value, counted, len(sequences))
