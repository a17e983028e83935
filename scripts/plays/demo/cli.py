"""`interlock demo`: what a person types. The play itself is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..stage.clocks import Time
from .plan import MAX_PAYMENT_DAYS, AwardMode

DEFAULT_LINES = "150"
DEFAULT_HOME = Path("build/demo")


def demo(  # noqa: PLR0917 - an option each
    purchases: Annotated[
        Path | None,
        typer.Option(help="SCMS delivery history, csv or csv.gz; default: the carried part of it."),
    ] = None,
    lines: Annotated[
        str, typer.Option(help="How many Direct Drop lines to read, from the top; or 'all'.")
    ] = DEFAULT_LINES,
    award: Annotated[
        AwardMode,
        typer.Option(help="history: the vendor of the history wins; market: the best bid wins."),
    ] = AwardMode.HISTORY,
    chain: Annotated[
        str,
        typer.Option(
            help="hardhat, ganache or anvil; ibft or clique, a network of four validators; started and stopped. Or a URL."
        ),
    ] = "hardhat",
    clock: Annotated[
        Time | None,
        typer.Option(
            help="history: the chain's time is moved to the days of the history; real: all lines at once, by the chain's "
            "own clock. Default: real on ibft and clique, else history."
        ),
    ] = None,
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
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the result here; '-': standard output.")
    ] = None,
    home: Annotated[
        Path, typer.Option(help="Folder of database, keys, settings and log; made anew.")
    ] = DEFAULT_HOME,
    payment_days: Annotated[
        int,
        typer.Option(
            min=0,
            max=MAX_PAYMENT_DAYS,
            help="Pay every order so many days after acceptance, by a claim that can be sold; 0: at once.",
        ),
    ] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Play real purchase history from falling stock to payment, and prove that ERP and chain tell one story.

    Each line becomes a requisition, a sealed-bid tender, an order with escrow, a delivery and a payment, on the chain and
    in the books, at the time of the history. With --payment-days the supplier is paid by a claim instead, due so long
    after; the claims of lines that came late are sold to a financier, and each is paid to whoever holds it then. Exit 0
    only if the audit holds and the money adds up to the cent; 1 if it does not, with the difference named; 2 if the input
    is not usable and nothing was started.

    By the real clock the vendors, quantities and prices are those of the history and its dates are not: tenders last as
    long as the contract asks at least, goods come at once, and all lines are played together in some four minutes. That is
    how it runs on a network of several validators, whose time nobody can move; `make network` builds them once.

    Examples: `interlock demo --lines 30`, `interlock demo --award market`, `interlock demo --payment-days 60`,
    `interlock demo --chain anvil --json out.json`, `interlock demo --chain ibft --lines 10`,
    `interlock demo --chain http://127.0.0.1:8545 --clock real --consensus clique --finality 4`
    """
    from . import running

    agreed = consensus, finality
    setting = running.setting(award, chain, db, home, payment_days, clock, agreed)
    running.run(purchases, lines, setting, json_out, quiet)
