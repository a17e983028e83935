"""`interlock metrics`: what bets are measured by, and any report counted again. Mounted by `interlock`.

Reads arguments; what a command does is imported when it runs, so that `--help` needs no database driver.
"""

from __future__ import annotations

from typing import Annotated

import typer

from erp.cli import AsJson, DatabaseUrl

app = typer.Typer(
    no_args_is_help=True,
    help="""The metrics of bets (指标): what is counted, what is due, and whether a report says what its documents say.

Exit codes: 0 done, 1 a report does not say what its documents say, 2 command line or database must be changed, 3 busy.
""",
)


@app.command(name="list")
def list_metrics(as_json: AsJson = False) -> None:
    """Print the metrics that the books measure: code, name, unit, direction, documents.

    Example: `interlock metrics list`
    """
    from erp import performance_desk

    performance_desk.print_metrics(as_json)


@app.command()
def recompute(
    number: Annotated[str, typer.Argument(help="BRP-2026-00001")],
    db: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Count a report again from the documents that it lists, and from nothing else. Exit 1 when a number differs.

    Example: `interlock metrics recompute BRP-2026-00001 --db sqlite:///books.db`
    """
    from erp import performance_desk

    performance_desk.print_recomputed(db, number, as_json)
