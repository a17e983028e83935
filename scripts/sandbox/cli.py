"""`interlock up`: what a person types. What it starts is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .windows import WINDOW_SECONDS, WINDOW_SECONDS_MIN


def up(
    chain: Annotated[str, typer.Option(help="hardhat, ganache or anvil.")] = "hardhat",
    chain_port: Annotated[int, typer.Option(help="Port of the chain; 0: a free one.")] = 8545,
    api_port: Annotated[int, typer.Option(help="Port of the ERP's API; 0: a free one.")] = 8000,
    home: Annotated[
        Path, typer.Option(help="Folder of this system's database, keys and logs.")
    ] = Path("build/run"),
    deployment: Annotated[Path, typer.Option(help="Deployment file to write.")] = Path(
        "deployments/local.json"
    ),
    block_seconds: Annotated[
        float, typer.Option(help="The chain mines at least this often.")
    ] = 1.0,
    window_seconds: Annotated[
        int,
        typer.Option(min=WINDOW_SECONDS_MIN, help="Time to bid in a tender, and again to reveal."),
    ] = WINDOW_SECONDS,
    seconds: Annotated[float, typer.Option(help="Stop by itself after so long; 0: never.")] = 0.0,
) -> None:
    """Start a development chain, the ERP's API and the bridge, and keep them up until Ctrl-C.

    A system for trying out: one buyer, three suppliers and one item are there, with money, a budget and a stock just at its
    threshold. Issue one unit in the API and watch the tender open; bid from `make console`: what to type is printed, step
    by step. The clerks' clock is the chain's. The chain lives in memory, so each start begins anew.
    """
    from . import up as sandbox

    sandbox.run(
        chain,  # type: ignore[arg-type]  # DevChain refuses anything else, naming what it knows
        chain_port,
        api_port,
        home,
        deployment,
        block_seconds,
        window_seconds,
        seconds,
    )
