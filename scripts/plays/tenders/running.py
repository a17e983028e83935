"""`interlock tenders replay` at work: reads real auctions, plays them on chain, tells how they ended."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from bridge.errors import BadConfiguration
from bridge.operator.printing import printer

from ...devchain.devchain import DevChain, DevChainError, Kind
from .caltrans import Auction, read_auctions
from .play import Outcome, Replay

EXIT_DIFFERS = 1  # the chain awarded to somebody else than the authority did
STDOUT = Path("-")
SHOWN = 5  # the auctions with most bids


def run(folder: Path, json_out: Path | None, chain: Kind, limit: int, quiet: bool) -> None:
    """Plays the contracts of a folder, tells, and exits with 1 when an award is not the authority's."""
    auctions = read_auctions(folder)
    if limit:
        auctions = auctions[:limit]
    outcomes = _play(auctions, chain, quiet)
    _tell(outcomes, json_out, quiet)
    if not all(outcome.agrees for outcome in outcomes):
        raise typer.Exit(EXIT_DIFFERS)


def _play(auctions: Sequence[Auction], chain: Kind, quiet: bool) -> list[Outcome]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True, quiet=quiet, emoji=False)
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True) as bar:

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

        try:
            with DevChain(chain) as node:
                return Replay(node, os.urandom, progress).run(auctions)
        except DevChainError as error:
            raise BadConfiguration(str(error)) from error


def _tell(outcomes: Sequence[Outcome], json_out: Path | None, quiet: bool) -> None:
    found = [
        {
            "identifier": outcome.auction.identifier,
            "winner": outcome.winner,
            "valid_bids": outcome.valid_bids,
            "disqualified": outcome.disqualified,
        }
        for outcome in outcomes
    ]
    text = json.dumps(found, indent=2) + "\n"
    if json_out == STDOUT:
        sys.stdout.write(text)
        return
    if json_out is not None:
        json_out.write_text(text, encoding="utf-8")
    if not quiet:
        _show(outcomes, printer())


def _show(outcomes: Sequence[Outcome], console: Console) -> None:
    table = Table("contract", "opened", "bids", "set aside", "award on chain", "authority")
    differing = [outcome for outcome in outcomes if not outcome.agrees]
    largest = sorted(outcomes, key=lambda o: -len(o.auction.bids))[:SHOWN]
    shown = differing or [o for o in outcomes if o in largest or o.disqualified]
    for outcome in shown:
        auction = outcome.auction
        table.add_row(
            auction.identifier,
            auction.opened_on,
            str(len(auction.bids)),
            str(outcome.disqualified or ""),
            outcome.winner or "void",
            auction.awarded_to.licence,
        )
    console.print(table)
    agreed = sum(outcome.agrees for outcome in outcomes)
    bids = sum(len(outcome.auction.bids) for outcome in outcomes)
    struck = sum(outcome.disqualified for outcome in outcomes)
    console.print(
        f"{len(outcomes)} contracts, {bids} sealed bids, {struck} set aside with their reason; "
        f"the chain awarded as the authority did in {agreed} of {len(outcomes)}",
        highlight=False,
    )
    for outcome in outcomes:
        for bid in outcome.auction.bids:
            if bid.partners:
                console.print(
                    f"{outcome.auction.identifier}: {bid.name} is a joint venture, printed with its partners "
                    f"{', '.join(bid.partners)} as extra rows: one bid, under {bid.licence}",
                    highlight=False,
                    markup=False,
                )
