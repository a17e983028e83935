"""What a bridge by itself takes in memory: it books a whole chain in a process of its own, in which nothing else is."""

from __future__ import annotations

import multiprocessing
import resource
from dataclasses import replace
from multiprocessing.connection import Connection

from bridge.bootstrap import build
from bridge.config import Config

from .ring import Ring, seed

SECONDS_MAX = 600.0
KIBIBYTES = 1024


def of_a_bridge(ring: Ring, db: str, documents: int) -> float:
    """The most MB that a bridge held resident while it booked the ring's whole chain into the empty database `db`.

    The process beside it, which reads ahead, is not counted. Raises RuntimeError when fewer than `documents` came of it.
    """
    first = ring.treasurer.client.header(1)
    party = ring.node.accounts[5].address.lower()
    seed(db, ring.treasurer.address, party, first.timestamp)
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(
        target=_book, args=(replace(ring.config, db=db), there)
    )
    child.start()
    there.close()
    try:
        kibibytes, booked = here.recv() if here.poll(SECONDS_MAX) else (0, 0)
    except EOFError:
        kibibytes, booked = 0, 0
    child.join(SECONDS_MAX)
    if booked < documents:
        raise RuntimeError(f"a bridge by itself booked {booked} of {documents} documents")
    return float(kibibytes / KIBIBYTES)


def _book(config: Config, told: Connection) -> None:
    bridge = build(config)
    bridge.daemon.until_quiet()
    booked = bridge.port.last_sequence()
    bridge.close()
    told.send((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, booked))
