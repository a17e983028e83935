"""`interlock ratings`: what real traders said of each other, as words of peers and reviews of users."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def ratings() -> None:
    """Ratings that real traders gave each other, and waves of attackers among them."""


@app.command()
def replay(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Holds ratings*.csv or ratings*.csv.gz.")
    ],
    json_out: Annotated[
        Path | None,
        typer.Option("--json", metavar="OUT", help="Write the waves there; - for standard output."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw the waves there, as SVG.")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="No table.")] = False,
) -> None:
    """Replay the ratings of DIR, a group a quarter, and let waves of attackers speak of each honest member.

    Each line is rater, rated, score from -10 to 10, unix time. As words of peers a rating counts as its distance from the
    rater's own mean, by the rater's credit; as a review it weighs a sale, which an attacker pays for. Exit code 0 when no
    honest member is moved by more than the bound that the contracts state, 1 when one is.

    Example: `interlock ratings replay ../shared/data/ratings --plot waves.svg`

    OUT is a list of {"attackers", "praise", "members", "peers": {"worst_bps", "bound_bps", "beyond"}, "users": {…}}.
    """
    from . import running

    raise typer.Exit(running.run(folder, json_out, plot, quiet))
