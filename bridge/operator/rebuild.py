"""`interlock rebuild`: the books made again from chain and payloads, and compared row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.errors import BadConfiguration
from bridge.operator import printing
from bridge.operator.options import Settings, with_settings

if TYPE_CHECKING:
    from rich.progress import TaskID

    from bridge.audit.rebuild import Progress

EXIT_FAILED = 1  # it was looked at and does not hold
REBUILT = "rebuilt.db"  # the database that --keep leaves in its folder


@with_settings
def rebuild(
    settings: Settings,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="DIR",
            help=f"Leave the rebuilt database in this folder, as {REBUILT}. It holds salts: keep it as you keep the other.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: JSON on standard output.")
    ] = False,
) -> None:
    """Make all books again from chain and payloads in a new database, and compare every row. Exit 1 when one differs.

    Events come from the chain, read from the deployment's first block on and proved; what an event made is never taken from
    the log. From the log come what people entered, salts and order. Needs no keys, writes nothing to the database in use,
    and needs a quiet moment of the ring, or says so and exits 3.
    """
    config = settings.config()
    from bridge.chain.deployment import load

    load(config.deployment)
    from bridge.bootstrap import Access, build

    with (
        _new_file(keep) as file,
        closing(build(config, access=Access.READ)) as bridge,
        _shown(quiet=as_json) as progress,
    ):
        report = bridge.rebuild.run(file, progress)
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    else:
        printing.print_rebuild(report)
    if not report.holds:
        raise typer.Exit(EXIT_FAILED)


@contextmanager
def _new_file(keep: Path | None) -> Iterator[Path]:
    """Where the new database goes: a folder that is gone afterwards, or the one to keep. Raises BadConfiguration."""
    if keep is None:
        with TemporaryDirectory(prefix="interlock-rebuild-") as folder:
            yield Path(folder) / REBUILT
        return
    file = keep / REBUILT
    if file.exists():
        raise BadConfiguration(f"{file} is there already: name another folder with --keep")
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadConfiguration(f"cannot make {keep}: {error.strerror}") from error
    yield file


@contextmanager
def _shown(*, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal for each thing that is done; nothing elsewhere."""
    console = printing.printer(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _what, _done, _all: None
        return
    from rich.progress import Progress as Bars  # only where somebody looks at it

    with Bars(console=console) as bars:
        known: dict[str, TaskID] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in known:
                known[what] = bars.add_task(what)
            bars.update(known[what], completed=done, total=total)

        yield progress
