"""How a play ends as a program, wherever the signal finds it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from scripts.plays.stage.exits import EXIT_INTERRUPTED

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import typer

from scripts.plays.stage.exits import guarded

TEXT = "import os, signal; os.kill(os.getpid(), signal.SIGINT); [None for _ in range(10**6)]"
typer.run(lambda: guarded(lambda: exec(TEXT)))
"""


def test_a_signal_within_a_text_that_is_run_ends_a_play_with_the_exit_code_of_any_other(
    tmp_path: Path,
) -> None:
    (tmp_path / "interrupted_play.py").write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "interrupted_play"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == EXIT_INTERRUPTED, done.stderr
    assert "everything that was started is stopped" in done.stderr
