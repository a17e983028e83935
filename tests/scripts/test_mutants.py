"""`make mutants` on a contract of a few lines: what a test sees dies, what none sees survives, the list must be true."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts.toolchain.compiler import ROOT
from scripts.toolchain.mutants import cli
from scripts.toolchain.mutants.report import Listed, ListError, check_list, read_list
from scripts.toolchain.mutants.runner import Bench, Result, Store
from scripts.toolchain.mutants.scene import FAILED, Scene
from scripts.toolchain.mutants.sites import (
    Mutant,
    changed_lines,
    files,
    folders,
    is_core,
    sampled,
)

FILE = "contracts/evidence/Toy.sol"
TOY = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

contract Toy {
    uint256 public constant MOST = 10;
    uint256 public total;
    uint256 public noted;

    event Added(address indexed by, uint256 count);
    error Toy_TooMuch(uint256 count, uint256 most);

    modifier once() {
        if (noted != 0) revert Toy_TooMuch(noted, 0);
        _;
    }

    function add(uint256 count) external once {
        if (count > MOST) revert Toy_TooMuch(count, MOST);
        total += count;
        noted = count;
        emit Added(msg.sender, count);
    }

    function isFull() external view returns (bool) {
        return total >= MOST && noted >= 1;
    }
}
"""
TEST = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Toy } from "../../../../contracts/evidence/Toy.sol";
import { Limits } from "../../support/Limits.sol";

contract ToyTest {
    function test_what_is_added_is_in_the_total_and_the_most_is_full() public {
        Toy toy = new Toy();
        toy.add(Limits.MOST);
        require(toy.total() == 10 && toy.isFull(), "ten");
        toy = new Toy();
        toy.add(9);
        require(toy.total() == 9 && !toy.isFull(), "nine");
        try toy.add(1) {
            revert("twice");
        } catch { }
    }

    function test_more_than_the_most_is_refused() public {
        Toy toy = new Toy();
        try toy.add(11) {
            revert("eleven");
        } catch { }
    }

    /// Fails without any mutant, as tests of gas do: it judges nothing.
    function test_that_fails_anyway() public pure {
        revert("[x] anyway");
    }
}
"""
LIMITS = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

library Limits {
    uint256 internal constant MOST = 10;
}
"""
HEIR = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Toy } from "./Toy.sol";

contract Heir is Toy { }
"""
EVENT = {
    "file": FILE,
    "function": "add",
    "before": "emit Added(msg.sender, count);",
    "after": "true;",
    "reason": "an example: nobody listens to this event",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one contract and its test."""
    root = tmp_path_factory.mktemp("house")
    for name, text in {
        FILE: TOY,
        "contracts/evidence/interfaces/IToy.sol": "interface IToy { }",
        "contracts/evidence/Heir.sol": HEIR,
        "tests/forge/documents/unit/Toy.t.sol": TEST,
        "tests/forge/support/Limits.sol": LIMITS,
        "tests/forge/token/unit/Other.t.sol": "contract OtherTest { }",
        "tests/vectors/toys.json": "[]",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "tests/forge/foundry.toml", root / "tests/forge/foundry.toml")
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    return root


def listed(tmp_path: Path, *entries: dict[str, str]) -> Path:
    """A list of survivors."""
    lines = []
    for entry in entries:
        lines += [
            "[[equivalent]]",
            *(f"{name} = {json.dumps(text)}" for name, text in entry.items()),
        ]
    path = tmp_path / "survivors.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def judged(
    house: Path, path: Path, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, Any]:
    """Exit code and the one row of the table."""
    code = cli.main(["--json", *words], house, house / "build" / "mutants", path)
    told = capsys.readouterr()
    assert told.out, told.err
    (row,) = json.loads(told.out)
    return code, row


def fingerprint(root: Path) -> str:
    """What a result of the toy holds for, as a new run of the tool reads it."""
    return Bench(root, root / "build" / "mutants").fingerprint(FILE)


@pytest.mark.node
def test_what_a_test_sees_dies_and_what_none_sees_survives(
    house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in (house / "contracts").rglob("*.sol")}
    code, row = judged(house, listed(tmp_path), capsys)
    after = [found["after"] for found in row["survivors"]]
    assert set(after) >= {"true;", "return (total >= MOST);"}
    assert row["killed"] + row["survived"] + row["equivalent"] == row["mutants"]
    dead = {
        "if (false) revert Toy_TooMuch(count, MOST);",
        "if (count >= MOST) revert Toy_TooMuch(count, MOST);",
        "total -= count;",
        "function add(uint256 count) external {",
        "uint256 public constant MOST = (10 + 1);",
    }
    assert not dead & set(after)
    assert row["killed"] >= len(dead)
    assert (code == 0) == (row["score"] >= 90)
    assert before == {path: path.read_bytes() for path in (house / "contracts").rglob("*.sol")}

    # What is known is not asked again, and a listed survivor counts for nothing.
    results = house / "build" / "mutants" / "results.jsonl"
    lines = results.read_text(encoding="utf-8")
    _, again = judged(house, listed(tmp_path, EVENT), capsys)
    assert results.read_text(encoding="utf-8") == lines
    assert again["equivalent"] == row["equivalent"] + 1
    assert again["survived"] == row["survived"] - 1

    kind = {
        "file": "contracts/*",
        "function": "*",
        "operator": "drop event",
        "reason": EVENT["reason"],
    }
    assert judged(house, listed(tmp_path, kind), capsys)[1] == again

    killed = {**EVENT, "before": "total += count;", "after": "total -= count;"}
    assert cli.main([], house, house / "build" / "mutants", listed(tmp_path, killed)) == cli.WRONG
    assert "is listed and was killed by test_what" in capsys.readouterr().err


READ = (
    FILE,
    "contracts/evidence/Heir.sol",
    "tests/forge/documents/unit/Toy.t.sol",
    "tests/forge/support/Limits.sol",
    "tests/vectors/toys.json",
    "tests/forge/foundry.toml",
)


@pytest.mark.parametrize("name", READ)
def test_a_result_holds_no_longer_when_anything_changed_that_its_tests_can_read(
    house: Path, tmp_path: Path, name: str
) -> None:
    root = tmp_path / "house"
    shutil.copytree(house, root, ignore=shutil.ignore_patterns("build", "node_modules"))
    before = fingerprint(root)
    other = root / "tests/forge/token/unit/Other.t.sol"
    other.write_text("contract OtherTest { } // of another capability", encoding="utf-8")
    assert fingerprint(root) == before
    with (root / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert fingerprint(root) != before


@pytest.mark.node
def test_a_change_of_what_tests_share_asks_again_and_one_of_nothing_does_not(
    house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = house / "build" / "mutants" / "results.jsonl"
    shared = house / "tests/forge/support/Limits.sol"
    _, before = judged(house, listed(tmp_path), capsys, "--function", "isFull")
    lines = results.read_text(encoding="utf-8").splitlines()
    shared.write_text(LIMITS.replace("10", "9"), encoding="utf-8")
    try:
        _, weak = judged(house, listed(tmp_path), capsys, "--function", "isFull")
    finally:
        shared.write_text(LIMITS, encoding="utf-8")
    assert weak["killed"] < before["killed"]  # the test that saw these faults fails without any
    assert len(results.read_text(encoding="utf-8").splitlines()) == len(lines) + weak["mutants"]
    assert judged(house, listed(tmp_path), capsys, "--function", "isFull")[1] == before


@pytest.mark.node
def test_a_listed_survivor_that_is_no_mutant_any_more_is_an_error(
    house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = {**EVENT, "before": "emit Gone(msg.sender, count);"}
    assert cli.main([], house, house / "build" / "mutants", listed(tmp_path, gone)) == cli.WRONG
    assert (
        "there is no mutant 'true;' of 'emit Gone(msg.sender, count);' any more"
        in capsys.readouterr().err
    )


@pytest.mark.node
def test_the_list_shows_each_fault_once_in_the_order_of_the_lines(
    house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--list"], house, tmp_path, listed(tmp_path)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(set(lines)) > 15
    numbers = [int(line.split(":")[1].split()[0]) for line in lines]
    assert numbers == sorted(numbers)
    for fault in (
        "once: drop check: if (false) revert Toy_TooMuch(noted, 0);",
        "add: drop modifier: function add(uint256 count) external {",
        "add: drop event: true;",
        "isFull: one side: return (noted >= 1);",
        "isFull: answer: return !(total >= MOST && noted >= 1);",
    ):
        assert any(line.endswith(fault) for line in lines), fault
    assert cli.main(["--list", "--sample", "5"], house, tmp_path, listed(tmp_path)) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert cli.main(["--contract", "Nobody"], house, tmp_path, listed(tmp_path)) == cli.WRONG


def test_what_a_killed_run_left_exchanged_is_put_back(tmp_path: Path) -> None:
    scene = Scene(ROOT, tmp_path / "scene", {})
    artifact = scene.artifact(FILE, "Toy")
    artifact.parent.mkdir(parents=True)
    artifact.write_text('{"bytecode": {"object": "0x01"}}', encoding="utf-8")
    with scene.exchanged({(FILE, "Toy"): "02"}):
        assert scene.bytecode(FILE, "Toy") == "0x02"
        scene._put_back()  # as the next start does
        assert scene.bytecode(FILE, "Toy") == "0x01"
    assert scene.bytecode(FILE, "Toy") == "0x01"
    assert scene.bytecode(FILE, "Nobody") is None


def test_a_torn_last_line_of_the_results_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    Store(path).add(Result("a", "killed", "test_x", "unit", "k"))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"mutant": "b", "st')
    mutant = Mutant(FILE, "add", "sign", 1, 0, 1, "a", "b", "-")
    assert Store(path).get(mutant, "k", walks=False) is None
    assert len(Store(path)._found) == 1


def test_who_asks_the_walks_too_is_not_told_what_survived_without_them(tmp_path: Path) -> None:
    store = Store(tmp_path / "results.jsonl")
    mutant = Mutant(FILE, "add", "sign", 1, 0, 1, "a", "b", "-")
    store.add(Result(mutant.name, "survived", "", "unit", "k"))
    assert store.get(mutant, "k", walks=False) is not None
    assert store.get(mutant, "k", walks=True) is None
    store.add(Result(mutant.name, "survived", "", "walk", "k"))
    assert store.get(mutant, "k", walks=True) is not None
    store.add(Result(mutant.name, "killed", "test_x", "unit", "k"))
    assert store.get(mutant, "k", walks=True) is not None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("[FAIL: EvmError: Revert] setUp() (gas: 0)", "setUp"),
        ("[FAIL: Toy_TooMuch(11 [1.1e1], 10)] test_x(uint256) (runs: 3, μ: 1, ~: 1)", "test_x"),
        ("[FAIL: panic; counterexample: args=[1, 2]] testFuzz_y(uint256) (runs: 0)", "testFuzz_y"),
    ],
)
def test_a_failed_test_is_read_by_its_name_whatever_stands_in_its_reason(
    line: str, name: str
) -> None:
    assert FAILED.findall(f"Ran 1 test\n{line}\n") == [name]


def test_a_list_without_a_reason_or_that_is_no_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="a reason has to say why"):
        read_list(listed(tmp_path, {**EVENT, "reason": "equivalent"}))
    path = tmp_path / "no.toml"
    path.write_text("[[equivalent]]\nfile = 3", encoding="utf-8")
    with pytest.raises(ListError, match="no"):
        read_list(path)
    check_list([Listed(**EVENT)], {})  # of a file that was not looked at


def test_lists_of_a_folder_are_read_together_and_a_folder_without_one_is_an_error(
    tmp_path: Path,
) -> None:
    with pytest.raises(ListError, match="no list"):
        read_list(tmp_path)
    listed(tmp_path, EVENT).rename(tmp_path / "evidence.toml")
    listed(tmp_path, {**EVENT, "file": "contracts/room/Room.sol"}).rename(tmp_path / "room.toml")
    found = read_list(tmp_path)
    assert [entry.file for entry in found] == [FILE, "contracts/room/Room.sol"]


def test_a_listed_survivor_stands_in_the_list_of_its_folder() -> None:
    for path in sorted(cli.LIST.glob("*.toml")):
        entries = read_list(path)
        assert entries, path.name
        assert all(entry.file.startswith(f"contracts/{path.stem}/") for entry in entries), path.name


def test_every_contract_with_code_is_judged_by_tests_that_exist() -> None:
    judged_by = {file: folders(file) for file in files(ROOT)}
    assert [file for file, names in judged_by.items() if not names] == []
    assert not [file for file in judged_by if file.endswith("/IRoom.sol") or "/interfaces/" in file]
    for file, names in judged_by.items():
        assert any((ROOT / "tests/forge" / name).is_dir() for name in names), file
    assert is_core("contracts/settlement/PurchaseOrders.sol")
    assert not is_core("contracts/settlement/OrderLens.sol")


def test_a_sample_has_every_operator_and_is_the_same_for_the_same_seed() -> None:
    found = [
        Mutant(
            FILE, "add", ("sign", "swap")[number % 10 == 0], number, number, number, "a", "b", "c"
        )
        for number in range(50)
    ]
    chosen = sampled(found, 6, 1)
    assert len(chosen) == 6
    assert {mutant.operator for mutant in chosen} == {"sign", "swap"}
    assert chosen == sampled(found, 6, 1)
    assert chosen != sampled(found, 6, 2)
    assert sampled(found, None, 1) == found


def test_lines_changed_since_the_last_commit_are_none_of_a_fresh_one() -> None:
    assert all(file.startswith("contracts/") for file in changed_lines(ROOT, "HEAD"))
