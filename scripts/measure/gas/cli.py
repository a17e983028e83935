"""`make bench-gas`: python -m scripts.measure.gas [--json OUT] [--markdown]."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ...devchain.devchain import DevChain, parse_time
from . import peers
from .anchoring import BATCH, anchor
from .bets import measure
from .cycle import Cycles
from .world import Measured, World

START = "2026-01-05T00:00:00Z"
CYCLE_MAX = 1_000_000
ANCHOR_MAX = 300  # a document
BET_SPREAD_MAX_BPS = 300
FEW, MANY = 2, 128
BPS = 10_000
BOND = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: a step, its gas, and a note."""

    what: str
    gas: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """All rows, and the promises about cost that do not hold."""

    rows: list[Row]
    broken: list[str]


def run() -> Result:
    """Measures every step on a fresh Hardhat chain."""
    with DevChain("hardhat", start=parse_time(START)) as node:
        world = World(node)
        rows, broken = _cycles(world)
        for more_rows, more_broken in (_anchor(world), _bets(world)):
            rows += more_rows
            broken += more_broken
        rows += _peers(world)
    return Result(rows, broken)


def _cycles(world: World) -> tuple[list[Row], list[str]]:
    cycles = Cycles(world)
    first, again, bonded = cycles.run(), cycles.run(), cycles.run(BOND)
    total = _sum(again)
    firms = f"{len(again)} transactions; firms that traded before"
    rows = [
        Row("reorder-to-pay, three bidders", total, firms),
        *(Row(f"- {what}", gas, note) for what, gas, note in _steps(again)),
        Row("the same, everybody's first", _sum(first), "slots that nobody wrote before"),
        Row("the same, with bonds", _sum(bonded), "three bonds paid in and paid back"),
    ]
    broken = [] if total < CYCLE_MAX else [f"a cycle costs {total}, {CYCLE_MAX} is the limit"]
    return rows, broken


def _steps(steps: Sequence[Measured]) -> list[tuple[str, int, str]]:
    """The mean of each step, and how often it comes."""
    found: dict[str, list[int]] = {}
    for step in steps:
        found.setdefault(step.what, []).append(step.gas)
    return [
        (what, sum(gas) // len(gas), f"mean of {len(gas)}" if len(gas) > 1 else "")
        for what, gas in found.items()
    ]


def _anchor(world: World) -> tuple[list[Row], list[str]]:
    gas = anchor(world)
    each = gas / BATCH
    rows = [Row(f"anchor of {BATCH} documents", gas, f"{each:.0f} a document")]
    broken = [] if each < ANCHOR_MAX else [f"an anchored document costs {each:.0f} gas"]
    return rows, broken


def _bets(world: World) -> tuple[list[Row], list[str]]:
    rows, broken = [], []
    for few, many in zip(measure(world, FEW), measure(world, MANY), strict=True):
        spread = (many.gas - few.gas) * BPS // few.gas
        note = f"{few.gas:,} with {FEW} parties, {spread / 100:+.1f} %"
        rows.append(Row(f"bet of {MANY} parties: {few.what}", many.gas, note))
        if abs(spread) > BET_SPREAD_MAX_BPS:
            broken.append(f"{few.what} costs {few.gas} with {FEW} parties, {many.gas} with {MANY}")
    return rows, broken


def _peers(world: World) -> list[Row]:
    chain_id, holder = world.deployment.chain_id, world.person("holder").address
    return [
        Row(
            "ERC-20 transfer",
            peers.plain_transfer(world.deployer, chain_id, holder),
            "OpenZeppelin",
        ),
        Row("on-chain attestation of EAS", peers.attestation(world.deployer, chain_id), "32 bytes"),
    ]


def _sum(steps: Sequence[Measured]) -> int:
    return sum(step.gas for step in steps)


def markdown(rows: Sequence[Row]) -> str:
    """Returns the rows as the Markdown table that stands in docs/cost.md."""
    lines = ["| what | gas | |", "|---|--:|---|"]
    lines += [f"| {row.what.strip()} | {row.gas:,} | {row.note} |" for row in rows]
    return "\n".join(lines) + "\n"


def _show(rows: Sequence[Row]) -> None:
    table = Table("what", "gas", "")
    table.columns[1].justify = "right"
    for row in rows:
        table.add_row(row.what, f"{row.gas:,}", row.note)
    Console(emoji=False).print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; returns 0 when every promise about cost holds, 1 with those that do not on stderr."""
    parser = argparse.ArgumentParser(prog="python -m scripts.measure.gas", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the rows there")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/cost.md")
    options = parser.parse_args(arguments)
    result = run()
    if options.json is not None:
        rows = [asdict(row) for row in result.rows]
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    if options.markdown:
        sys.stdout.write(markdown(result.rows))
    else:
        _show(result.rows)
    for line in result.broken:
        print(line, file=sys.stderr)
    return 1 if result.broken else 0
