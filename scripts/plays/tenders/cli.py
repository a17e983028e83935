"""`interlock tenders`: real auctions on chain. The play itself is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def tenders() -> None:
    """Sealed-bid tenders of real authorities, played anew on chain."""


@app.command()
def replay(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Holds contract_data.csv and contract_bid_data.csv, or .csv.gz."
        ),
    ],
    json_out: Annotated[
        Path | None,
        typer.Option(
            "--json", metavar="OUT", help="Write the awards there; - for standard output."
        ),
    ] = None,
    chain: Annotated[str, typer.Option(help="hardhat, ganache or anvil.")] = "hardhat",
    limit: Annotated[int, typer.Option(min=0, help="Only so many contracts; 0: all.")] = 0,
    quiet: Annotated[bool, typer.Option(help="No progress and no table.")] = False,
) -> None:
    """Play every contract of DIR that has bids: sealed bids, reasons for setting bids aside, award.

    Each bidder (a licence number) has a key of its own and commits to the total of its bid before anybody reveals one. The
    authority strikes the bids that it set aside, each with its reason, and the contract awards. Exit code 0 when the
    chain's award is the authority's in every contract, 1 when it is not.

    Example: `interlock tenders replay ../shared/data/caltrans_bids --json awards.json`

    OUT is a list of {"identifier", "winner": licence number, "valid_bids", "disqualified"}.
    """
    from . import running

    running.run(folder, json_out, chain, limit, quiet)  # type: ignore[arg-type]  # DevChain refuses anything else
