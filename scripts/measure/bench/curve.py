"""The curve of a growing chain: what a document costs after 10^3, 10^4 … events, in CPU, memory and disk, on SQLite.

curve: CPU of a document (proved and booked, commitment not counted) behind the last of SIZES, as a multiple of what it cost
behind the first. Floor: 1, a cost that does not grow. Between two sizes the same blocks as those of `in_sqlite` are read, so
that what grows is history alone. curve_1000000 goes on to 10^6; it takes hours, and is measured only when it is asked for.
"""

from __future__ import annotations

import gc
import statistics
from dataclasses import dataclass
from pathlib import Path

from bridge.bootstrap import Bridge, build

from ...devchain.devchain import DevChain
from . import inbound
from .figure import MICRO, Figure
from .ring import Ring

NAME, LONG_NAME = "curve", "curve_1000000"
SIZES = (1_000, 10_000, 100_000)  # documents
LONG = 1_000_000
SAMPLE_BLOCKS = 5  # measured behind each size, SAMPLES times
SAMPLES = 3
ROUND_BLOCKS = 50  # mined and read together on the way
KIBIBYTES = 1024
RESIDENT = 1  # place in /proc/self/statm


@dataclass(frozen=True, slots=True)
class Point:
    """What a document costs behind so many others."""

    documents: int
    cpu_us: float
    resident_mb: float  # of this process, which also signs what it reads
    disk_bytes: float  # of a document, commitments included


def measure(home: Path, name: str = NAME) -> Figure:
    """Measures one of the two figures."""
    with DevChain(inbound.KIND) as node:
        ring = Ring.prepare(node, home)
        bridge = build(ring.config)
        gc.collect()
        gc.freeze()  # as the daemon does
        way = _Way(ring, bridge)
        points = [way.point(size) for size in (SIZES if name == NAME else (*SIZES, LONG))]
        bridge.close()
        gc.unfreeze()
    return _figure(name, points)


class _Way:
    """A chain that grows, and books that follow it."""

    def __init__(self, ring: Ring, bridge: Bridge) -> None:
        self._ring, self._bridge = ring, bridge
        self._blocks = 0

    def point(self, size: int) -> Point:
        """Reads on until there are so many documents, then measures the next ones."""
        while (missing := size - self._blocks * inbound.BLOCK_EVENTS) > 0:
            blocks = min(ROUND_BLOCKS, -(-missing // inbound.BLOCK_EVENTS))
            self._grow(blocks)
        cpu = statistics.median(self._grow(SAMPLE_BLOCKS) for _ in range(SAMPLES))
        documents = self._bridge.port.last_sequence()
        disk = sum(part.stat().st_size for part in self._ring.home.glob("bench.db*"))
        return Point(size, cpu, _resident_mb(), disk / documents)

    def _grow(self, blocks: int) -> float:
        """Mines so many blocks and books them; CPU microseconds of a document. Commitments are made beside it."""
        inbound.mine_from(self._ring, self._blocks * inbound.BLOCK_EVENTS, blocks)
        self._blocks += blocks
        spent = inbound.spent(lambda: inbound.book(self._bridge))
        inbound.drain(self._bridge.daemon.ring.report)
        return spent.cpu * MICRO / (blocks * inbound.BLOCK_EVENTS)


def _resident_mb() -> float:
    """Memory of this process now, MB; 0 where the system does not tell it."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[RESIDENT])
    except OSError:
        return 0.0
    return pages * 4 / KIBIBYTES


def _figure(name: str, points: list[Point]) -> Figure:
    grown = points[-1].cpu_us / points[0].cpu_us
    told = "; ".join(
        f"after {p.documents:,}: {p.cpu_us:.0f} µs CPU, {p.resident_mb:.0f} MB, {p.disk_bytes:,.0f} bytes of disk"
        for p in points
    )
    return Figure(name, "×", grown, 1.0, grown, points[-1].cpu_us, f"a document {told}")
