"""The process beside: `python -m bridge.beside`, started by `process.py`. It ends when its input does."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import IO

from bridge.beside import frames
from bridge.beside.work import Work
from bridge.errors import BridgeError

READY = "ready"  # its first message, once everything that it needs is loaded


def serve(asked: IO[bytes], answered: IO[bytes]) -> None:
    """Does what each message asks, and answers each with (True, what came of it) or (False, why nothing did)."""
    work = Work(frames.read(asked))
    _tell(answered, READY)
    while True:
        try:
            name, *told = frames.read(asked)
        except EOFError:
            return
        try:
            answer = True, work.do(name, told)
        except BridgeError as error:  # the daemon does it itself, and meets it too
            answer = False, f"{type(error).__name__}: {error}"
        _tell(answered, answer)


def _tell(answered: IO[bytes], answer: object) -> None:
    answered.write(frames.packed(answer))
    answered.flush()


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all of a group: the daemon ends it
        signal.signal(number, signal.SIG_IGN)
    logging.disable()  # its standard error is the daemon's
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except (EOFError, BrokenPipeError):  # the daemon is gone
        os._exit(0)
