"""`interlock soak`: what a person types. The run itself is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_HOME = Path("build/soak")
WIDTH_MAX = 6
SECONDS_OF_AN_HOUR = 3_600
SECONDS_OF_A_MINUTE = 60


def soak(
    hours: Annotated[float, typer.Option(min=0.01, help="How long people live.")] = 1.0,
    kills_per_minute: Annotated[
        float, typer.Option(min=0, max=60, help="Of a daemon, on the average, at random instants.")
    ] = 6.0,
    seed: Annotated[int, typer.Option(help="Of all that is drawn.")] = 1,
    check_minutes: Annotated[
        float, typer.Option(min=0.2, help="From one checkpoint to the next.")
    ] = 5.0,
    width: Annotated[int, typer.Option(min=1, max=WIDTH_MAX, help="Purchases side by side.")] = 4,
    database: Annotated[
        str | None, typer.Option(help="URL of an empty database; default: SQLite in the home.")
    ] = None,
    json_out: Annotated[
        Path | None,
        typer.Option("--json", metavar="OUT", help="Write the result there; '-': standard output."),
    ] = None,
    home: Annotated[
        Path, typer.Option(help="Folder of database, keys, settings and log; made anew.")
    ] = DEFAULT_HOME,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Let people buy, and kill what they rely on: the bridge all the time, its node, and the database's time for it.

    A development chain, the real ERP with its clerks, and one or two daemons that stand by for each other. Daemons are
    killed at random instants, and now and then the node is frozen, or killed and started again without its pool, or the
    database is locked for seconds. At each checkpoint nothing befalls until the bridge is quiet; then the audit must hold,
    no event be booked and no call be made twice, and documents and tokens be those that people's acts make, to the last
    minor unit. Exit 0 only if all of it holds each time; 1 if not, with what differs; 2 if nothing was started.

    Examples: `interlock soak --hours 1 --json build/soak.json`, `interlock soak --hours 0.05 --check-minutes 1 --seed 7`

    OUT: {"holds", "seed", "seconds", "kills", "disasters": {what: count}, "rounds", "orders", "documents",
    "transactions", "audits", "longest_catch_up_seconds", "longest_wait_seconds", "daemon_peak_bytes",
    "disk_bytes_per_document", "failures", "checkpoints": […], …}; written anew all the time while it runs.
    """
    from . import running
    from .soak import Asked

    asked = Asked(
        seconds=hours * SECONDS_OF_AN_HOUR,
        kills_per_minute=kills_per_minute,
        seed=seed,
        check_seconds=check_minutes * SECONDS_OF_A_MINUTE,
        width=width,
        db=database,
        home=home,
    )
    running.run(asked, json_out, quiet)
