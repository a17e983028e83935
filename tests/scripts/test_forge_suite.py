"""The contracts' own tests, fuzz and invariants in Solidity, as part of every run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.plugins.background import Job

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 1_800
SUITES_MIN = 30  # fewer means that some were not found
SLOWEST = 5
SUMMARY = re.compile(
    r"Ran (\d+) test suites .*: (\d+) tests passed, (\d+) failed, (\d+) skipped \((\d+) total tests\)"
)
SUITE = re.compile(
    r"^Ran \d+ tests? for (\S+)$.*?finished in ([\d.]+)(ms|s)", re.MULTILINE | re.DOTALL
)


def slowest(told: str) -> list[str]:
    """The suites that took longest, one line each."""
    seconds = [
        (float(time) / (1_000 if unit == "ms" else 1), name)
        for name, time, unit in SUITE.findall(told)
    ]
    return [f"{time:7.1f} s  {name}" for time, name in sorted(seconds, reverse=True)[:SLOWEST]]


FORGE = Job("forge test", lambda run: run(["scripts/toolchain/forge", "test"]), TIMEOUT_SECONDS)


@pytest.mark.background(FORGE)
def test_all_forge_suites_pass(
    background: CompletedProcess[str], capsys: pytest.CaptureFixture[str]
) -> None:
    done = background
    found = SUMMARY.search(done.stdout)
    told = f"{done.stdout[-4_000:]}\n{done.stderr[-2_000:]}"
    assert found is not None, told
    with capsys.disabled():
        print("\nslowest forge suites:", *slowest(done.stdout), sep="\n")
    suites, passed, failed, skipped, total = map(int, found.groups())
    assert (failed, skipped) == (0, 0), told
    assert suites >= SUITES_MIN
    assert passed == total
    assert done.returncode == 0


def test_every_run_walks_256_times_128_steps_and_forgives_no_revert() -> None:
    profiles = tomllib.loads((ROOT / "tests" / "forge" / "foundry.toml").read_text())["profile"]
    everyday, release = profiles["default"]["invariant"], profiles["release"]["invariant"]
    assert everyday["runs"] >= 256
    assert everyday["depth"] >= 128
    assert everyday["fail_on_revert"] is True
    assert everyday["check_interval"] <= 4
    assert release["check_interval"] == 1
    assert release["runs"] >= 4 * everyday["runs"]
