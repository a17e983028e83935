"""`interlock statement`: the win-win statement at a terminal, as a page, a PDF and a workbook. Mounted by `interlock`.

Reads arguments; what the command does is imported when it runs, so that `--help` needs no database driver.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from erp.cli import AsJson, DatabaseUrl

app = typer.Typer(
    no_args_is_help=True,
    help="""Statements for managers, computed from the ledger when they are read: nothing of them is kept.

Exit codes: 0 done, 1 a check of the statement fails or nothing is known by that name, 2 command line or database must be
changed, 3 busy.
""",
)


@app.callback()
def _() -> None:
    """Keeps `win-win` a word of its own."""


@app.command("win-win")
def win_win(
    db: DatabaseUrl = "",
    group: Annotated[
        str | None, typer.Option(help="A chain group: its code, or its id on chain.")
    ] = None,
    node: Annotated[str | None, typer.Option(help="A node: the code of its party.")] = None,
    platform: Annotated[str | None, typer.Option(help="A platform.")] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", help="First month (2026-09), day or unix second; else this month."),
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Last month or day, else as --from.")
    ] = None,
    *,
    xlsx: Annotated[
        Path | None, typer.Option(help="Write a workbook.", dir_okay=False, metavar="FILE")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write a page to print on A4.", dir_okay=False, metavar="FILE"),
    ] = None,
    pdf: Annotated[
        Path | None,
        typer.Option(
            help="Write the page as a PDF, which needs `pip install 'interlock\\[print]'`.",
            dir_okay=False,
            metavar="FILE",
        ),
    ] = None,
    english: Annotated[
        bool, typer.Option("--en", help="Page, PDF and workbook in English; else in Chinese.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show who earned what together and who has what of it (共赢增值表): of a group, a node or a platform, in any period.

    Exit 1 when one of its checks fails: what is wrong is told below the table.

    Example: `interlock statement win-win --group GRP-2026-00001 --from 2026-09 --html statement.html`
    """
    from erp.statement_desk import Wanted, show

    show(
        Wanted(db, group, node, platform, first, last),
        xlsx=xlsx,
        html=html,
        pdf=pdf,
        english=english,
        as_json=as_json,
    )
