"""Runs the replay: reads, plays, prints the table, writes what was asked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.table import Table

from bridge.operator.printing import printer

from .plot import svg_of
from .traders import quarters, read
from .waves import Wave, play


def run(folder: Path, json_out: Path | None, plot: Path | None, quiet: bool) -> int:
    """0 when no honest member is moved above its bound, else 1. Raises NoRatings."""
    waves = list(play(quarters(read(folder))))
    told = json.dumps([wave.as_json() for wave in waves], indent=2) + "\n"
    if json_out is not None and str(json_out) == "-":
        sys.stdout.write(told)
    elif json_out is not None:
        json_out.write_text(told, encoding="utf-8")
    if plot is not None:
        plot.write_text(svg_of(waves), encoding="utf-8")
    if not quiet:
        printer(stderr=str(json_out) == "-").print(table_of(waves))
    return 0 if all(wave.holds for wave in waves) else 1


def table_of(waves: list[Wave]) -> Table:
    """The waves, each with the worst it did and the bound of that member."""
    table = Table(title="What a wave of attackers moves an honest member by, basis points")
    for name in ("attackers", "say", "members", "peers", "bound", "users", "bound", "beyond"):
        table.add_column(name, justify="right")
    for wave in waves:
        table.add_row(
            str(wave.attackers),
            "the best" if wave.praise else "the worst",
            str(wave.members),
            str(wave.peers.worst_bps),
            str(wave.peers.bound_bps),
            str(wave.users.worst_bps),
            str(wave.users.bound_bps),
            str(wave.peers.beyond + wave.users.beyond),
        )
    return table
