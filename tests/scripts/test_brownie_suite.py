"""The Brownie project: `brownie test tests/scenarios/brownie` passes on Brownie's own development network."""

from __future__ import annotations

import os
import re
import socket
import tempfile
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from scripts.devchain.devchain import HOST
from scripts.devchain.devnodes import anvil_binary
from scripts.toolchain.compiler import compiler_folder
from scripts.toolchain.programs import Run
from tests.plugins.background import Job
from tests.scripts.sandbox_world import BROWNIE_PYTHON, needs_brownie

SUITE_TIMEOUT_SECONDS = 580
STORIES_MIN = 64
NETWORKS = """\
live: []
development:
- name: Anvil
  id: development
  cmd: anvil
  host: http://{host}
  cmd_settings: {{port: {port}, gas_limit: 12000000, accounts: 30, base_fee: 0}}
"""


def brownie_home(folder: Path) -> Path:
    """A home whose development network is an Anvil of our own: one that is running already is left alone."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    settings = folder / ".brownie"
    settings.mkdir(parents=True)
    (settings / "network-config.yaml").write_text(NETWORKS.format(host=HOST, port=port))
    return folder


def tell_stories(run: Run) -> CompletedProcess[str]:
    """`brownie test` on a home of its own."""
    with tempfile.TemporaryDirectory() as folder:
        tools = f"{BROWNIE_PYTHON.parent}{os.pathsep}{anvil_binary().parent}"
        environment = os.environ | {
            "HOME": str(brownie_home(Path(folder))),
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "SOLCX_BINARY_PATH": str(compiler_folder()),
        }
        environment.pop("PYTEST_ADDOPTS", None)
        command = [str(BROWNIE_PYTHON.with_name("brownie")), "test", "tests/scenarios/brownie"]
        return run(command, env=environment)


STORIES = Job("brownie test", tell_stories, SUITE_TIMEOUT_SECONDS, rank=1)


@needs_brownie
@pytest.mark.background(STORIES)
def test_the_brownie_stories_pass(background: CompletedProcess[str]) -> None:
    ran = background
    assert ran.returncode == 0, ran.stdout + ran.stderr
    summary = re.search(r"=+ (\d+) passed(?:, \d+ warnings?)? in [\d.]+s.* =+", ran.stdout)
    assert summary is not None, ran.stdout
    assert int(summary[1]) >= STORIES_MIN
