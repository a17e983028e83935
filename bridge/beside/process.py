"""The process beside the daemon: started when there is much to do, asked one thing at a time, ended when it idles.

It is never waited for while it starts. When it dies, answers nothing, or what is no answer, it is ended, and left alone for
a while. It ends with the daemon, however that ends: its input does.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bridge.beside import frames

IDLE_SECONDS = 60.0  # without anything to do, after which it gives its memory back
AGAIN_SECONDS = 60.0  # after its death, until it is started anew
ANSWER_SECONDS = 60.0  # for one answer, and to take one question
START_SECONDS = 60.0  # until it is ready
END_SECONDS = 5.0  # until it has ended by itself
READ_BYTES = 1_048_576
# -P: not of the folder that one happens to be in
COMMAND = (sys.executable, "-P", "-m", "bridge.beside")

logger = logging.getLogger("interlock.bridge")


@dataclass(slots=True)
class Ticket:
    """One thing that was asked. `value`: what came of it, once that was read."""

    value: Any = None
    is_there: bool = False
    failed: bool = False


class Beside:
    """The process, whether it runs or not."""

    def __init__(self, begin: str, monotonic: Callable[[], float]) -> None:
        """`begin`: what it is told at its start, the text of the deployment file."""
        self._begin = begin
        self._monotonic = monotonic
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._since = 0.0  # when it was started, or last used
        self._not_before = 0.0
        self._asked: Ticket | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, None while there is none."""
        return None if self._process is None else self._process.pid

    def is_ready(self) -> bool:
        """True when it can be asked. Starts it when it does not run, without waiting for it."""
        if self._process is None and self._monotonic() >= self._not_before:
            self._start()
        if self._process is None or self._ready:
            return self._ready
        if self._process.stdout is not None and _is_readable(self._process.stdout.fileno(), 0.0):
            self._ready = self._guarded(lambda: self._message(ANSWER_SECONDS)) is not None
        elif self._monotonic() - self._since > START_SECONDS:
            self._give_up("it did not start")
        return self._ready

    def ask(self, name: str, *told: Any) -> Ticket | None:
        """Asks for something, to be fetched by `answer`; None when it cannot be asked now."""
        self._collect()
        if not self._ready:
            return None
        self._since = self._monotonic()
        ticket = Ticket()
        if self._guarded(lambda: self._send((name, *told))) is None:
            return None
        self._asked = ticket
        return ticket

    def answer(self, ticket: Ticket) -> Any:
        """What came of something that was asked, waited for; None when nothing did."""
        if ticket is self._asked:
            self._collect()
        return ticket.value if ticket.is_there and not ticket.failed else None

    def rest(self) -> None:
        """Ends it when it has had nothing to do for a while."""
        if self._process is not None and self._monotonic() - self._since > IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        """Ends it."""
        process, self._process = self._process, None
        self._ready, self._asked = False, None
        if process is None:
            return
        with contextlib.suppress(OSError):  # it has ended already
            if process.stdin is not None:
                process.stdin.close()
        if process.stdout is not None:  # it may wait for its answer to be read
            process.stdout.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    # ---- one message --------------------------------------------------------------------------

    def _start(self) -> None:
        self._since = self._monotonic()
        try:
            self._process = subprocess.Popen(
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
        except OSError as error:
            self._give_up(str(error))
            return
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        self._guarded(lambda: self._send(self._begin))

    def _collect(self) -> None:
        """Reads the answer that is under way, so that the next thing can be asked."""
        ticket, self._asked = self._asked, None
        if ticket is None:
            return
        answer = self._guarded(lambda: self._message(ANSWER_SECONDS))
        if answer is None:
            ticket.is_there = ticket.failed = True
            return
        done, ticket.value = answer
        ticket.is_there, ticket.failed = True, not done
        if not done:
            logger.debug("the process beside: %s", ticket.value)

    def _guarded(self, step: Callable[[], Any]) -> Any:
        """What a step gives; None when it failed, and the process with it."""
        try:
            return step()
        except (OSError, ValueError, EOFError, TypeError) as error:
            self._give_up(str(error) or type(error).__name__)
            return None

    def _give_up(self, why: str) -> None:
        logger.warning("the process beside is ended, the daemon does its work: %s", why)
        self._not_before = self._monotonic() + AGAIN_SECONDS
        if self._process is not None:
            self._process.kill()
        self.close()

    def _send(self, value: Any) -> bool:
        if self._process is None or self._process.stdin is None:
            raise OSError("it does not run")
        place = self._process.stdin.fileno()
        left = memoryview(frames.packed(value))
        until = self._monotonic() + ANSWER_SECONDS
        while left:
            if not _is_writable(place, until - self._monotonic()):
                raise OSError("it does not listen")
            left = left[os.write(place, left) :]
        return True

    def _message(self, seconds: float) -> Any:
        until = self._monotonic() + seconds
        length = frames.length_of(self._bytes(frames.LENGTH, until))
        return frames.unpacked(self._bytes(length, until))

    def _bytes(self, count: int, until: float) -> bytes:
        if self._process is None or self._process.stdout is None:
            raise OSError("it does not run")
        place = self._process.stdout.fileno()
        found = bytearray()
        while len(found) < count:
            if not _is_readable(place, until - self._monotonic()):
                raise OSError("it did not answer in time")
            part = os.read(place, min(READ_BYTES, count - len(found)))
            if not part:
                raise OSError("it has ended")
            found += part
        return bytes(found)


def _is_readable(place: int, seconds: float) -> bool:
    return _is(select.POLLIN, place, seconds)


def _is_writable(place: int, seconds: float) -> bool:
    return _is(select.POLLOUT, place, seconds)


def _is(ready: int, place: int, seconds: float) -> bool:
    """By poll: select knows no descriptor above 1,023."""
    poll = select.poll()
    poll.register(place, ready)
    return bool(poll.poll(max(0.0, seconds) * 1_000))
