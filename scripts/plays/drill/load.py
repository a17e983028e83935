"""The main job as the load of a drill: one wave of lines after the other, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from ..demo.play import World
from ..stage.ring import Ring


class Load:
    """Buys lines, some at once, until it is told to stop or all are bought. A wave that was begun is ended."""

    def __init__(self, world: World, ring: Ring, waves: Sequence[Sequence[int]]) -> None:
        self._world = world
        self._ring = ring
        self._waves = waves
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load of the drill", daemon=True)
        self._error: BaseException | None = None
        self.begun: list[int] = []  # positions of the lines of all waves that were begun
        self.doing = ""

    def start(self) -> None:
        """The first wave begins."""
        self._thread.start()

    def check(self) -> None:
        """Raises what went wrong in it, if anything did."""
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        """Waits for the end of the wave that is under way. Raises what went wrong."""
        self._stopping.set()
        self._thread.join()
        self.check()

    def _run(self) -> None:
        try:
            for lines in self._waves:
                if self._stopping.is_set() and self.begun:
                    return
                self.begun += lines
                for step in self._world.wave(self._ring, lines).steps():
                    self.doing = step.name
                    step.act()
        except BaseException as error:  # told by `check`, in the thread that waits for it
            self._error = error
