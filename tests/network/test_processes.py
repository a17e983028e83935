"""A validator that was started is found again, whatever becomes of the program that started it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.network import processes

SLEEPS = ("/bin/sleep", "60")
SECONDS = 20.0


def in_time(done: Callable[[], bool]) -> bool:
    """Whether it comes about."""
    deadline = time.monotonic() + SECONDS
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    return done()


def test_a_program_whose_starter_dies_at_once_is_written_down_and_can_be_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, started = tmp_path / "node.pid", subprocess.Popen

    def start_and_die(*args: Any, **more: Any) -> None:
        started(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(processes.subprocess, "Popen", start_and_die)
    with pytest.raises(KeyboardInterrupt):
        processes.launch(SLEEPS, tmp_path / "log", file, tied=False)
    monkeypatch.undo()
    assert in_time(lambda: processes.running(file) is not None)
    pid = processes.running(file)
    assert in_time(lambda: Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"/bin/sleep"))
    processes.end([file], signal.SIGKILL)
    assert processes.running(file) is None
    assert not Path(f"/proc/{pid}").exists() or Path(f"/proc/{pid}/cmdline").read_bytes() == b""


def test_a_program_that_is_started_is_known_at_once_and_one_of_before_is_not_taken_for_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "node.pid"
    file.write_text("1 0\n")
    processes.launch(SLEEPS, tmp_path / "log", file, tied=True)
    pid = processes.running(file)
    assert pid is not None
    assert pid != 1
    file.write_text(f"{pid} 0\n")
    assert processes.running(file) is None, "its number was given to another process meanwhile"
    file.write_text(f"{pid} {processes._born(pid)}\n")
    processes.end([file], signal.SIGTERM)
    assert not file.exists()


def test_what_cannot_be_started_says_why_in_its_log(tmp_path: Path) -> None:
    file = tmp_path / "node.pid"
    processes.launch([str(tmp_path / "nothing")], tmp_path / "log", file, tied=True)
    assert in_time(lambda: processes.running(file) is None)
    assert str(tmp_path / "nothing") in (tmp_path / "log").read_text()
