"""The process of a validator: written down with the moment of its birth, so that no other process is ever taken for it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

STOP_SECONDS = 20.0  # for a validator to write down what it holds
POLL_SECONDS = 0.05
BEGIN_SECONDS = (
    60.0  # for a program to have written down which process it is, on a machine that does much else
)
PR_SET_PDEATHSIG = 1
# The process itself writes down who it is, before it becomes the program: whoever started it may be killed at any moment,
# and nothing runs that no file names. When it began is told as `_born` tells it.
HERALD = """
file=$1; shift
if read -r line < /proc/$$/stat; then born=$(set -f; set -- ${line##*) }; echo "${20}")
else born=$(set -f; set -- $(ps -o lstart= -p $$); IFS=-; echo "$*"); fi 2> /dev/null
echo "$$ $born" > "$file.part" && mv "$file.part" "$file" && exec "$@"
"""


def launch(command: Sequence[str], log: Path, file: Path, *, tied: bool) -> None:
    """Starts a program of its own, its output appended to a log, and writes down which process it is.

    `tied`: it ends when we end, however that comes about; otherwise it goes on without us. Returns when the file names it,
    or it has ended.
    """
    file.unlink(missing_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(
            ["/bin/sh", "-c", HERALD, "sh", str(file), *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=_tie(os.getpid()) if tied else None,  # noqa: PLW1509 - calls prctl and nothing else
        )
    deadline = time.monotonic() + BEGIN_SECONDS
    while not file.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _tie(parent: int) -> Callable[[], None] | None:
    """A hook for the child: Linux kills it when the parent is gone, even by SIGKILL."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return arm


def running(file: Path) -> int | None:
    """Process id of the program that this file names, None when it has ended."""
    try:
        pid_text, _, born = file.read_text().strip().partition(" ")
        pid = int(pid_text)
    except (FileNotFoundError, ValueError):
        return None
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # one that we started and that has ended
    return pid if born and _born(pid) == born else None


def _born(pid: int) -> str:
    """When a process began, as the system tells it; empty when it has ended."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] == "Z" else fields[19]
    told = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "-".join(told.stdout.split())


def end(files: Sequence[Path], sign: signal.Signals) -> None:
    """Sends a signal to all of these programs that run, and waits; who does not end in time is killed."""
    for file in files:
        _send(file, signal.SIGCONT)  # one that was frozen would not hear it
        _send(file, sign)
    deadline = time.monotonic() + STOP_SECONDS
    for file in files:
        while running(file) is not None:
            if time.monotonic() > deadline:
                _send(file, signal.SIGKILL)
            time.sleep(POLL_SECONDS)
        file.unlink(missing_ok=True)


def freeze(file: Path, *, frozen: bool) -> None:
    """Stops a program where it stands, or lets it go on."""
    _send(file, signal.SIGSTOP if frozen else signal.SIGCONT)


def _send(file: Path, sign: signal.Signals) -> None:
    pid = running(file)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
