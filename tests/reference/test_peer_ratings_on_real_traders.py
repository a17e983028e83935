"""Peer ratings on twenty thousand ratings that real traders gave each other.

Each quarter stands for a settled group whose members rate each other. A trader's credit is what it earned before: a
newcomer's, and a little for each good rating of an earlier quarter. Then the same with waves of attackers, with rings of
mutual praise, and with retaliation.
"""

from __future__ import annotations

import csv
import gzip
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.reference.rating_model import BAND_BPS, PRIOR_WEIGHT, Peers, Tally, bound, weight

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("INTERLOCK_DATA", ROOT.parent / "shared" / "data"))
RATINGS = DATA / "ratings" / "ratings_first_20000.csv.gz"
QUARTER = 90 * 86_400
NEWCOMER = 7_000
GOOD = 9_500
EARNED_A_RATING = 60
MAX_RATED = 64
HONEST_RATERS = 20  # a member with so many raters in a quarter counts as honest
DECOYS = 31  # whom an attacker praises so as to take the more from its victim


@dataclass
class Quarter:
    at: int
    lists: dict[str, dict[str, int]]
    credit: dict[str, int]

    def tallies(self, lists: dict[str, dict[str, int]] | None = None) -> dict[str, Tally]:
        return Peers().group((lists or self.lists).items(), credit=self.credit, at=self.at)

    def honest(self) -> list[str]:
        return [name for name, tally in self.tallies().items() if tally.ratings >= HONEST_RATERS]


@pytest.fixture(scope="module")
def quarters() -> list[Quarter]:
    if not RATINGS.exists():
        pytest.skip(
            "../shared/data/ratings is not here: it may be read beside the project, not carried in it"
        )
    with gzip.open(RATINGS, "rt", encoding="ascii", newline="") as file:
        rows = [[int(cell) for cell in row] for row in csv.reader(file)]
    assert len(rows) == 20_000
    parts: dict[int, list[list[int]]] = defaultdict(list)
    for row in rows:
        parts[row[3] // QUARTER].append(row)
    credit: dict[str, int] = {}
    found = []
    for number, part in sorted(parts.items()):
        lists: dict[str, dict[str, int]] = defaultdict(dict)
        for rater, rated, score, _ in part:
            if len(lists[str(rater)]) < MAX_RATED:
                lists[str(rater)][str(rated)] = (score + 10) * 500
        found.append(Quarter(number * QUARTER, dict(lists), dict(credit)))
        for _, rated, score, _ in part:
            if score > 0:
                now = credit.get(str(rated), NEWCOMER)
                credit[str(rated)] = min(10_000, now + EARNED_A_RATING)
    return found


def _wave(quarter: Quarter, victim: str, attackers: int, *, praise: bool) -> Quarter:
    """Attackers, one in ten of good credit, that say the worst of the victim and the best of decoys; or the reverse."""
    said = 10_000 if praise else 0
    lists = dict(quarter.lists)
    credit = dict(quarter.credit)
    for number in range(attackers):
        name = f"attacker {number}"
        lists[name] = {victim: said} | {f"decoy {i}": 10_000 - said for i in range(DECOYS)}
        credit[name] = GOOD if number % 10 == 9 else NEWCOMER
    return Quarter(quarter.at, lists, credit)


def test_the_replay_has_honest_members_in_every_year(quarters: list[Quarter]) -> None:
    assert len(quarters) >= 8
    assert sum(len(quarter.honest()) for quarter in quarters) >= 50


def test_the_honest_stay_near_their_own_score(quarters: list[Quarter]) -> None:
    for quarter in quarters:
        for tally in quarter.tallies().values():
            most = BAND_BPS * tally.weight // (PRIOR_WEIGHT + tally.weight)
            assert abs(tally.outcome - tally.centre) <= most


# The most that a wave moved any honest member, basis points: what the README says.
@pytest.mark.parametrize(("attackers", "stated"), [(1, 30), (10, 450), (50, 1_200), (200, 1_800)])
@pytest.mark.parametrize("praise", [False, True])
def test_a_wave_moves_no_honest_member_by_more_than_the_bound(
    quarters: list[Quarter], attackers: int, stated: int, *, praise: bool
) -> None:
    worst = 0
    for quarter in quarters:
        before = quarter.tallies()
        for victim in quarter.honest():
            after = _wave(quarter, victim, attackers, praise=praise).tallies()[victim]
            attacking = after.weight - before[victim].weight
            moved = abs(after.outcome - before[victim].outcome)
            assert moved <= bound(before[victim].weight, attacking)
            worst = max(worst, moved)
    print(f"{attackers} attackers, praise {praise}: {worst} basis points")
    assert 0 < worst <= stated


def test_a_ring_that_praises_itself_all_round_gains_nothing(quarters: list[Quarter]) -> None:
    for size in (3, 5, 12, 33):
        names = [f"ring {i}" for i in range(size)]
        lists = {name: {other: 10_000 for other in names if other != name} for name in names}
        ring = Quarter(quarters[0].at, lists, dict.fromkeys(names, GOOD))
        for tally in ring.tallies().values():
            assert tally.outcome == tally.centre


def test_a_ring_in_an_honest_group_gains_no_more_than_its_own_weight_allows(
    quarters: list[Quarter],
) -> None:
    worst: dict[int, int] = {}
    for quarter in quarters:
        before = quarter.tallies()
        ring = sorted(quarter.honest())[:6]
        for size in range(2, len(ring) + 1):
            lists = dict(quarter.lists)
            for name in ring[:size]:
                others = {other: 10_000 for other in ring[:size] if other != name}
                lists[name] = dict.fromkeys(lists.get(name, {}), 0) | others
            after = quarter.tallies(lists)
            for name in ring[:size]:
                peers = sum(
                    weight(quarter.credit.get(other, NEWCOMER), NEWCOMER)
                    for other in ring[:size]
                    if other != name
                )
                gained = after[name].outcome - before[name].outcome
                assert gained <= bound(before[name].weight, peers)
                worst[size] = max(worst.get(size, 0), gained)
    print(f"gain of a ring by its size: {worst}")
    assert 0 < worst[2] <= 250
    assert worst[6] <= 500


def test_a_ring_that_meets_in_many_groups_counts_once(quarters: list[Quarter]) -> None:
    quarter = quarters[-1]
    peers = Peers()
    ring = sorted(quarter.honest())[:4]
    decoy = "decoy"
    lists = {name: {other: 10_000 for other in ring if other != name} | {decoy: 0} for name in ring}
    first = peers.group(lists.items(), credit=quarter.credit, at=quarter.at)
    assert all(first[name].sum > 0 for name in ring)
    for day in (0, 1, 30, 89):
        assert not peers.group(
            lists.items(), credit=quarter.credit, at=quarter.at + day * 86_400
        ), day
    assert peers.group(lists.items(), credit=quarter.credit, at=quarter.at + QUARTER)


def test_retaliation_and_praise_leave_the_raters_own_outcome_as_it_is(
    quarters: list[Quarter],
) -> None:
    tried = 0
    for quarter in quarters:
        before = quarter.tallies()
        for rater, said in list(quarter.lists.items()):
            if rater not in before or len(said) < 2:
                continue
            critics = {
                other
                for other, given in quarter.lists.items()
                if rater in given and given[rater] < 5_000
            }
            for answer in (0, 10_000):
                lists = dict(quarter.lists)
                lists[rater] = said | dict.fromkeys(critics or said, answer)
                assert _own(quarter, lists, rater) == before[rater]
            tried += bool(critics)
    assert tried >= 100, "retaliation against those who really criticised"


def _own(quarter: Quarter, lists: dict[str, dict[str, int]], member: str) -> Tally:
    """The sums of one member: only the lists that name it matter."""
    naming = {rater: said for rater, said in lists.items() if member in said or rater == member}
    return quarter.tallies(naming)[member]
