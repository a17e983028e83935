"""`make bench`: reads the arguments, measures what is asked for, prints the figures beside their floors."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .catalogue import BY_DEFAULT, MEASUREMENTS, NAMES
from .databases import Databases
from .figure import Figure
from .goals import judged, missed

STDOUT = Path("-")
ABOUT = """Measures how fast the system is, each figure beside a floor measured in the same run.

  orders, demo_seconds       the demo: seconds an order, seconds in all    floor: bare node, bare SQLite
  out                        intents a second, from OUTBOX until proved    floor: signed batches to the node
  events                     a second, one a block, to its document        floor: bare node, bare SQLite
  in_sqlite, in_postgresql   documents a second from full blocks, proved   floor: fetched, decoded, raw rows
  curve                      CPU of a document, behind 10^5 against 10^3   floor: 1, a cost that does not grow
  curve_1000000              the same behind 10^6, only if it is named     floor: 1, a cost that does not grow
  ponder                     documents a second, proved and booked         floor: Ponder, documents with lines
  latency_ms                 from a block to its posted document           floor: asked without rest, raw rows
  out_hardhat, out_ibft,
  out_clique                 as out, four validators but for hardhat       floor: signed, sent at once to one node
  latency_hardhat_ms, latency_ibft_ms,
  latency_clique_ms          as latency_ms, there                          floor: asked without rest, raw rows
  api_single, api_eight      documents a second, one and eight clients     floor: the same rows in raw SQL
  api_single_postgresql, api_eight_postgresql   the same on PostgreSQL     floor: the same rows in raw SQL
  api_lists_sqlite,
  api_lists_postgresql       documents a second in lists of 500 commands   floor: the same rows in raw SQL
  document_cost_growth       CPU of a document, 10^5 against 10^3          floor: 1, a cost that does not grow
  bet_128_parties            CPU a party and period, 128 against 8 parties floor: 1, a cost that does not grow
  poison_10000               CPU a poisoned event, 10^4 against 10^3       floor: 1, a cost that does not grow
  audit_of_the_new           CPU of an audit, behind 10^4 against 10^3     floor: 1, a cost that does not grow
  page_documents_s, page_order_s  seconds of a page with its files         floor: a bare server of the same bytes
  page_kib, page_plot_kib    on the wire, without plots and with           floor: the page without its files
  pages_eight                pages a second, eight browsers at once        floor: a bare server of the same bytes
  live_100_pct               of a core for 100 listeners                   floor: the same, and nobody listens
  help_s                     interlock --help, in the slower language      floor: Typer and Rich loaded
  trial_balance_s            of 10^6 lines, by entity and by group         floor: the sum in raw SQL

A goal that is missed is printed as missed, and the exit code is 0 all the same: how fast a machine is, is no error.
"""
EXAMPLES = """examples:
  make bench
  make bench ARGS="--only api_single api_eight"
  make bench ARGS="--json build/bench.json"
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of `make bench`."""
    made = argparse.ArgumentParser(
        prog="python -m scripts.measure.bench",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help="only these figures")
    made.add_argument(
        "--json", type=Path, metavar="OUT", help="write the figures there; '-': standard output"
    )
    return made


def measure(names: Sequence[str], console: Console) -> list[Figure]:
    """Measures these figures in the order of the catalogue; removes everything that was started or written."""
    wanted = [m for m in MEASUREMENTS if set(m.names) & set(names)]
    figures: list[Figure] = []
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("preparing", total=len(wanted))
        for measurement in wanted:
            progress.update(task, description=measurement.what)
            with (
                tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder,
                Databases(Path(folder)) as databases,
            ):
                figures += measurement.measure(names, databases, Path(folder))
            progress.advance(task)
    return judged(figures)


def show(figures: Sequence[Figure], console: Console) -> None:
    """Prints the figures as a table, and below it what each was measured on."""
    table = Table(title="make bench")
    for title in ("what", "ours", "floor", "unit", "time ÷ floor", "CPU µs"):
        table.add_column(title, justify="left" if title in {"what", "unit"} else "right")
    for figure in figures:
        table.add_row(
            figure.name,
            number(figure.ours),
            number(figure.floor),
            figure.unit,
            number(figure.ratio),
            number(figure.cpu_us),
        )
    console.print(table)
    for figure in figures:
        console.print(f"{figure.name}: {figure.note}", highlight=False, markup=False)
    for name in missed(figures):
        console.print(f"missed: {name}")


def number(value: float | None) -> str:
    """A figure as text, three digits or more: 0.0123, 12.3, 1,234; `-` where there is none."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints; returns 0, also when goals are missed (2: the arguments are wrong)."""
    options = parser().parse_args(arguments)
    to_stdout = options.json == STDOUT
    console = Console(stderr=to_stdout, emoji=False)
    if options.json is not None and not to_stdout:
        options.json.parent.mkdir(parents=True, exist_ok=True)
    names = options.only or BY_DEFAULT
    figures = measure(names, console)
    text = json.dumps([asdict(figure) for figure in figures], indent=2, ensure_ascii=False) + "\n"
    if to_stdout:
        sys.stdout.write(text)
        return 0
    if options.json is not None:
        options.json.write_text(text, encoding="utf-8")
    show(figures, console)
    return 0
