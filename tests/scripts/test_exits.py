"""How a play ends as a program, wherever the signal finds it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from scripts.plays.stage.exits import EXIT_INTERRUPTED

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
PROGRAM = """
import typer

from scripts.plays.stage.exits import guarded

TEXT = "import os, signal; os.kill(os.getpid(), signal.SIGINT); [None for _ in range(10**6)]"
typer.run(lambda: guarded(lambda: exec(TEXT)))
"""


LOST = """
import os, signal, time, typer

from scripts.plays.stage.exits import guarded


class Interrupted:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(10**6))  # the signal is handled here


def play():
    Interrupted()
    time.sleep(90)  # longer than anybody waits for it


typer.run(lambda: guarded(play))
"""


BOTH_AT_ONCE = """
import os, signal

from bridge.operator.stopping import asked_to_stop

stopped = asked_to_stop()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
os.kill(os.getpid(), signal.SIGINT)
os.kill(os.getpid(), signal.SIGTERM)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
print(stopped())
"""


def test_two_signals_at_once_stop_it_once_and_nothing_is_printed_of_the_second() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOTH_AT_ONCE],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def assert_ends_as_interrupted(program: str, folder: Path) -> None:
    """Run as a module, the program ends with the exit code of an interrupt, and says that it stopped everything."""
    (folder / "interrupted_play.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "interrupted_play"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == EXIT_INTERRUPTED, done.stderr
    assert "everything that was started is stopped" in done.stderr


def test_a_signal_while_an_object_is_finalised_ends_a_play_all_the_same(tmp_path: Path) -> None:
    """Python drops what is raised there."""
    assert_ends_as_interrupted(LOST, tmp_path)


def test_a_signal_within_a_text_that_is_run_ends_a_play_with_the_exit_code_of_any_other(
    tmp_path: Path,
) -> None:
    assert_ends_as_interrupted(PROGRAM, tmp_path)
