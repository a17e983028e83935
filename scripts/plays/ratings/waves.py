"""Waves of attackers against honest members: how far each moves what peers and users say, and how far it may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from .traders import FULL_BPS, NEWCOMER_BPS, Quarter
from .words import Peers, Users, bound_up, spread_toward_zero, weight_down

WAVES = (1, 10, 50, 200)  # attackers
HONEST_RATERS = 20  # a member with so many raters in a quarter counts as honest
DECOYS = 31  # whom an attacker praises so as to take the more from its victim
GOOD_BPS = 9_500  # credit of one attacker in ten; the others are newcomers
GOOD_ONE_IN = 10
SALE_MINOR = 10_000  # the net of each sale that is reviewed; an attacker pays for one
MIN_RATED = 2


@dataclass
class Moved:
    """The worst that a wave did, basis points; `beyond` counts the members it moved above their bound."""

    worst_bps: int = 0
    bound_bps: int = 0  # of the member that was moved the most
    beyond: int = 0

    def see(self, moved: int, bound: int) -> None:
        """One member more."""
        if moved > self.worst_bps:
            self.worst_bps, self.bound_bps = moved, bound
        self.beyond += moved > bound


@dataclass
class Wave:
    """A number of attackers that say the worst (or the best) of each honest member in turn, and what came of it."""

    attackers: int
    praise: bool
    members: int
    peers: Moved
    users: Moved

    @property
    def holds(self) -> bool:
        """True when no member was moved above its bound."""
        return not self.peers.beyond and not self.users.beyond

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self)


def peers_of(quarter: Quarter) -> dict[str, Peers]:
    """What the members of a quarter said of each other, in sum."""
    found: dict[str, Peers] = {}
    for rater, said in quarter.lists.items():
        weight = weight_down(quarter.credit.get(rater, NEWCOMER_BPS), NEWCOMER_BPS)
        if len(said) < MIN_RATED:
            continue
        total = sum(said.values())
        for rated, score in said.items():
            of = found.setdefault(rated, Peers(quarter.credit.get(rated, NEWCOMER_BPS)))
            of.add(weight, score, total, len(said))
    return found


def users_of(quarter: Quarter) -> dict[str, Users]:
    """The same words as reviews of sales of equal worth."""
    found: dict[str, Users] = {}
    for said in quarter.lists.values():
        for rated, score in said.items():
            found.setdefault(rated, Users()).add(SALE_MINOR, score)
    return found


def attack(attackers: int, score_bps: int) -> tuple[int, int]:
    """What a wave adds to its victim among peers: to the weighted sum, and to the weight."""
    total, count = score_bps + DECOYS * (FULL_BPS - score_bps), DECOYS + 1
    good = attackers // GOOD_ONE_IN
    weighted = weight = 0
    for number, credit in ((good, GOOD_BPS), (attackers - good, NEWCOMER_BPS)):
        each = weight_down(credit, NEWCOMER_BPS)
        weighted += number * spread_toward_zero(each, score_bps, total, count)
        weight += number * each
    return weighted, weight


def play(groups: Iterable[Quarter], waves: Iterable[int] = WAVES) -> Iterator[Wave]:
    """Every wave, slander and praise, against each honest member of each group in turn."""
    standing = [
        (said, users[name])
        for quarter in groups
        for users in [users_of(quarter)]
        for name, said in peers_of(quarter).items()
        if said.ratings >= HONEST_RATERS
    ]
    for attackers in waves:
        for praise in (False, True):
            score = FULL_BPS if praise else 0
            weighted, weight = attack(attackers, score)
            wave = Wave(attackers, praise, len(standing), Moved(), Moved())
            for said, reviewed in standing:
                moved = said.with_more(weighted, weight) - said.with_more(0, 0)
                wave.peers.see(abs(moved), bound_up(said.weight, weight))
                spent = attackers * SALE_MINOR
                moved = reviewed.with_more(spent, score) - reviewed.with_more(0, 0)
                wave.users.see(abs(moved), reviewed.bound_up(spent))
            yield wave
