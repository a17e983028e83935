"""The Brownie project: `brownie test tests/scenarios/brownie` passes on Brownie's own development network."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from scripts.devchain.devchain import HOST
from scripts.devchain.devnodes import anvil_binary
from scripts.toolchain.compiler import compiler_folder
from tests.scripts.sandbox_stage import BROWNIE_PYTHON, ROOT, needs_brownie

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


@needs_brownie
@pytest.mark.chain
def test_the_brownie_stories_pass(tmp_path: Path) -> None:
    tools = f"{BROWNIE_PYTHON.parent}{os.pathsep}{anvil_binary().parent}"
    environment = os.environ | {
        "HOME": str(brownie_home(tmp_path)),
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "SOLCX_BINARY_PATH": str(compiler_folder()),
    }
    environment.pop("PYTEST_ADDOPTS", None)
    ran = subprocess.run(
        [str(BROWNIE_PYTHON.with_name("brownie")), "test", "tests/scenarios/brownie"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SUITE_TIMEOUT_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    summary = re.search(r"=+ (\d+) passed(?:, \d+ warnings?)? in [\d.]+s.* =+", ran.stdout)
    assert summary is not None, ran.stdout
    assert int(summary[1]) >= STORIES_MIN
