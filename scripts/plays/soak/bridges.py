"""The bridges of a soak: one or two daemons on one database, each a process, started again whenever it is gone."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from bridge.bootstrap import Bridge

from ...devchain.processes import Child
from ..stage.errors import Broken
from ..stage.ring import Ring

MOST = 2  # daemons at once
MAY_END_WITH = 3  # what it asked for was not there: whoever watches over it starts it again
ENDS_MAX = 1_000  # of daemons by themselves: beyond, they start and end in circles
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


class Bridges(Ring):
    """Keeps so many daemons alive as are wanted. Each stands by while another works."""

    def __init__(self, bridge: Bridge, arguments: list[str], home: Path) -> None:
        super().__init__(bridge, [*arguments, "--stand-by"], home)
        self.wanted = 1
        self.peak_bytes = 0  # of one process, whichever had most
        self.ended: list[int] = []  # codes of those that ended by themselves
        self._arguments, self._home = [*arguments, "--stand-by"], home
        self._killed: set[Child] = set()
        self._alive: list[Child] = []

    def keep(self) -> None:
        """Replaces whoever is gone. Raises Broken when one ended with an error that does not pass by itself."""
        for child in [each for each in self._alive if each.exit_code() is not None]:
            self._alive.remove(child)
            self._bury(child)
        while len(self._alive) < self.wanted:
            name = f"bridge-{self.restarts + 1}"
            self._alive.append(Child(name, self._arguments, self._home / "bridge.log").start())
            self.restarts += 1
        for child in self._alive:
            self.peak_bytes = max(self.peak_bytes, _peak(child))

    def kill_one(self, dice: Random) -> bool:
        """Kills one of them, whichever it is; False when none lives."""
        if not self._alive:
            return False
        child = dice.choice(self._alive)
        self._killed.add(child)
        child.kill()
        return True

    def stop(self) -> None:
        """Ends all of them. Safe to repeat."""
        super().stop()
        for child in self._alive:
            child.stop()
        self._alive.clear()

    def _watch(self) -> None:
        """Whoever waits for the ring keeps it alive."""
        self.keep()

    def _bury(self, child: Child) -> None:
        code = child.exit_code()
        if child in self._killed:
            self._killed.remove(child)
            return
        self.ended.append(code or 0)
        if code != MAY_END_WITH or len(self.ended) > ENDS_MAX:
            raise Broken(f"a bridge ended by itself with code {code}\n{child.tail()}")


def _peak(child: Child) -> int:
    """The most memory that a process held so far, bytes; 0 when it is gone."""
    try:
        told = PEAK.search(Path(f"/proc/{child.pid}/status").read_text())
    except OSError:
        return 0
    return int(told.group(1)) * 1024 if told else 0
