"""What a scenario is: its name, who takes part, how it is played; and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..acts.spans import Spans, Wait

if TYPE_CHECKING:
    from bridge.audit import AuditReport

    from .stage import Stage

BUYS, SUPPLIES, NODE, FINANCES = 1, 2, 8, 16  # capabilities of Participants
CAPITAL_PER_TOKEN = (
    2  # books of the house open with so much capital for each token that they are given
)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who takes part: code, name, capabilities, tokens at the start, and the contracts that may draw them.

    `house`: it keeps its books in the ERP, and `budget_minor` is what its finance has approved. Without any capability it is
    known in the ERP alone: an arbiter, whose code names its office.
    """

    code: str
    name: str
    capabilities: int
    tokens_minor: int
    draws: tuple[str, ...] = ()
    house: bool = False
    budget_minor: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story that can be played: `play` acts on a stage and tells its figures."""

    name: str
    title: str
    title_zh: str
    about: str
    cast: tuple[Party, ...]
    play: Callable[[Stage], None]
    waits: Callable[[Spans], Sequence[Wait]]  # what it waits for by the chain's clock
    item: Mapping[str, Any] | None = None  # policy of the item STEEL, where stock is bought
    sized: Callable[[int, int], Scenario] | None = (
        None  # the same of another scale and seed, where there are any
    )

    def seconds(self, spans: Spans) -> int:
        """How long it takes by the chain's clock, at least: its waits, one after the other."""
        return sum(wait.seconds for wait in self.waits(spans))


@dataclass(slots=True)
class Step:
    """One thing that somebody did, and what both sides made of it by themselves."""

    who: str
    what: str
    documents: list[str] = field(default_factory=list)  # numbers, in sequence
    transactions: list[str] = field(default_factory=list)  # hashes, in the order of the chain


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the play beside what it had to be: minor units, or a count."""

    name: str
    value: Any
    expected: Any

    @property
    def fits(self) -> bool:
        """Whether it is what it had to be."""
        return bool(self.value == self.expected)


@dataclass(frozen=True, slots=True)
class Played:
    """The end of a scenario."""

    scenario: Scenario
    seed: int
    figures: tuple[Figure, ...]
    steps: tuple[Step, ...]
    documents: dict[str, int]  # how many of each type
    waiting: tuple[str, ...]  # what the bridge could not do; empty when all is done
    audit: AuditReport
    kills: int
    seconds: float
    chain_seconds: int = 0  # by the chain's clock, from the first step to the last
    bets: list[dict[str, Any]] = field(default_factory=list)  # how each ended, as the books have it
    groups: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)  # of each group, row by row

    @property
    def mismatches(self) -> list[str]:
        """Each figure that is not what it had to be, in words."""
        return [
            f"{f.name}: is {f.value}, had to be {f.expected}" for f in self.figures if not f.fits
        ]

    @property
    def holds(self) -> bool:
        """The figures fit, nothing waits, and the audit holds."""
        return not self.mismatches and not self.waiting and self.audit.holds

    def as_json(self) -> dict[str, Any]:
        """The result as JSON values."""
        return {
            "scenario": self.scenario.name,
            "holds": self.holds,
            "seed": self.seed,
            "figures": {f.name: f.value for f in self.figures},
            "mismatches": self.mismatches,
            "steps": [
                {
                    "who": step.who,
                    "what": step.what,
                    "documents": step.documents,
                    "transactions": step.transactions,
                }
                for step in self.steps
            ],
            "bets": self.bets,
            "groups": self.groups,
            "statements": self.statements,
            "documents": self.documents,
            "waiting": list(self.waiting),
            "bridge_kills": self.kills,
            "audit": self.audit.as_json(),
            "seconds": round(self.seconds, 1),
            "chain_seconds": self.chain_seconds,
        }
