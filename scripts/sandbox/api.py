"""The ERP's API of a sandbox: its clock is the chain's, so that moving chain time moves the clerks' day as well.

    python -m scripts.sandbox.api --db sqlite:///build/run/interlock.db --port 8000 --chain http://127.0.0.1:8545

With `--deployment FILE` it also proves documents and hands questions on to the chain.
A real ERP has a clock of its own (`interlock erp serve`): its clerks and the chain live in the same time anyway.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from bridge.chain.client import Client
from bridge.config import Config
from bridge.errors import NodeUnavailable
from erp.api.settings import Settings
from erp.app import create_app
from erp.database import open_engine
from erp.serving import run

from ..devchain.devchain import HOST
from ..witness import BridgeWitness
from . import links


def chain_clock(client: Client) -> Callable[[], int]:
    """Returns a clock that reads the time of the newest block, unix seconds, or raises NodeUnavailable.

    It asks twice: a node closes connections that were still for a while, and the first question after that meets the end
    of one. A page would be a 500 for it.
    """

    def now() -> int:
        try:
            return client.head().timestamp
        except NodeUnavailable:
            return client.head().timestamp

    return now


def main() -> None:
    """Serves the API on loopback until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m scripts.sandbox.api", description=__doc__)
    parser.add_argument("--db", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--chain", required=True, metavar="URL")
    parser.add_argument("--deployment", type=Path, metavar="FILE")
    parser.add_argument("--links", type=Path, metavar="FILE", help="of scripts.sandbox.links")
    options = parser.parse_args()
    engine = open_engine(options.db)
    config = None
    if options.deployment is not None:
        config = Config(db=options.db, deployment=options.deployment, rpc=(options.chain,))
    app = create_app(
        Settings(
            engine,
            clock=chain_clock(Client([options.chain])),
            witness=BridgeWitness(engine, "", config),
        )
    )
    if options.links is not None:
        links.open_door(app, links.read(options.links, time.time))
    try:
        run(app, HOST, options.port)
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
