"""What an audit of what is new costs behind 10^4 documents of history, as a multiple of what it costs behind 10^3.

History and what is new are issues of tokens, from blocks of BLOCK_EVENTS; each is two events and a document. All are
anchored. The audit of everything, which comes before, is told in the note: a document's CPU among few and among many, what
the notebook takes on disk, and by how much this process grew meanwhile. CPU counts: node and bench share the machine.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.bootstrap import Bridge, build

from ...devchain.devchain import DevChain
from .figure import MICRO, Figure
from .inbound import BLOCK_EVENTS, KIND, mine_block
from .ring import Ring

NAME = "audit_of_the_new"
FEW, MANY = 1_000, 10_000  # documents of history
KIBIBYTES = 1024
WARM = 3  # audits in a row, of which the cheapest counts


@dataclass(frozen=True, slots=True)
class _Cost:
    """Of audits at one length of history."""

    new: float  # CPU seconds of an audit of what is new
    whole: float  # CPU microseconds a document of an audit of everything
    disk: float  # bytes of the notebook a document
    grown: float  # megabytes by which the process grew during the audit of everything


def measure(home: Path, few: int = FEW, many: int = MANY, new: int = BLOCK_EVENTS) -> Figure:
    """Measures `audit_of_the_new`. Raises RuntimeError when an audit does not hold."""
    with DevChain(KIND) as node:
        ring = Ring.prepare(node, home)
        bridge = build(replace(ring.config, anchor_wait_seconds=0.0))
        history = _History(ring, bridge)
        costs = [_cost(history, home / f"notebook-{count}", count, new) for count in (few, many)]
        bridge.close()
    short, long = costs
    note = (
        f"{short.new:.2f} s CPU for {new:,} new documents behind {few:,}, {long.new:.2f} s behind {many:,}; an audit of "
        f"everything takes {short.whole:,.0f} µs a document among {few:,} and {long.whole:,.0f} µs among {many:,}, the "
        f"process grew by {short.grown:.0f} and {long.grown:.0f} MB, the notebook takes {long.disk:,.0f} bytes a document; "
        "floor: a cost that does not grow"
    )
    ratio = long.new / short.new
    return Figure(NAME, "×", ratio, 1.0, ratio, long.new * MICRO / new, note)


class _History:
    """Issues that were mined and booked."""

    def __init__(self, ring: Ring, bridge: Bridge) -> None:
        self.bridge = bridge
        self._ring = ring
        self._issued = 0

    @property
    def documents(self) -> int:
        """In the log."""
        return self.bridge.port.last_sequence()

    def grow(self, documents: int) -> None:
        """Goes on to so many documents, all booked and anchored."""
        while (left := documents - self.documents) > 0:
            count = min(left, BLOCK_EVENTS)
            mine_block(self._ring, self._issued, count)
            self._issued += count
            self._ring.node.rpc("evm_setAutomine", [True])  # for the anchors
            self.bridge.daemon.until_quiet()


def _cost(history: _History, folder: Path, documents: int, new: int) -> _Cost:
    history.grow(documents)
    before = _megabytes()
    whole = _cpu_of(lambda: _audit(history.bridge, folder))
    grown = _megabytes() - before
    disk = sum(file.stat().st_size for file in folder.iterdir())
    times = []
    for _ in range(WARM):
        history.grow(history.documents + new)
        times.append(_cpu_of(lambda: _audit(history.bridge, folder)))
    return _Cost(min(times), whole * MICRO / documents, disk / documents, grown)


def _audit(bridge: Bridge, folder: Path) -> None:
    report = bridge.audit.run(folder=folder)
    bridge.audit.note(report)
    if not report.holds:
        raise RuntimeError("the audit does not hold")


def _cpu_of(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES
