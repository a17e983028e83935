"""Every proof under tests/forge/libraries/proof holds for all arguments; a false one is seen to be refuted."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from scripts.toolchain.programs import Run
from tests.plugins.background import Job

ROOT = Path(__file__).resolve().parents[2]
PROOFS = ROOT / "tests" / "forge" / "libraries" / "proof"
PROMISE = re.compile(r"function (check_\w+)\(")
PLANTED = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Amounts } from "../../../contracts/libraries/Amounts.sol";

contract PlantedProofs {
    function check_every_invoice_is_free_of_tax(uint64 net) public pure {
        assert(Amounts.taxDown(net, 1300) == 0);
    }

    function check_nothing_is_owed_twice(uint64 net) public pure {
        assert(Amounts.taxDown(net, 1300) <= net);
    }
}
"""
PROOFS_MIN = 20
TIMEOUT_SECONDS = 1_800


def prove(run: Run, *arguments: str, **environment: str) -> dict[str, Any]:
    """What halmos found out about each proof, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "proofs.json"
        command = ["scripts/toolchain/halmos", "--json-output", str(report)]
        command += ["--minimal-json-output", *arguments]
        done = run(command, env={**os.environ, **environment})
        assert report.exists(), done.stdout[-4_000:] + done.stderr[-2_000:]
        results = json.loads(report.read_text())["test_results"].values()
    return {entry["name"].partition("(")[0]: entry for group in results for entry in group}


def prove_planted(run: Run) -> dict[str, Any]:
    """What halmos finds out about two promises of which one is false."""
    place = ROOT / "build" / "planted"
    (place / "src").mkdir(parents=True, exist_ok=True)
    (place / "src" / "Planted.t.sol").write_text(PLANTED)
    elsewhere = {f"FOUNDRY_{name}": "build/planted/src" for name in ("SRC", "TEST", "SCRIPT")}
    elsewhere |= {"FOUNDRY_OUT": "build/planted/out", "FOUNDRY_CACHE_PATH": "build/planted/cache"}
    return prove(run, "--forge-build-out", "build/planted/out", **elsewhere)


PROOFS_OF_LIBRARIES = Job("halmos", prove, TIMEOUT_SECONDS, rank=2)
PROOF_OF_A_FALSEHOOD = Job("halmos on a false promise", prove_planted, TIMEOUT_SECONDS, rank=2)


def promised() -> list[str]:
    return [n for path in PROOFS.glob("*.sol") for n in PROMISE.findall(path.read_text())]


@pytest.mark.background(PROOFS_OF_LIBRARIES)
def test_every_proof_holds(background: dict[str, Any]) -> None:
    found = background
    assert found.keys() == set(promised())
    assert len(found) >= PROOFS_MIN
    assert {name for name, entry in found.items() if entry["exitcode"] != 0} == set()
    # A loop that was cut off proves nothing about its further turns.
    assert {name for name, entry in found.items() if entry["num_bounded_loops"]} == set()


@pytest.mark.background(PROOF_OF_A_FALSEHOOD)
def test_a_false_promise_is_refuted(background: dict[str, Any]) -> None:
    found = background
    refuted = {name: entry["exitcode"] for name, entry in found.items()}
    assert refuted == {"check_every_invoice_is_free_of_tax": 1, "check_nothing_is_owed_twice": 0}


def test_promises_are_asserts() -> None:
    """halmos takes a revert for a path that does not count: an assertEq that fails would pass unseen."""
    for path in PROOFS.glob("*.sol"):
        text = path.read_text()
        assert not re.search(
            r"\b(assert\w+|require|revert|fail)\b\s*\(", text.replace("assert(", "")
        ), path
        assert len(promised()) == len(set(promised()))
