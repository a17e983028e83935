"""Grades of credit (信用等级), as `CreditRegistry.gradeMark` draws them. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """What a grade asks for: a score, and so many times a newcomer's value of outcomes that have not faded."""

    grade: str
    least_bps: int
    newcomers: int  # of a newcomer's value; 0: none is asked for


LADDER = (  # the best first
    Mark("AAA", 9_500, 8),
    Mark("AA", 9_000, 4),
    Mark("A", 8_000, 2),
    Mark("BBB", 7_000, 1),
    Mark("BB", 6_000, 0),
    Mark("B", 5_000, 0),
    Mark("C", 3_500, 0),
    Mark("D", 0, 0),
)


def grade_by(score_bps: int) -> Mark:
    """The best grade whose score is reached. Whether its value is reached, too, the registry alone knows: values fade."""
    return next(mark for mark in LADDER if score_bps >= mark.least_bps)


def next_after(mark: Mark) -> Mark | None:
    """The grade above; None above the best."""
    place = LADDER.index(mark)
    return None if place == 0 else LADDER[place - 1]
