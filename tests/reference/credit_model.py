"""What CreditRegistry says, computed from its events and their times alone, in integers.

Written from the prose of ICreditRegistry, not from its code: a reader who knows this file and the logs knows every score.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BPS = 10_000
DAY = 86_400
HALF_LIFE_DAYS = 365
MAX_VALUE = 2**56 - 1
EVIDENCE = 10**9

COMPONENTS = ("delivery", "quality", "bets", "peers", "users")
WEIGHTS = {"delivery": 30, "quality": 30, "bets": 20, "peers": 10, "users": 10}
ALWAYS = ("delivery", "quality")

GRADES = ("D", "C", "B", "BB", "BBB", "A", "AA", "AAA")
# Least score, and least value of deliveries and bets in newcomer's values.
MARKS = {
    "AAA": (9_500, 8),
    "AA": (9_000, 4),
    "A": (8_000, 2),
    "BBB": (7_000, 1),
    "BB": (6_000, 0),
    "B": (5_000, 0),
    "C": (3_500, 0),
    "D": (0, 0),
}


def day_weight(day: int) -> int:
    """Weight of a day: doubles every half-life, a straight line in between."""
    return 2 ** (day // HALF_LIFE_DAYS) * (HALF_LIFE_DAYS + day % HALF_LIFE_DAYS)


def kept(amount: int, start: int, end: int) -> int:
    """What an amount of day `start` counts on day `end`, rounded down."""
    return amount * day_weight(start) // day_weight(end)


def delivery_outcome(days_late: int) -> int:
    """Two per cent less for each day late."""
    return max(0, BPS - 200 * days_late)


def quality_outcome(accepted: int, received: int) -> int:
    """The share that passed, rounded down."""
    return BPS * accepted // received


@dataclass(frozen=True, slots=True)
class Sums:
    """One component of one account, as of a day."""

    value: int = 0
    weighted: int = 0
    day: int = 0
    outcomes: int = 0

    def on(self, day: int) -> Sums:
        """The same, faded: a weighted sum is never above the whole of its value."""
        value = kept(self.value, self.day, day)
        weighted = min(kept(self.weighted, self.day, day), BPS * value)
        return Sums(value, weighted, day, self.outcomes)

    def plus(self, value: int, outcome_bps: int) -> Sums:
        """One outcome more; what does not fit is forgotten from the old."""
        counted = min(value, MAX_VALUE)
        left = min(self.value, MAX_VALUE - counted)
        weighted = self.weighted * left // self.value if self.value else 0
        return Sums(left + counted, weighted + counted * outcome_bps, self.day, self.outcomes + 1)


@dataclass(slots=True)
class Account:
    """Credit of one account, from its events in order."""

    newcomer_bps: int
    newcomer_value: int
    sums: dict[str, Sums] = field(default_factory=lambda: dict.fromkeys(COMPONENTS, Sums()))
    awaits_carry_over: bool = False  # what is told is still the predecessor's word

    def credit_recorded(self, time: int, value: int, delivery_bps: int, quality_bps: int) -> int:
        """Event CreditRecorded; returns the score that it must carry."""
        self._carry_over(time)
        self._add("delivery", time, value, delivery_bps)
        self._add("quality", time, value, quality_bps)
        return self.score(time)

    def component_recorded(self, time: int, component: str, value: int, outcome_bps: int) -> int:
        """Event ComponentRecorded; returns the score that it must carry."""
        self._carry_over(time)
        self._add(component, time, value, outcome_bps)
        return self.score(time)

    def succeeded(self, newcomer_bps: int, newcomer_value: int) -> None:
        """A registry with a prior of its own follows; it carries the sums over with the first outcome that it counts."""
        self.newcomer_bps, self.newcomer_value = newcomer_bps, newcomer_value
        self.awaits_carry_over = True

    def score(self, time: int) -> int:
        """Delivery and quality with all their weight, the others as far as there is evidence."""
        total = weight = 0
        for component, sums in self.today(time).items():
            share = WEIGHTS[component]
            if component in ALWAYS:
                total += share * EVIDENCE * self._average(sums)
                weight += share * EVIDENCE
            else:
                whole = sums.value + self.newcomer_value
                total += share * (sums.weighted * EVIDENCE // whole)
                weight += share * -(-sums.value * EVIDENCE // whole)
        return total // weight

    def grade(self, time: int) -> str:
        """The best grade whose marks are reached."""
        today, score = self.today(time), self.score(time)
        shown = today["delivery"].value + today["bets"].value
        return next(
            name
            for name, (least, values) in MARKS.items()
            if score >= least and shown >= values * self.newcomer_value
        )

    def today(self, time: int) -> dict[str, Sums]:
        """All sums as they count at a time."""
        return {component: sums.on(time // DAY) for component, sums in self.sums.items()}

    def _carry_over(self, time: int) -> None:
        """Events CreditCarriedOver: all sums as of the day of the first outcome, once."""
        if self.awaits_carry_over:
            self.sums, self.awaits_carry_over = self.today(time), False

    def _add(self, component: str, time: int, value: int, outcome_bps: int) -> None:
        self.sums[component] = self.sums[component].on(time // DAY).plus(value, outcome_bps)

    def _average(self, sums: Sums) -> int:
        prior = self.newcomer_bps * self.newcomer_value
        return (sums.weighted + prior) // (sums.value + self.newcomer_value)
