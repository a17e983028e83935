"""A person without patience: asks a program to stop, again and again, until it has ended."""

from __future__ import annotations

import itertools
import signal
import subprocess
import time
from typing import Any

AGAIN_SECONDS = 0.002  # shorter than any step of an end, also the last of Python's own


def ask_until_ended(process: subprocess.Popen[Any], patience_seconds: float) -> int:
    """Its exit code. SIGINT and SIGTERM take turns; subprocess.TimeoutExpired when it does not end in time."""
    deadline = time.monotonic() + patience_seconds
    for sign in itertools.cycle((signal.SIGINT, signal.SIGTERM)):
        if process.poll() is not None or time.monotonic() > deadline:
            break
        process.send_signal(sign)
        time.sleep(AGAIN_SECONDS)
    return process.wait(0)
