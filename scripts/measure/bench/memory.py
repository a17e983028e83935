"""What a bridge by itself takes in memory: it books a whole chain in a process of its own, in which nothing else is."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from bridge.bootstrap import Bridge, build
from bridge.config import Config

from .ring import Ring, seed

SECONDS_MAX = 300.0
KIBIBYTES = 1024
MOST = "VmHWM:"  # the most that a process held resident, in KiB, in /proc/<pid>/status

Work = Callable[[Bridge], None]


@dataclass(frozen=True, slots=True)
class Held:
    """The most MB that a bridge held resident, and the process beside it; None where that did not run or nobody tells."""

    own: float | None
    beside: float | None


def of_a_bridge(ring: Ring, db: str, documents: int, work: Work) -> Held:
    """Does `work` with a bridge that knows nothing yet, in a process of its own, on the ring's chain and an empty database.

    Raises RuntimeError when fewer than `documents` came of it, or when it takes longer than five minutes.
    """
    first = ring.treasurer.client.header(1)
    party = ring.node.accounts[5].address.lower()
    seed(db, ring.treasurer.address, party, first.timestamp)
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(
        target=_measured, args=(replace(ring.config, db=db), work, there)
    )
    child.start()
    there.close()
    try:
        if not here.poll(SECONDS_MAX):
            raise RuntimeError(f"a bridge by itself did not end in {SECONDS_MAX:.0f} s")
        held, booked = here.recv()
    except EOFError:
        raise RuntimeError("a bridge by itself ended without a word") from None
    finally:
        child.terminate()
        child.join()
    if booked < documents:
        raise RuntimeError(f"a bridge by itself booked {booked} of {documents} documents")
    return Held(*held)


def _measured(config: Config, work: Work, told: Connection) -> None:
    bridge = build(config)
    work(bridge)
    booked = bridge.port.last_sequence()
    beside = most_held(bridge.beside.pid) if bridge.beside.pid is not None else None
    bridge.close()
    told.send(((most_held(os.getpid()), beside), booked))


def most_held(pid: int) -> float | None:
    """The most MB that a process held resident since its program began; None where the system does not tell.

    `ru_maxrss` would tell that of the process that started it, where that held more.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    for line in lines.splitlines():
        if line.startswith(MOST):
            return int(line.split()[1]) / KIBIBYTES
    return None
