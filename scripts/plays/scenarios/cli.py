"""`interlock scenario`: the named scenarios of the domain. The plays themselves are imported when they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..acts.spans import MINUTE
from ..stage.clocks import Time

HOURS_MAX = 0.5  # without --at-most: what is played by the clock while somebody looks on
KILLS_MAX = 50
SCALE_MAX = 4
app = typer.Typer(no_args_is_help=True)


@app.callback()
def scenario() -> None:
    """Named scenarios (场景), played on a real chain, in real books, with the real bridge, and proved at the end."""


@app.command(name="list")
def list_scenarios() -> None:
    """Print the name of each scenario and what happens in it."""
    from . import running

    running.print_list()


@app.command()
def play(  # noqa: PLR0917 - an option each
    name: Annotated[str, typer.Argument(metavar="NAME", help="See `interlock scenario list`.")],
    json_out: Annotated[
        Path | None,
        typer.Option("--json", metavar="OUT", help="Write the result there; '-': standard output."),
    ] = None,
    kills: Annotated[
        int,
        typer.Option(
            min=0, max=KILLS_MAX, help="Kill the bridge up to so many times, at random instants."
        ),
    ] = 0,
    seed: Annotated[
        int,
        typer.Option(
            help="Of all that is drawn: salts, references, kills; in smart-cooking the figures, too."
        ),
    ] = 1,
    scale: Annotated[
        int,
        typer.Option(min=1, max=SCALE_MAX, help="So many times as many take part: smart-cooking."),
    ] = 1,
    chain: Annotated[
        str,
        typer.Option(
            help="hardhat, ganache or anvil; ibft or clique, a network of four validators; started and stopped. Or a URL."
        ),
    ] = "hardhat",
    clock: Annotated[
        Time | None,
        typer.Option(
            help="history: the chain's time is moved as the story goes; real: by the chain's own clock, in the shortest "
            "windows that the contracts allow. Default: real on ibft and clique, else history."
        ),
    ] = None,
    at_most: Annotated[
        float,
        typer.Option(
            min=0, metavar="HOURS", help="By the clock: a story that takes longer is not begun."
        ),
    ] = HOURS_MAX,
    window: Annotated[
        int,
        typer.Option(
            min=MINUTE,
            help="By the clock: seconds of windows that may last a minute; more on a machine that does much else.",
        ),
    ] = MINUTE,
    consensus: Annotated[
        str, typer.Option(help="Of the chain at a URL, as `interlock deploy` names it.")
    ] = "development",
    finality: Annotated[
        int | None,
        typer.Option(help="With --consensus, where it can fork: blocks before an event counts."),
    ] = None,
    db: Annotated[
        str | None, typer.Option(help="URL of an empty database; default: SQLite in the home.")
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            help="Folder of database, keys, settings and log; default: build/scenario/NAME."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Play a scenario, told step by step, and hold each of its figures to the rules, to the last minor unit.

    Everybody signs with a key of their own; the bridge's daemon runs as a program of its own, may be killed at any
    moment (--kills), and the end must be the same. Exit 0 only if every figure fits, nothing waits and the audit holds;
    1 if not, with the difference named; 2 if nothing was started.

    Examples: `interlock scenario play dissolve`, `interlock scenario play partial-and-reject --kills 5 --seed 7`,
    `interlock scenario play reorder-to-pay --json out.json`, `interlock scenario play smart-cooking --seed 7 --scale 3`,
    `interlock scenario play dissolve --chain ibft`

    By the clock (--clock real) nobody moves the time: how long the story takes is said first, and refused beyond
    --at-most hours. Stories in which days pass as they are told take days.

    OUT: {"scenario", "holds", "figures": {name: value}, "mismatches", "steps": [{"who", "what", "documents",
    "transactions"}], "bets" and "groups": how each ended, as the books have it, "statements": of each group the
    rows of its win-win statement with the lines they are summed from, "documents": how many of each type, "waiting",
    "bridge_kills", "audit", "seed", "seconds", "chain_seconds"}.
    """
    from . import running

    by = running.Clock(clock, at_most, window, (consensus, finality))
    running.run(running.Asked(name, json_out, kills, seed, scale, chain, by, db, home, quiet))
