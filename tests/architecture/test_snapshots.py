"""Where each variable lies and how large each contract is: a change is seen, and meant, before it is deployed."""

from __future__ import annotations

import difflib
import json

import pytest

from scripts.toolchain import snapshots


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    return snapshots.fresh()


def difference(name: str, before: str, now: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(),
        now.splitlines(),
        f"{name}, committed",
        f"{name}, now",
        lineterm="",
        n=1,
    )
    return "\n".join(lines)


def test_layouts_and_sizes_are_those_of_the_snapshots(fresh: dict[str, str]) -> None:
    kept = snapshots.kept()
    told = [
        difference(name, kept.get(name, ""), fresh.get(name, ""))
        for name in sorted(kept.keys() | fresh.keys())
    ]
    changed = "\n\n".join(text for text in told if text)
    assert not changed, f"is it meant? then `make snapshots`\n\n{changed}"


def test_every_contract_fits_on_a_chain(fresh: dict[str, str]) -> None:
    sizes = json.loads(fresh["sizes.json"])
    assert sizes
    too_large = {name: size for name, size in sizes.items() if size["room"] <= 0}
    assert too_large == {}


def test_a_moved_variable_is_told_in_a_line() -> None:
    before, now = '"0+0 _a: uint256",\n"1+0 _b: bool"', '"0+0 _b: bool",\n"1+0 _a: uint256"'
    told = difference("storage/Tenders.json", before, now)
    assert '-"1+0 _b: bool"' in told
    assert '+"0+0 _b: bool",' in told
