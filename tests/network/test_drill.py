"""The short drill: one validator of four is killed, then a second one, under the main job; nothing is lost or doubled."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.network.network import KINDS
from scripts.plays.drill.drill import LAST as END
from scripts.plays.drill.steps import SHORT
from scripts.toolchain.programs import Run
from tests.network.nodes import BUILD_SECONDS, LAST, build, require
from tests.plugins.background import Job

DRILL_SECONDS = 900


def drilled(consensus: str) -> Callable[[Run], tuple[Any, Any, dict[str, Any]]]:
    """What the build and `interlock network drill --short` said, and the drill's report."""

    def work(run: Run) -> tuple[Any, Any, dict[str, Any]]:
        built = build(run)
        if built.returncode != 0:
            return built, None, {}
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "report.json"
            command = [sys.executable, "-m", "scripts.interlock", "network", "drill", "--short"]
            options = ["--consensus", consensus, "--home", f"{folder}/home", "--json", str(out)]
            ran = run([*command, *options])
            told = (
                out.read_text() if out.exists() else ""
            )  # empty when the drill ended before its report
            return built, ran, json.loads(told) if told else {}

    return work


JOBS = {
    consensus: Job(
        f"drill on {consensus}", drilled(consensus), BUILD_SECONDS + DRILL_SECONDS, rank=LAST
    )
    for consensus in KINDS
}


def judge(background: tuple[Any, Any, dict[str, Any]], consensus: str) -> None:
    built, ran, report = background
    require(built)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (report["holds"], report["consensus"], report["validators"]) == (True, consensus, 4)
    assert [step["step"] for step in report["steps"]] == [*SHORT, END]
    for step in report["steps"]:
        assert step["holds"], step
        assert step["blocks"] > 0
        assert step["reversed"] == 0, "forks stay above the finality depth"
    assert report["steps"][-1]["orders_paid"] == 2
    if consensus == "ibft":
        assert all(step["reorgs"] == 0 for step in report["steps"]), "a sealed block stays"


@pytest.mark.background(JOBS["ibft"])
def test_two_of_four_validators_of_ibft_die_and_nothing_is_lost_or_doubled(
    background: tuple[Any, Any, dict[str, Any]],
) -> None:
    judge(background, "ibft")


@pytest.mark.background(JOBS["clique"])
def test_two_of_four_signers_of_clique_die_and_nothing_is_lost_or_doubled(
    background: tuple[Any, Any, dict[str, Any]],
) -> None:
    judge(background, "clique")
