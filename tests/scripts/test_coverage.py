"""The forge tests reach the lines and branches of contracts/; the bound is seen to hold and to fail."""

from __future__ import annotations

import pytest

from scripts.toolchain import coverage
from tests.plugins.background import Job

RECORD = (
    "TN:\nSF:{name}\nDA:1,1\nLF:{lines}\nLH:{hit}\nBRF:{branches}\nBRH:{taken}\nend_of_record\n"
)


def record(name: str, lines: int, hit: int, branches: int, taken: int) -> str:
    return RECORD.format(name=name, lines=lines, hit=hit, branches=branches, taken=taken)


COVERAGE = Job("forge coverage", lambda run: coverage.measure([], run), 1_800, rank=3)


@pytest.mark.background(COVERAGE)
def test_lines_and_branches_of_the_contracts_are_reached(
    background: list[coverage.Reached],
) -> None:
    files = background
    whole = coverage.total(files)
    below = [str(file) for file in files if not file.enough]
    assert whole.enough, "\n".join([str(whole), *below])


def test_tests_and_libraries_of_others_do_not_count() -> None:
    lcov = record("contracts/A.sol", 10, 10, 2, 2) + record("tests/forge/B.sol", 10, 0, 0, 0)
    lcov += record("node_modules/@openzeppelin/contracts/C.sol", 10, 0, 0, 0)
    assert [coverage.reached(r).name for r in coverage.records(lcov)] == ["contracts/A.sol"]


@pytest.mark.parametrize(
    ("counts", "enough"),
    [
        ((100, 98, 50, 49), True),
        ((100, 97, 50, 50), False),
        ((100, 100, 50, 48), False),
        ((100, 100, 0, 0), True),
    ],
)
def test_ninety_eight_in_a_hundred_is_enough(counts: tuple[int, ...], *, enough: bool) -> None:
    file = coverage.reached(record("contracts/A.sol", *counts))
    assert file.enough is enough
    assert coverage.total([file]).enough is enough
