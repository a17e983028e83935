"""Ratings that traders gave each other, read from CSV as groups whose members speak of each other, one a quarter."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bridge.errors import BridgeError

QUARTER_SECONDS = 90 * 86_400  # in which a pair counts once
NEWCOMER_BPS = 7_000
EARNED_A_RATING = 60  # credit for each good rating of an earlier quarter
MAX_RATED = 64  # by one member in one group
SCORES = range(-10, 11)
COLUMNS = 4
FULL_BPS = 10_000


class NoRatings(BridgeError):
    """The folder holds no ratings, or a line is none."""


@dataclass(frozen=True)
class Rating:
    """One trader's word of another. Unix seconds; the score in basis points."""

    rater: str
    rated: str
    score_bps: int
    at: int


@dataclass
class Quarter:
    """A settled group: who said what of whom, and everybody's credit before it."""

    number: int
    credit: dict[str, int]
    lists: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))


def read(folder: Path) -> list[Rating]:
    """All ratings of a folder, `ratings*.csv` or `.csv.gz`: rater, rated, score -10 to 10, unix time. Raises NoRatings."""
    files = sorted([*folder.glob("ratings*.csv"), *folder.glob("ratings*.csv.gz")])
    if not files:
        raise NoRatings(f"{folder} holds no ratings*.csv and no ratings*.csv.gz")
    return [rating for file in files for rating in _ratings(file)]


def _lines(file: Path) -> list[str]:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return content.decode("ascii", "replace").splitlines()


def _ratings(file: Path) -> Iterator[Rating]:
    for place, row in enumerate(csv.reader(_lines(file)), start=1):
        try:
            score, at = int(row[2]), int(row[3])
        except (IndexError, ValueError):
            raise NoRatings(f"{file.name}:{place}: rater,rated,score,time is needed") from None
        if len(row) != COLUMNS or score not in SCORES:
            raise NoRatings(f"{file.name}:{place}: a score is a whole number from -10 to 10")
        yield Rating(row[0], row[1], (score + 10) * FULL_BPS // 20, at)


def quarters(ratings: list[Rating]) -> list[Quarter]:
    """The groups in time: each trader's credit is a newcomer's, and a little for each good word of an earlier quarter."""
    by_number: dict[int, list[Rating]] = defaultdict(list)
    for rating in ratings:
        by_number[rating.at // QUARTER_SECONDS].append(rating)
    credit: dict[str, int] = {}
    found = []
    for number, part in sorted(by_number.items()):
        quarter = Quarter(number, dict(credit))
        for rating in part:
            said = quarter.lists[rating.rater]
            if rating.rated in said or len(said) < MAX_RATED:
                said[rating.rated] = rating.score_bps
        found.append(quarter)
        for rating in part:
            if rating.score_bps > FULL_BPS // 2:
                now = credit.get(rating.rated, NEWCOMER_BPS)
                credit[rating.rated] = min(FULL_BPS, now + EARNED_A_RATING)
    return found
