"""`interlock soak` at work: shows how far it is, tells what came of it, and turns it into an exit code."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from bridge.operator.printing import a_table, printer, put

from ..stage.exits import EXIT_FAILED, STDOUT, check_writable, complain, guarded, write_json
from .soak import Asked, Soaked, soak

MIB = 1024 * 1024
LINE_SECONDS = 60  # from one line to the next where standard error is no terminal


def run(asked: Asked, json_out: Path | None, quiet: bool) -> None:
    """Soaks, tells, and exits as `interlock soak` says."""
    soaked = guarded(lambda: _run(asked, json_out, quiet))
    if json_out is not None:
        write_json(soaked.as_json(), json_out)
    if not quiet and json_out != STDOUT:
        _show(soaked)
    for failure in soaked.failures:
        complain(failure)
    if not soaked.holds:
        raise typer.Exit(EXIT_FAILED)


def _run(asked: Asked, json_out: Path | None, quiet: bool) -> Soaked:
    check_writable(json_out)
    console = Console(stderr=True, quiet=quiet, emoji=False, soft_wrap=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("opening", total=asked.seconds)
        lines = 0

        def tell(soaked: Soaked) -> None:
            nonlocal lines
            progress.update(task, description=_line(soaked), completed=soaked.seconds)
            if not console.is_terminal and soaked.seconds >= lines * LINE_SECONDS:
                lines = int(soaked.seconds // LINE_SECONDS) + 1
                console.print(_line(soaked), highlight=False)
            if json_out not in (None, STDOUT):
                write_json(soaked.as_json(), json_out)  # what is known so far outlives a power cut

        return soak(asked, tell)


def _line(soaked: Soaked) -> str:
    passed = timedelta(seconds=round(soaked.seconds))
    kills = soaked.disasters.get("bridge killed", 0)
    return f"{passed}  {soaked.orders} orders, {kills} kills, {len(soaked.checkpoints)} audits"


def _show(soaked: Soaked) -> None:
    told = soaked.as_json()
    console = printer()
    table = a_table(console, "what", "", title="interlock soak")
    for name in ("seconds", "orders", "documents", "transactions", "kills", "audits"):
        table.add_row(name, f"{told[name]:,}")
    for name, count in soaked.disasters.items():
        table.add_row(name, f"{count:,}")
    table.add_row("longest catch-up, s", f"{told['longest_catch_up_seconds']}")
    table.add_row("longest wait of people, s", f"{told['longest_wait_seconds']}")
    table.add_row("most memory of a daemon, MiB", f"{soaked.daemon_peak_bytes / MIB:.0f}")
    table.add_row("disk, bytes a document", f"{told['disk_bytes_per_document']:,}")
    table.add_row("holds", "yes" if soaked.holds else "NO")
    put(console, table)
