"""The built nodes, for tests that run them: built beside the other tests; where that cannot be, they skip and say why."""

from __future__ import annotations

import os
import sys
from subprocess import CompletedProcess

import pytest

from scripts.toolchain.programs import Run
from tests.plugins.background import Job

BUILD_SECONDS = 3_600  # from nothing, on a machine whose cores run the tests meanwhile
REASON_LINES = 6
LAST = 9  # they wait for nothing else, and everything else need not wait for them


def build(run: Run) -> CompletedProcess[str]:
    """`make network`, which does nothing where both stand."""
    return run([sys.executable, "-m", "scripts.network.build"])


BUILD = Job("build of the network's nodes", build, BUILD_SECONDS, rank=LAST)


def require(built: CompletedProcess[str]) -> None:
    """Skips the test where the nodes could not be built; where everything has to pass (CI), it fails."""
    if built.returncode == 0:
        return
    reason = "\n".join((built.stdout + built.stderr).splitlines()[-REASON_LINES:])
    if os.environ.get("CI"):
        pytest.fail(f"the nodes could not be built: {reason}")
    pytest.skip(f"the nodes cannot be built here: {reason}")
