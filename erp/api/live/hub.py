"""One look at the log for all who listen: a process reads what is new once, and each stream has a bounded queue of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from erp.api.live.topics import Change

LOG = logging.getLogger("erp.live")
LOOK_SECONDS = 0.3  # between two looks at the log
RING_LOOKS = 3  # looks at the log for each look at the ring
READ_MAX = 500  # documents of one look
QUEUE_MAX = (
    64  # changes that a stream may lag behind; one more, and it is told to read everything again
)
STREAMS_MAX = 200  # open at once in this process
STREAMS_OF_ONE_MAX = 16  # ... with one token: a browser needs one


@dataclass(frozen=True, slots=True)
class Ticked:
    """The ring stands otherwise than before, or there is a new block."""

    topics: tuple[str, ...]


class Again:
    """More happened than the queue holds, or than can be told: everything has to be read again."""


class StreamEnded:
    """The service stops."""


Told = Change | Ticked | Again | StreamEnded


class TooManyStreams(Exception):
    """There is no place for one more stream."""


@dataclass(eq=False)
class Listener:
    """The queue of one stream."""

    who: int  # id of the token
    queue: asyncio.Queue[Told] = field(default_factory=lambda: asyncio.Queue(QUEUE_MAX))

    def put(self, told: Told) -> None:
        """Adds to the queue; one that is full is emptied, and says so."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            told = told if isinstance(told, StreamEnded) else Again()
        self.queue.put_nowait(told)


class Hub:
    """Reads what is new while somebody listens. Lives in one event loop."""

    def __init__(
        self,
        newest: Callable[[], int],
        read: Callable[[int, int], list[Change]],
        ring: Callable[[], tuple[str, ...]],
    ) -> None:
        """`newest`: the log's last sequence. `read`: what came after a sequence, so many at most.

        `ring`: what makes out how the ring stands, block first; whoever listens is told when it changes. They block.
        """
        self._newest, self._read, self._ring = newest, read, ring
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._began = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False

    @contextlib.contextmanager
    def listening(self, who: int) -> Iterator[Listener]:
        """A queue that everything is put into, from when `began` returns. Raises TooManyStreams."""
        own = sum(1 for each in self._listeners if each.who == who)
        if len(self._listeners) >= STREAMS_MAX or own >= STREAMS_OF_ONE_MAX or self._ended:
            raise TooManyStreams
        listener = Listener(who)
        self._listeners.add(listener)
        loop = asyncio.get_running_loop()
        if self._looking is None or self._looking.done() or self._loop is not loop:
            self._began = asyncio.Event()
            self._looking = loop.create_task(self._look(self._began))
        self._loop = loop
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def began(self) -> None:
        """Returns when the place in the log is known after which everything is told, or when the service stops."""
        await self._began.wait()

    def end(self) -> None:
        """Ends all streams, from whichever thread: nobody is waited for when the service stops."""
        self._ended = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, StreamEnded())

    def _tell(self, told: Told) -> None:
        for each in list(self._listeners):
            each.put(told)

    async def _look(self, began: asyncio.Event) -> None:
        """Until nobody listens any more. A database that is busy is asked again."""
        try:
            seen = await self._begin()
        finally:
            began.set()
        stands, looks = None, 0
        while self._listeners and not self._ended:
            try:
                seen = await self._documents(seen)
                if looks % RING_LOOKS == 0:
                    stands = await self._stands(stands)
            except Exception as error:  # whatever it is, it must not end the stream of everybody
                LOG.warning("what is new cannot be read: %s", type(error).__name__)
            looks += 1
            await asyncio.sleep(LOOK_SECONDS)

    async def _begin(self) -> int:
        while not self._ended:
            try:
                return await run_in_threadpool(self._newest)
            except Exception as error:
                LOG.warning("the log cannot be read: %s", type(error).__name__)
                await asyncio.sleep(LOOK_SECONDS)
        return 0

    async def _documents(self, seen: int) -> int:
        newest = await run_in_threadpool(self._newest)
        while seen < newest and self._listeners:
            changes = await run_in_threadpool(self._read, seen, READ_MAX)
            if not changes:
                break
            for change in changes:
                self._tell(change)
            seen = changes[-1].sequence
        return seen

    async def _stands(self, before: tuple[str, ...] | None) -> tuple[str, ...]:
        now = await run_in_threadpool(self._ring)
        if before is not None and now != before:
            same = before[1:] == now[1:]
            self._tell(Ticked(("chain.time",) if same else ("ring", "chain.time")))
        return now
