"""What a statement is made of, and what it is: lines and acts in, rows of cells out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from erp.statements.circle import Inside, Pots
from erp.statements.periods import Period

TOTAL, ELIMINATIONS = "total", "eliminations"  # columns beside those of the nodes


class ScopeKind(StrEnum):
    """What a statement is about (平台–链群–小微)."""

    PLATFORM = "platform"
    GROUP = "group"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Scope:
    """One platform, chain group or node."""

    kind: ScopeKind
    code: str


@dataclass(frozen=True, slots=True)
class BookedLine:
    """A line of the general ledger with its document. `credit_minor`: credits less debits."""

    entry: int
    position: int
    sequence: int
    document: str
    doc_type: str
    at: int
    entity: str
    account: str
    counterparty: str | None
    credit_minor: int
    of_service: bool = False  # of the sale of a service


class Deed(StrEnum):
    """What a user did, by the type of the document that shows it."""

    BOUGHT = "sales_delivery"
    REVIEWED = "review"


@dataclass(frozen=True, slots=True)
class UserAct:
    """A document that shows a user: a sale delivered to it, or a review of it."""

    document: str
    at: int
    deed: Deed
    entity: str
    customer: str
    weight_minor: int = 0
    score_bps: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What a line adds to a cell, minor units, in the sign of the cell."""

    line: BookedLine
    minor: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """A fraction, rounded down once, at the end."""

    numerator: int
    denominator: int

    @property
    def floor(self) -> int:
        """The whole part below it."""
        return self.numerator // self.denominator


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and all that it stands on: lines of the ledger, or acts of users. Value None: there is none to tell."""

    value: int | None
    parts: tuple[Part, ...] = ()
    acts: tuple[UserAct, ...] = ()
    ratio: Ratio | None = None

    @property
    def sources(self) -> int:
        """On how many lines or acts it stands."""
        return len(self.parts) + len(self.acts)


Grid = Mapping[tuple[str, str], Cell]  # by code of the row and column


@dataclass(frozen=True, slots=True)
class Books:
    """All that a statement reads, of all periods that it shows."""

    scope: Scope
    inside: Inside
    lines: tuple[BookedLine, ...]
    acts: tuple[UserAct, ...]
    pots: Pots = field(default_factory=Pots)
    partners: Mapping[int, frozenset[str]] = field(default_factory=dict)  # whom each entry names


@dataclass(frozen=True, slots=True)
class Torn:
    """A document that books the business of two members on one side, and by how much: income less cost, minor units."""

    document: str
    minor: int
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to one figure."""

    name: str
    name_zh: str
    one_way: int
    other_way: int

    @property
    def holds(self) -> bool:
        """True when both ways lead to the same."""
        return self.one_way == self.other_way


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell with the one of the period before."""

    cell: Cell
    before: int | None

    @property
    def change(self) -> int | None:
        """By how much it grew; None where one of both is not known."""
        value = self.cell.value
        return None if value is None or self.before is None else value - self.before


@dataclass(frozen=True, slots=True)
class Point:
    """One period of the trend."""

    period: Period
    users: int
    revenue_minor: int
    cost_minor: int
    value_minor: int
    per_user: Ratio | None


@dataclass(frozen=True, slots=True)
class Others:
    """Results beside the rows, minor units: in the books of who is no member, and on accounts that no row shows."""

    books_minor: int
    accounts_minor: int


@dataclass(frozen=True, slots=True)
class WinWin:
    """The whole statement. A column that is not the reader's is not in it."""

    scope: Scope
    name: str
    leader: str | None
    period: Period
    before: Period
    as_of: int  # unix seconds
    sequence: int  # of the newest document that was read
    columns: tuple[str, ...]  # nodes, the leader first
    cells: Mapping[tuple[str, str], ShownCell]
    trend: tuple[Point, ...] = ()
    checks: tuple[Check, ...] = ()
    torn: tuple[Torn, ...] = ()
    others: Others | None = None
    whole: bool = True  # every column is shown: sources of totals too may be told

    @property
    def errors(self) -> tuple[str, ...]:
        """What is wrong, in words: each check that fails and each document that is booked on one side."""
        failed = [
            f"{check.name}: {check.one_way} is not {check.other_way} minor units"
            for check in self.checks
            if not check.holds
        ]
        return (
            *failed,
            *(
                f"{torn.document} books {torn.minor} minor units between members on one side: {', '.join(torn.entities)}"
                for torn in self.torn
            ),
        )

    def cell(self, row: str, column: str = TOTAL) -> ShownCell | None:
        """A cell; None when it is none, or not the reader's."""
        return self.cells.get((row, column))

    def sources(self, row: str, column: str) -> Cell | None:
        """A cell whose sources the reader may be told: of its own columns, and of totals when it sees every column."""
        shown = self.cells.get((row, column))
        told = shown is not None and (self.whole or column in self.columns)
        return shown.cell if shown is not None and told else None

    def seen_by(self, nodes: frozenset[str] | None, *, total: bool) -> WinWin:
        """The statement with the columns of these nodes alone, None for all; without totals and checks unless `total`."""
        columns = tuple(c for c in self.columns if nodes is None or c in nodes)
        shown = {*columns, *((TOTAL, ELIMINATIONS) if total else ())}
        return replace(
            self,
            columns=columns,
            cells={key: cell for key, cell in self.cells.items() if key[1] in shown},
            trend=self.trend if total else (),
            checks=self.checks if total else (),
            torn=self.torn if nodes is None else (),
            others=self.others if total else None,
            whole=self.whole and nodes is None,
        )
