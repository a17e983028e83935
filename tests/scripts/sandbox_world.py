"""A sandbox whose bridge walks when a test says so, and a brownie console beside it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.bootstrap import Bridge, build
from bridge.config import read
from erp.database import open_engine, transaction
from erp.rooms import execute
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock
from scripts.devchain.devchain import DevChain, Kind
from scripts.sandbox.windows import WINDOW_SECONDS_MIN
from scripts.sandbox.world import ITEM, build_sandbox

ROOT = Path(__file__).resolve().parents[2]
BROWNIE_PYTHON = ROOT / ".venv-brownie" / "bin" / "python"
CONSOLE_TIMEOUT_SECONDS = 120
MARK = "told: "
PRELUDE = f"""
import json
from scripts.console.ops.calls import said_no
def tell(value): print({MARK!r} + json.dumps(value))
def no(act):
    try: return f"not refused: {{act()}}"
    except Exception as error: return said_no(error) or repr(error)
"""
START = 1_780_000_000

needs_brownie = pytest.mark.skipif(
    not BROWNIE_PYTHON.exists(),
    reason=".venv-brownie is absent: `make test` makes it, so CI has it; a bare pytest does not (run `make setup`)",
)


@dataclass
class SandboxWorld:
    """A chain with contracts, an ERP with its item at the threshold, a bridge in this process."""

    node: DevChain
    deployment: Path
    bridge: Bridge

    def stock_falls(self) -> None:
        """The warehouse issues one unit; the bridge does all that follows."""
        engine = open_engine(self.bridge.config.db)
        with transaction(engine) as session:
            issue = IssueStock(entity="HEFEI", item=ITEM, quantity=1, purpose=Purpose.PRODUCTION)
            execute(session, issue, at=self.node.head_time(), salt=os.urandom(32), actor="clerk")
        engine.dispose()
        self.settle()

    def settle(self) -> None:
        """The bridge walks until it finds nothing to do."""
        self.bridge.daemon.until_quiet()

    def console(self, code: str) -> str:
        """What the console prints for --eval."""
        ran = run_console(self.deployment, code)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def seen(self, expression: str) -> Any:
        """A value of the console, as JSON tells it."""
        (found,) = self.told(f"tell({expression})")
        return found

    def told(self, *lines: str) -> list[Any]:
        """What these lines hand to `tell`; `no(act)` is the line that an act's refusal would show."""
        printed = self.console("\n".join([PRELUDE, *lines]))
        return [
            json.loads(line[len(MARK) :]) for line in printed.splitlines() if line.startswith(MARK)
        ]

    def refused(self, code: str) -> str:
        """The one line that the console tells instead of a traceback."""
        ran = run_console(self.deployment, code)
        assert ran.returncode == 1
        (line,) = ran.stderr.splitlines()
        return line


def run_console(deployment: Path, code: str) -> subprocess.CompletedProcess[str]:
    """``python -m scripts.console --eval`` on a deployment."""
    return subprocess.run(
        [
            str(BROWNIE_PYTHON),
            "-m",
            "scripts.console",
            "--deployments",
            str(deployment),
            "--eval",
            code,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=CONSOLE_TIMEOUT_SECONDS,
        check=False,
    )


def open_world(kind: Kind, home: Path) -> SandboxWorld:
    """A sandbox with the shortest windows; its chain is the caller's to stop."""
    node = DevChain(kind, start=START).start()
    deployment = home / "deployment.json"
    sandbox = build_sandbox(
        node, home / "run", deployment, "test", os.urandom, window_seconds=WINDOW_SECONDS_MIN
    )
    bridge = build(read({}, file=sandbox.config), sleep=lambda _: None)
    world = SandboxWorld(node, deployment, bridge)
    world.settle()
    return world
