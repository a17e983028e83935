"""`interlock scenario play`: every scenario holds to the last unit, also when somebody keeps killing its bridge."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.plays.scenarios.model import Figure, Played
from scripts.plays.scenarios.opening import Setting
from scripts.plays.scenarios.playing import play
from scripts.plays.scenarios.registry import SCENARIOS
from scripts.plays.scenarios.telling import Quiet, shown

pytestmark = pytest.mark.chain
ROOT = Path(__file__).resolve().parents[2]
KILLS, SEED = 6, 11
# Their bridges die in the parts of which these consist: a part each of smart-cooking and of the disputed bet.
OTHERS_DIE_ALIKE = {"bad-review", "hefei-shanghai", "steam-wash"}
PATIENCE_SECONDS = 300


def played(name: str, home: Path, kills: int = 0, db: str | None = None) -> Played:
    """A scenario on a chain and in a folder of its own."""
    drawn = random.Random(SEED)
    setting = Setting("anvil", db, home, drawn.randbytes)
    return play(SCENARIOS[name], setting, Quiet(), kills, SEED)


def interlock(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.interlock", "scenario", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Every scenario, played in peace."""
    home = tmp_path_factory.mktemp("undisturbed")
    return {name: played(name, home / name) for name in SCENARIOS}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_holds_to_the_last_unit(undisturbed: dict[str, Played], name: str) -> None:
    end = undisturbed[name]
    assert end.mismatches == []
    assert end.waiting == ()
    assert end.audit.holds
    assert len(end.figures) >= 10
    assert all(step.transactions or step.documents or name == "tamper" for step in end.steps[:-1])


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in OTHERS_DIE_ALIKE])
def test_killing_the_bridge_of_a_scenario_changes_no_figure_and_no_document(
    undisturbed: dict[str, Played], name: str, tmp_path: Path
) -> None:
    end = played(name, tmp_path / "home", kills=KILLS)
    assert end.kills >= 2
    assert (end.mismatches, end.waiting) == ([], ())
    assert end.audit.holds
    assert end.figures == undisturbed[name].figures
    assert end.documents == undisturbed[name].documents


@pytest.mark.parametrize("name", ["partial-and-reject", "tamper"])
def test_a_scenario_holds_on_postgresql(
    name: str, tmp_path: Path, postgres_db: str, undisturbed: dict[str, Played]
) -> None:
    end = played(name, tmp_path / "home", db=postgres_db)
    assert (end.mismatches, end.waiting, end.audit.holds) == ([], (), True)
    assert end.documents == undisturbed[name].documents


def test_the_result_names_who_did_what_with_which_documents_and_transactions(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out.json"
    options = ("--chain", "anvil", "--home", str(tmp_path / "home"), "--json", str(out))
    done = interlock("play", "dissolve", *options)
    assert done.returncode == 0, done.stderr
    assert "holds: every figure to the last unit" in done.stdout
    told = json.loads(out.read_text())
    assert (told["scenario"], told["holds"], told["audit"]["holds"]) == ("dissolve", True, True)
    assert told["figures"]["custody_after_grabs_minor"] == 630_000
    grabs = next(step for step in told["steps"] if "grab" in step["what"])
    assert [number.partition("-")[0] for number in grabs["documents"]] == ["GRB"] * 3
    assert len(grabs["transactions"]) == len(set(grabs["transactions"])) == 3


# Rows that are sums, by the page on the statement: written down here apart from the code that adds them.
SUMS = {
    "3.2": ("+3.2.1", "+3.2.2", "+3.2.3", "+3.2.4"),
    "3.3": ("+3.1", "+3.2"),
    "4.1": ("+4.1.1", "+4.1.2", "+4.1.3", "+4.1.4"),
    "4.2": ("+4.2.1", "+4.2.2", "+4.2.3", "+4.2.4"),
    "4.4": ("+4.1", "+4.2", "+4.3"),
    "2.2": ("+3.3", "-4.4"),
}
WITH_STATEMENTS = ("bad-review", "dissolve", "hefei-shanghai", "smart-cooking", "steam-wash")


@pytest.mark.parametrize("name", WITH_STATEMENTS)
def test_the_statement_can_be_computed_again_from_the_result_alone(
    undisturbed: dict[str, Played], name: str
) -> None:
    told = json.loads(json.dumps(undisturbed[name].as_json()))
    assert [each["group"] for each in told["statements"]] == [
        each["group"] for each in told["groups"]
    ]
    for statement, group in zip(told["statements"], told["groups"], strict=True):
        assert statement["errors"] == []
        cells = {
            (row["row"], each["column"]): each for row in statement["rows"] for each in row["cells"]
        }
        value = {place: each["value"] for place, each in cells.items()}
        summed = {
            place: sum(line["minor"] for line in each["lines"])
            for place, each in cells.items()
            if "lines" in each
        }
        columns = [*statement["columns"], "eliminations", "total"]
        for row, parts in SUMS.items():
            for column in columns:
                summed[row, column] = sum(
                    (1 if part[0] == "+" else -1) * summed.get((part[1:], column), 0)
                    for part in parts
                )
        assert {place: value[place] for place in summed if place in value} == {
            place: minor for place, minor in summed.items() if place in value
        }
        members = [column for column in statement["columns"] if column != statement["leader"]]
        shares = [*(value["2.3", who] for who in members), value["2.5", "total"]]
        assert value["2.2", "total"] == sum(shares) + value["2.4", "total"]
        for each in cells.values():
            if "numerator" in each:
                assert each["value"] == each["numerator"] // each["denominator"]
        paid = dict.fromkeys(members, 0)
        for role in group["roles"]:
            if role["holder"] in paid:
                paid[role["holder"]] += role["paid_minor"]
        assert {who: value["2.3.1", who] for who in members} == paid
        if len(told["groups"]) == 1 == len(told["bets"]):
            of_bet = {
                each["party"]: each["share_minor"] - each["penalty_minor"]
                for each in told["bets"][0]["parties"]
            }
            assert {who: value["2.3.2", who] + value["2.3.3", who] for who in members} == {
                who: of_bet.get(who, 0) for who in members
            }


def test_what_cannot_be_played_is_said_before_anything_starts(tmp_path: Path) -> None:
    unknown = interlock("play", "solve", "--home", str(tmp_path / "home"))
    assert unknown.returncode == 2
    assert "there is no scenario 'solve': choose bad-review, dissolve" in unknown.stderr
    nowhere = interlock("play", "dissolve", "--chain", "mainnet", "--home", str(tmp_path / "home"))
    assert nowhere.returncode == 2
    assert "unknown chain 'mainnet'" in nowhere.stderr
    assert not (tmp_path / "home").exists()


def test_a_figure_that_does_not_fit_makes_a_scenario_fail(undisturbed: dict[str, Played]) -> None:
    end = undisturbed["dissolve"]
    wrong = Played(
        scenario=end.scenario,
        seed=end.seed,
        figures=(*end.figures, Figure("custody_minor", 1, 0)),
        steps=end.steps,
        documents=end.documents,
        waiting=end.waiting,
        audit=end.audit,
        kills=0,
        seconds=1.0,
    )
    assert end.holds
    assert not wrong.holds
    assert wrong.mismatches == ["custody_minor: is 1, had to be 0"]


def test_every_scenario_stands_in_the_docs_with_its_figures(
    undisturbed: dict[str, Played],
) -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    for name, end in undisturbed.items():
        assert f"## {name} {end.scenario.title_zh}" in page
        rows = [f"| `{f.name}` | {shown(f.value, f.name)} |" for f in end.figures]
        assert [row for row in rows if row not in page] == [], name
