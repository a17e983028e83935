"""Programs that are run to their end, with what they printed."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from .compiler import ROOT


class Run(Protocol):
    """Runs a command in a folder and returns exit code and text; tests hand in one that can be ended from outside."""

    def __call__(
        self, command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path = ROOT
    ) -> subprocess.CompletedProcess[str]: ...


def run(
    command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
