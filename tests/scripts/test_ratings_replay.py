"""`interlock ratings replay`: no wave of attackers moves an honest member by more than the contracts' bound."""

from __future__ import annotations

import gzip
import json
import os
import random
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.interlock import app
from scripts.plays.ratings import words
from scripts.plays.ratings.plot import svg_of
from scripts.plays.ratings.traders import NEWCOMER_BPS, NoRatings, quarters, read
from scripts.plays.ratings.waves import Moved, Wave, attack, peers_of, play
from tests.reference import rating_model as model

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("INTERLOCK_DATA", ROOT.parent / "shared" / "data")) / "ratings"
DAY = 86_400
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Made-up traders in the same form: forty that speak of six, through two quarters."""
    dice = random.Random(7)
    lines = [
        f"{rater},{rated},{dice.choice([-10, -2, 1, 2, 5, 8, 10])},{quarter * 90 * DAY + rater}"
        for quarter in (1, 2)
        for rater in range(100, 140)
        for rated in range(6)
    ]
    (tmp_path / "ratings.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_the_arithmetic_is_that_of_the_reference(sample: Path) -> None:
    dice = random.Random(11)
    for _ in range(2_000):
        credit, score, count = dice.randint(0, 10_000), dice.randint(0, 10_000), dice.randint(2, 64)
        total = dice.randint(score, score + 10_000 * (count - 1))
        weight = words.weight_down(credit, NEWCOMER_BPS)
        assert weight == model.weight(credit, NEWCOMER_BPS)
        told = words.spread_toward_zero(weight, score, total, count)
        assert told == model.weighted(weight, score, total, count)
        others, attacking = dice.randint(0, 10**6), dice.randint(0, 10**6)
        assert words.bound_up(others, attacking) == model.bound(others, attacking)
    for quarter in quarters(read(sample)):
        expected = model.Peers().group(
            quarter.lists.items(), credit=quarter.credit, at=quarter.number
        )
        assert {name: said.with_more(0, 0) for name, said in peers_of(quarter).items()} == {
            name: tally.outcome for name, tally in expected.items()
        }


def test_a_wave_says_what_its_attackers_one_by_one_would_say(sample: Path) -> None:
    (quarter, *_) = quarters(read(sample))
    (name, said), *_ = peers_of(quarter).items()
    lists = dict(quarter.lists)
    credit = dict(quarter.credit)
    for number in range(20):
        lists[f"attacker {number}"] = {name: 0} | {f"decoy {i}": 10_000 for i in range(31)}
        credit[f"attacker {number}"] = 9_500 if number % 10 == 9 else NEWCOMER_BPS
    after = model.Peers().group(lists.items(), credit=credit)[name]
    assert said.with_more(*attack(20, 0)) == after.outcome


def test_the_replay_tells_in_a_table_in_json_and_in_a_picture(sample: Path, tmp_path: Path) -> None:
    told, plot = tmp_path / "waves.json", tmp_path / "waves.svg"
    made = CliRunner().invoke(
        app, ["ratings", "replay", str(sample), "--json", str(told), "--plot", str(plot)]
    )
    assert made.exit_code == 0, made.output
    assert "attackers" in made.output
    waves = json.loads(told.read_text())
    assert [(wave["attackers"], wave["praise"]) for wave in waves] == [
        (size, praise) for size in (1, 10, 50, 200) for praise in (False, True)
    ]
    for wave in waves:
        assert wave["members"] == 12
        for who in ("peers", "users"):
            assert 0 < wave[who]["worst_bps"] <= wave[who]["bound_bps"]
            assert wave[who]["beyond"] == 0
    picture = ET.fromstring(plot.read_text())  # noqa: S314 - our own
    assert len(picture.findall(f"{SVG}rect")) == 2 * len(waves) + 2


def test_a_bound_that_is_broken_is_told_and_ends_with_1(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.plays.ratings.waves.bound_up", lambda _others, _attacking: 1)
    made = CliRunner().invoke(app, ["ratings", "replay", str(sample), "--quiet"])
    assert made.exit_code == 1
    assert made.output == ""


def test_without_any_wave_there_is_still_a_picture() -> None:
    assert ET.fromstring(svg_of([])).tag == f"{SVG}svg"  # noqa: S314 - our own
    alone = svg_of([Wave(1, False, 0, Moved(), Moved())])
    assert "1 slander" in alone


@pytest.mark.parametrize("line", ["1,2,3", "1,2,11,4", "1,2,x,4", "1,2,3,4,5"])
def test_a_line_that_is_no_rating_is_named_by_its_place(tmp_path: Path, line: str) -> None:
    (tmp_path / "ratings.csv.gz").write_bytes(gzip.compress(f"1,2,3,4\n{line}\n".encode()))
    with pytest.raises(NoRatings, match=r"ratings\.csv\.gz:2"):
        read(tmp_path)


def test_a_folder_without_ratings_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoRatings, match="holds no ratings"):
        read(tmp_path)


def test_no_wave_among_real_traders_goes_beyond_the_bound() -> None:
    if not DATA.exists():
        pytest.skip(
            "../shared/data/ratings is not here: it may be read beside the project, not carried in it"
        )
    waves = list(play(quarters(read(DATA))))
    assert all(wave.holds and wave.members >= 50 for wave in waves)
    stated = {1: 30, 10: 450, 50: 1_200, 200: 1_800}  # as tests/reference states them
    for wave in waves:
        assert 0 < wave.peers.worst_bps <= stated[wave.attackers]
