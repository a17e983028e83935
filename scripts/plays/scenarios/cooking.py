"""The kitchen of smart-cooking: roles and candidates, drawn or as told in the design, and how members rate each other."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from ..acts.groups import LEADER, Group, role_terms
from .bet_model import BPS
from .stage import Stage

MOST_ROLES = 32  # of a group
# Role, pay in minor units, share of the bet, attainment, progress: as the design tells the story.
TOLD = (
    ("OVEN", 300_000, 2_000, 12_000, 10_000),
    ("FOOD", 200_000, 1_500, 10_000, 10_000),
    ("APP", 150_000, 1_200, 15_000, 10_000),
    ("RECIPE", 120_000, 1_000, 10_000, 10_000),
    ("DESIGN", 100_000, 900, 9_000, 9_000),
    ("PLANT", 90_000, 800, 10_000, 10_000),
    ("LOGI", 80_000, 700, 10_000, 10_000),
    ("INSTALL", 70_000, 600, 11_000, 10_000),
    ("SERVICE", 60_000, 500, 10_000, 10_000),
    ("SHOP", 50_000, 500, 20_000, 10_000),
    ("DATA", 30_000, 300, 10_000, 10_000),
)
SHORT = "DESIGN"  # it falls short in every draw
POOL, VALUE = 500_000, 333_333
CANDIDATES = 25
SELECTED = 3  # roles whose holders the leader names
FLOOR = 500_000  # of a pledge
LOW, HIGH = 2_000, 9_000  # what members say of who fell short, and of the others


@dataclass(frozen=True, slots=True)
class Role:
    """A role and what comes of it: amounts in minor units, rates in basis points."""

    role_id: int
    name: str
    pay: int
    share_bps: int
    reached_bps: int
    progress_bps: int
    holder: str

    @property
    def terms(self) -> dict[str, Any]:
        """What the leader publishes of it."""
        return role_terms(self.pay, floor=FLOOR)

    @property
    def earned(self) -> int:
        """What its holder is paid."""
        return self.pay * self.progress_bps // BPS


@dataclass(frozen=True, slots=True)
class Draw:
    """A size of the story: its roles, who stands for which with what pledge, the pool and the value added."""

    scale: int
    seed: int
    roles: tuple[Role, ...]
    grabs: tuple[tuple[str, int, int], ...]  # who, role, pledge: in their order
    pool: int
    value: int

    @property
    def budget(self) -> int:
        """The pay of all roles."""
        return sum(role.pay for role in self.roles)

    @property
    def tokens(self) -> int:
        """What the leader has at the beginning: enough for this group, the bet, and a second group."""
        return 2 * (self.budget + self.pool)

    @property
    def target(self) -> int:
        """What the pledges of all holders come to at least."""
        return FLOOR * len(self.roles)

    @property
    def candidates(self) -> tuple[str, ...]:
        """Everybody who stands for a role."""
        return tuple(who for who, _, _ in self.grabs)

    @property
    def short(self) -> Role:
        """The role whose holder falls short."""
        return next(role for role in self.roles if role.name == SHORT)

    @property
    def selected(self) -> tuple[Role, ...]:
        """The roles whose holders the leader names: those that the rule would seat, too."""
        return self.roles[:SELECTED]

    @property
    def rival(self) -> str:
        """A member that kept what it promised."""
        return self.roles[0].holder


def draw(scale: int, seed: int) -> Draw:
    """The story as it is told at scale 1 and seed 1; otherwise everything but who falls short is drawn."""
    drawn = Random(seed)  # noqa: S311 - a draw that can be drawn again guards nothing
    if (scale, seed) == (1, 1):
        rows, pool, value, candidates = TOLD, POOL, VALUE, CANDIDATES
    else:
        rows, pool, value = _rows(drawn, min(len(TOLD) * scale, MOST_ROLES))
        candidates = CANDIDATES * scale
    grabs, holders = _grabs(drawn, rows, candidates)
    roles = tuple(Role(place, *row, holders[place]) for place, row in enumerate(rows, start=1))
    return Draw(scale, seed, roles, grabs, pool, value)


def _rows(drawn: Random, count: int) -> tuple[tuple[tuple[str, int, int, int, int], ...], int, int]:
    """So many roles with pay, share, attainment and progress; pool and value added."""
    cuts = sorted(drawn.sample(range(1, BPS), count - 1))
    shares = [after - before for before, after in zip([0, *cuts], [*cuts, BPS], strict=True)]
    rows = []
    for place, share in enumerate(shares):
        base = TOLD[place % len(TOLD)][0]
        name = base if place < len(TOLD) else f"{base}{place // len(TOLD) + 1}"
        low, high = (8_000, 9_400) if name == SHORT else (BPS, 2 * BPS)
        progress = drawn.randrange(5_000, BPS + 1)
        rows.append((name, drawn.randrange(1, 400_000), share, drawn.randint(low, high), progress))
    pool = drawn.randrange(1, 2_000_000)
    return tuple(rows), pool, drawn.randint(0, pool)


def _grabs(
    drawn: Random, rows: tuple[tuple[str, int, int, int, int], ...], count: int
) -> tuple[tuple[tuple[str, int, int], ...], dict[int, str]]:
    """Who grabs which role with what pledge, and who holds each: of newcomers the highest pledge, of equals the first."""
    short = next(place for place, row in enumerate(rows, start=1) if row[0] == SHORT)
    places = [*range(1, len(rows) + 1), short]
    places += [drawn.randint(1, len(rows)) for _ in range(count - len(places))]
    grabs, counted, best = [], dict.fromkeys(places, 0), {}
    for place in places:
        counted[place] += 1
        name = rows[place - 1][0]
        who = name if counted[place] == 1 else f"{name}-{counted[place]}"
        pledge = drawn.randint(FLOOR, 2 * FLOOR)
        grabs.append((who, place, pledge))
        if place not in best or pledge > best[place][1]:
            best[place] = (who, pledge)
    return tuple(grabs), {place: who for place, (who, _) in best.items()}


class Kitchen:
    """The members of the group, once it is settled."""

    def __init__(self, stage: Stage, drawn: Draw) -> None:
        self.stage, self.drawn = stage, drawn

    def rate(self, group: Group) -> None:
        """All members say of each other under seal how it was, and open it: low of who fell short."""
        stage = self.stage
        short = self.drawn.short.holder
        members = [LEADER, *(role.holder for role in self.drawn.roles)]
        before = {who: stage.score(who) for who in members}
        with stage.step("members", "seal what they say of each other, and open it"):
            said = {
                who: group.rate(who, {m: LOW if m == short else HIGH for m in members if m != who})
                for who in members
            }
            group.until_ratings(0)
            for who, values in said.items():
                stage.transact(who, "PeerRatings", "revealRatings", *values)
        with stage.step("time", "passes: what was said is counted in everybody's credit"):
            group.until_ratings(1)
        credit = {
            row[0]: int(row[1])
            for row in stage.sql("SELECT code, credit_bps FROM party WHERE credit_bps IS NOT NULL")
        }
        told = {who: credit[who] for who in members}
        stage.figure("credit_in_the_books_bps", told, {who: stage.score(who) for who in members})
        stage.figure("credit_of_the_short_falls", told[short] < before[short], True)
