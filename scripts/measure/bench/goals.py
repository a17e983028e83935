"""The goals of the figures, and whether each is met. A missed goal is told and ends nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .figure import Figure

FLAT = 1.25  # a document may cost so many times what it cost at the start, and is still called flat

# A party of a large bet, or a poisoned event among many, may cost so many times one of few, and is still called linear.
LINEAR = 1.3


FLOOR = "its floor"


class Verdict(StrEnum):
    """Whether a goal is met."""

    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a figure: at least, or at most.

    `of` names the figure that the bound is a multiple of, if it is one; FLOOR: of its own floor.
    """

    bound: float
    at_least: bool = True
    of: str | None = None

    def limit(self, figure: Figure, figures: Mapping[str, Figure]) -> float | None:
        """The bound in the figure's own unit; None when what it is a multiple of was not measured."""
        if self.of is None:
            return self.bound
        if self.of == FLOOR:
            return None if figure.floor is None else self.bound * figure.floor
        other = figures.get(self.of)
        return None if other is None or other.ours is None else self.bound * other.ours


GOALS: Mapping[str, Goal] = {
    "in_sqlite": Goal(5_000),
    "in_postgresql": Goal(3_000),
    "out": Goal(0.9, of=FLOOR),
    "out_hardhat": Goal(0.9, of=FLOOR),
    "out_ibft": Goal(0.9, of=FLOOR),
    "out_clique": Goal(0.9, of=FLOOR),
    "ponder": Goal(2, of=FLOOR),
    "latency_ms": Goal(100, at_least=False),
    "api_single": Goal(100),
    "api_eight": Goal(1, of="api_single"),
    "api_single_postgresql": Goal(100),
    "api_eight_postgresql": Goal(1, of="api_single_postgresql"),
    "api_lists_sqlite": Goal(1_000),
    "api_lists_postgresql": Goal(700),
    "document_cost_growth": Goal(FLAT, at_least=False),
    "trial_balance_s": Goal(1, at_least=False),
    "demo_seconds": Goal(60, at_least=False),
    "curve": Goal(FLAT, at_least=False),
    "bet_128_parties": Goal(LINEAR, at_least=False),
    "poison_10000": Goal(LINEAR, at_least=False),
    "audit_of_the_new": Goal(FLAT, at_least=False),
    "page_documents_s": Goal(1, at_least=False),
    "page_order_s": Goal(0.6, at_least=False),
    "page_kib": Goal(60, at_least=False),
    "page_plot_kib": Goal(350, at_least=False),
    "live_100_pct": Goal(10, at_least=False),
    "help_s": Goal(0.4, at_least=False),
}


def judged(figures: Sequence[Figure], goals: Mapping[str, Goal] = GOALS) -> list[Figure]:
    """The figures, each goal and its verdict in the note of the figure that it bounds."""
    by_name = {figure.name: figure for figure in figures}
    return [_judged(figure, goals.get(figure.name), by_name) for figure in figures]


def _judged(figure: Figure, goal: Goal | None, by_name: Mapping[str, Figure]) -> Figure:
    limit = goal.limit(figure, by_name) if goal is not None else None
    if goal is None or limit is None or figure.ours is None:
        return figure
    within = figure.ours >= limit if goal.at_least else figure.ours <= limit
    verdict = Verdict.MET if within else Verdict.MISSED
    told = f"goal {'≥' if goal.at_least else '≤'} {limit:,.4g}: {verdict}"
    return replace(figure, note=f"{told}; {figure.note}" if figure.note else told)


def missed(figures: Sequence[Figure]) -> list[str]:
    """Names of the figures whose goal was judged as missed."""
    return [figure.name for figure in figures if f": {Verdict.MISSED}" in figure.note]
