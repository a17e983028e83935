"""The report of an audit: invariants, what each checked, and the differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from bridge.errors import Retryable

DIFFERENCES_MAX = 1_000  # named per invariant; more are counted


class RingMoves(Retryable):
    """The ring is at work: events wait to be booked, or documents came in meanwhile. Try again when it is quiet."""


class Suspicion(Exception):
    """What was noted by earlier audits is not what chain or books say now: everything has to be read again."""


class Kind(StrEnum):
    """In which way chain and ERP differ at one place."""

    MISSING_IN_ERP = "missing in ERP"
    MISSING_ON_CHAIN = "missing on chain"
    MISMATCH = "mismatch"
    TAMPERED = "tampered"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where chain and ERP differ: the class, the row to look at, and the aggregate it concerns, if any."""

    kind: Kind
    row: str  # what to look at: a document number, a table and key, an event's position
    detail: str
    aggregate: str | None = None  # order:7; its payment is held


@dataclass(frozen=True, slots=True)
class Remark:
    """What is right in the books and yet asks for a person: a document, and what is missing beside it."""

    row: str  # number of the document, or an aggregate such as `order:7`
    detail: str


@dataclass(frozen=True, slots=True)
class InvariantReport:
    """The result of one invariant: how many comparisons were made, and the differences."""

    id: int
    name: str
    checked: int  # things compared
    differences: tuple[Difference, ...]
    found: int  # differences in all; more than are named when there are very many

    @property
    def holds(self) -> bool:
        """True when nothing differs."""
        return self.found == 0


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The results of all invariants, as of one block and one sequence of the document log."""

    block: int  # last block that the bridge had read
    head: int  # newest final block of the chain
    sequence: int
    invariants: tuple[InvariantReport, ...]
    remarks: tuple[
        Remark, ...
    ] = ()  # papers missing or too late, what has no budget, acts not shown, calls made by nobody
    since: int | None = (
        None  # block after which it looked, at what is new and in turn; None: at everything
    )
    why: str = ""  # it looked at everything although a notebook was there
    mark: str = ""  # by which the notebook that it left is known again; empty: it left none

    @property
    def holds(self) -> bool:
        """True when every invariant holds."""
        return all(invariant.holds for invariant in self.invariants)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON-ready data."""
        return {
            "holds": self.holds,
            "block": self.block,
            "head": self.head,
            "sequence": self.sequence,
            "since": self.since,
            "why": self.why,
            "invariants": [
                {
                    "id": i.id,
                    "name": i.name,
                    "holds": i.holds,
                    "checked": i.checked,
                    "found": i.found,
                    "differences": [asdict(d) for d in i.differences],
                }
                for i in self.invariants
            ],
            "remarks": [asdict(remark) for remark in self.remarks[:DIFFERENCES_MAX]],
        }


def joined(reports: Sequence[InvariantReport]) -> InvariantReport:
    """One report of an invariant that was looked at part by part."""
    named = tuple(islice((d for each in reports for d in each.differences), DIFFERENCES_MAX))
    checked, found = (sum(getattr(r, name) for r in reports) for name in ("checked", "found"))
    return InvariantReport(reports[0].id, reports[0].name, checked, named, found)


class Findings:
    """Collects what one invariant checks."""

    def __init__(self, id_: int, name: str) -> None:
        self._id = id_
        self._name = name
        self._checked = 0
        self._found = 0
        self._differences: list[Difference] = []

    def check(
        self, holds: bool, kind: Kind, row: str, detail: str, aggregate: str | None = None
    ) -> None:
        """Counts one comparison and names the difference when it fails."""
        self._checked += 1
        if not holds:
            self._found += 1
            if len(self._differences) < DIFFERENCES_MAX:
                self._differences.append(Difference(kind, row, detail, aggregate))

    def report(self) -> InvariantReport:
        """The result of the invariant, from all that was counted."""
        return InvariantReport(
            self._id, self._name, self._checked, tuple(self._differences), self._found
        )
