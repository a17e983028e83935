"""The contracts' own tests, fuzz and invariants in Solidity, as part of every run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 900
SUITES_MIN = 25  # fewer means that some were not found
SUMMARY = re.compile(
    r"Ran (\d+) test suites .*: (\d+) tests passed, (\d+) failed, (\d+) skipped \((\d+) total tests\)"
)


def test_all_forge_suites_pass() -> None:
    done = subprocess.run(
        ["scripts/forge", "test"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    found = SUMMARY.search(done.stdout)
    told = f"{done.stdout[-4_000:]}\n{done.stderr[-2_000:]}"
    assert found is not None, told
    suites, passed, failed, skipped, total = map(int, found.groups())
    assert (failed, skipped) == (0, 0), told
    assert suites >= SUITES_MIN
    assert passed == total
    assert done.returncode == 0
