"""What is typed: ``make mutants``, ``make mutants ARGS="--contract Guarantees --sample 40"``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..compiler import ROOT, CompileError
from .report import ListError, Row, as_json, check_list, read_list, rows
from .runner import SURVIVED, Result, all_mutants, run
from .scene import SceneError
from .sites import CORE_PERCENT, Mutant, changed_lines, files, folders, sampled

FOLDER = ROOT / "build" / "mutants"
LIST = Path(__file__).with_name("survivors")
BELOW, WRONG = 1, 2  # exit codes: a score is too low; it could not be judged
NICE = 15


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="make mutants",
        description="Plants small faults in contracts/, one at a time, and asks the tests of the capability. "
        f"Exit 1 when fewer than {CORE_PERCENT} % die in a file that moves money, keeps state or asks who may; "
        "2 when it could not be judged.",
        epilog="Nothing is edited: mutants live in a copy under build/mutants. What was judged is kept there and asked "
        "again only when something changes that its tests can read, so that a stopped run goes on where it stood.",
    )
    made.add_argument(
        "--contract",
        action="append",
        default=[],
        metavar="NAME",
        help="only this file or folder of contracts/: Guarantees, orders; repeatable",
    )
    made.add_argument(
        "--function",
        action="append",
        default=[],
        metavar="NAME",
        help="only in this function; repeatable",
    )
    made.add_argument("--sample", type=int, metavar="N", help="at most N mutants of each file")
    made.add_argument("--seed", type=int, default=1, help="which ones (1)")
    made.add_argument("--since", metavar="REF", help="only lines changed since this commit")
    made.add_argument("--jobs", type=int, default=1, help="how many at once (1)")
    made.add_argument(
        "--walks", action="store_true", help="let the walks judge what no other test saw"
    )
    made.add_argument("--list", action="store_true", help="show the mutants and judge none")
    made.add_argument("--json", action="store_true", help="for machines: JSON on standard output")
    return made


def main(
    argv: Sequence[str] | None = None, root: Path = ROOT, folder: Path = FOLDER, listed: Path = LIST
) -> int:
    told = parser().parse_args(argv)
    try:
        return _main(told, root, folder, listed)
    except (ListError, SceneError, CompileError) as error:
        print(f"mutants: {error}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("mutants: stopped; the same command goes on from here", file=sys.stderr)
        return WRONG


def _main(told: argparse.Namespace, root: Path, folder: Path, listed: Path) -> int:
    wanted = [file for file in files(root, told.contract) if folders(file)]
    if not wanted:
        raise SceneError(f"no contract is called {', '.join(told.contract)}")
    known = read_list(listed)
    found = all_mutants(root, wanted)
    check_list(known, found, complete=not told.contract)
    chosen = _chosen(told, root, found)
    if told.list:
        for mutant in chosen:
            print(
                f"{mutant.file}:{mutant.line} {mutant.function}: {mutant.operator}: {mutant.after}"
            )
        return 0
    results = _judged(told, root, folder, chosen)
    table = rows(chosen, results, known)
    if told.json:
        print(json.dumps(as_json(table), indent=2, ensure_ascii=False))
    else:
        _print(table)
    return 0 if all(row.enough for row in table) else BELOW


def _chosen(told: argparse.Namespace, root: Path, found: dict[str, list[Mutant]]) -> list[Mutant]:
    lines = changed_lines(root, told.since) if told.since else None
    chosen = []
    for file, all_of_it in found.items():
        here = [m for m in all_of_it if lines is None or m.line in lines.get(file, ())]
        here = [m for m in here if not told.function or m.function in told.function]
        chosen += sampled(here, told.sample, told.seed) if here else []
    return list({mutant.name: mutant for mutant in chosen}.values())


def _judged(
    told: argparse.Namespace, root: Path, folder: Path, chosen: list[Mutant]
) -> dict[str, Result]:
    os.nice(max(0, NICE - os.nice(0)))
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("mutants", total=len(chosen))

        def seen(mutant: Mutant, result: Result) -> None:
            bar.update(task, advance=1, description=Path(mutant.file).stem)
            if result.state == SURVIVED:
                bar.console.print(
                    f"survived {mutant.file}:{mutant.line} {mutant.function}: {mutant.after}",
                    markup=False,
                    highlight=False,
                )

        return run(root, folder, chosen, told.jobs, told.walks, seen)


def _print(table: Sequence[Row]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 140)
    shown = Table("contract", "mutants", "killed", "equivalent", "survived", "score", box=None)
    for row in table:
        mark = "" if row.enough else f" (at least {CORE_PERCENT})"
        values = (row.mutants, row.killed, row.equivalent, len(row.survivors))
        shown.add_row(row.file, *map(str, values), f"{row.score:.1f} %{mark}")
    console.print(shown)
    for row in table:
        for mutant in row.survivors:
            line = f"{mutant.file}:{mutant.line} {mutant.function}, {mutant.operator}:"
            console.print(
                f"{line}\n  - {mutant.before}\n  + {mutant.after}", markup=False, highlight=False
            )
