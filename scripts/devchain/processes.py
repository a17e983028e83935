"""Child processes of this program that end when it ends, also when it is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PACKAGE = __name__.partition(".")[0]  # `scripts` in a checkout, `interlock` where it is installed
ROOT = Path(__file__).resolve().parents[2]  # where that package is found
STOP_TIMEOUT_SECONDS = 15.0
TAIL_LINES = 20
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we were tied to it
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


class Child:
    """A module of this package (`interlock`, `sandbox.api`) run as a program; its output is appended to a file."""

    def __init__(
        self, name: str, arguments: Sequence[str], log: Path, module: str = "interlock"
    ) -> None:
        self.name = name
        self._command = [sys.executable, "-m", f"{PACKAGE}.{module}", *arguments]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Starts it; output is appended to the log."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours: we stop our children, in order
                preexec_fn=_die_with_parent(),  # noqa: PLW1509 - calls prctl and nothing else
            )
        return self

    @property
    def pid(self) -> int:
        """Process id; 0 before it was started."""
        return self._process.pid if self._process is not None else 0

    def exit_code(self) -> int | None:
        """Returns None while it runs, else its exit code; negative when a signal ended it."""
        return self._process.poll() if self._process is not None else None

    def kill(self) -> None:
        """Sends SIGKILL, if it runs. Whoever waits for it sees it gone; nobody starts it again."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    def stop(self) -> None:
        """Sends SIGTERM, and SIGKILL after STOP_TIMEOUT_SECONDS; returns when it has ended. Safe to repeat."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def tail(self) -> str:
        """Returns the last TAIL_LINES lines of its log."""
        if not self._log.exists():
            return ""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-TAIL_LINES:])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
