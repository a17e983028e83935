"""Which lines and branches of contracts/ the forge tests reach: ``make coverage``.

Writes build/coverage/lcov.info, of contracts/ alone, and prints each file that is below the bound. The fuzz and
walks of this run are short (profile `coverage`): what a line needs is to be reached, not to be reached often.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .compiler import ROOT
from .programs import Run, run

FOLDER = ROOT / "build" / "coverage"
LEAST_PERCENT = 98
COVERED = "contracts/"
GAS_TESTS = "Gas(Test)?$"  # of what is not optimised, gas says nothing


class CoverageError(Exception):
    """The tests did not pass, or there is nothing to report; the text says which."""


@dataclass(frozen=True)
class Reached:
    """How much of one file, or of all, was reached."""

    name: str
    lines: int
    lines_reached: int
    branches: int
    branches_reached: int

    @property
    def enough(self) -> bool:
        return all(
            reached * 100 >= found * LEAST_PERCENT
            for found, reached in (
                (self.lines, self.lines_reached),
                (self.branches, self.branches_reached),
            )
        )

    def __str__(self) -> str:
        lines = f"{_percent(self.lines_reached, self.lines)} of {self.lines} lines"
        branches = f"{_percent(self.branches_reached, self.branches)} of {self.branches} branches"
        return f"{self.name}: {lines}, {branches}"


def _percent(reached: int, found: int) -> str:
    return f"{100 * reached / found:.2f} %" if found else "all"


def records(lcov: str) -> Iterator[str]:
    """The records of an lcov report that tell of contracts/."""
    for record in lcov.split("end_of_record\n"):
        if f"SF:{COVERED}" in record:
            yield record + "end_of_record\n"


def reached(record: str) -> Reached:
    values = dict(line.split(":", 1) for line in record.splitlines() if ":" in line)
    counts = [int(values.get(key, 0)) for key in ("LF", "LH", "BRF", "BRH")]
    return Reached(values["SF"], *counts)


def total(files: list[Reached]) -> Reached:
    return Reached(
        "contracts/",
        sum(file.lines for file in files),
        sum(file.lines_reached for file in files),
        sum(file.branches for file in files),
        sum(file.branches_reached for file in files),
    )


def measure(arguments: Sequence[str], run: Run = run) -> list[Reached]:
    """Run all forge tests and read what they reached; CoverageError when one fails.

    ``run`` starts a command from the root and returns what it printed.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    report = FOLDER / "lcov.info"
    report.unlink(missing_ok=True)
    command = ["scripts/toolchain/forge", "coverage", "--report", "lcov"]
    command += ["--report-file", str(report), "--no-match-contract", GAS_TESTS, *arguments]
    # Unoptimised, all files at once are more than the WASM compiler can write: the walks stay out.
    command += ["--skip", "tests/forge/**/walk/**"]
    done = run(command, env={**os.environ, "FOUNDRY_PROFILE": "coverage"})
    if done.returncode != 0 or not report.exists():
        raise CoverageError(f"{done.stdout[-4_000:]}\n{done.stderr[-2_000:]}")
    kept = list(records(report.read_text(encoding="utf-8")))
    if not kept:
        raise CoverageError("nothing under contracts/ was reached")
    report.write_text("".join(kept), encoding="utf-8")
    return [reached(record) for record in kept]


def main() -> int:
    try:
        files = measure(sys.argv[1:])
    except CoverageError as error:
        print(f"coverage: {error}", file=sys.stderr)
        return 1
    for file in files:
        if not file.enough:
            print(f"below {LEAST_PERCENT} %  {file}")
    whole = total(files)
    print(whole)
    return 0 if whole.enough else 1


if __name__ == "__main__":
    raise SystemExit(main())
