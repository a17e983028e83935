"""The demo from its start to the end of its audit: seconds in all, and seconds an order.

Floor: as many transactions on the raw node, and as many rows in raw SQLite.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bridge.chain.client import Client

from ...deployment.accounts import Person
from ...devchain.devchain import DevChain
from ...devchain.processes import ROOT
from .figure import Figure, duration
from .ring import KIND, raw_rows, raw_tables, send_raw, timed

LINES = 150  # what `make demo` plays
TAIL_CHARACTERS = 2_000
PAYLOAD = "x" * 500  # the length of a document, roughly


class DemoFailed(Exception):
    """The demo did not hold, or did not run; the text is the end of what it said."""


def measure(names: Sequence[str], home: Path, lines: int = LINES) -> list[Figure]:
    """Measures `orders` and `demo_seconds`, or one of them, by one run of the demo."""
    out = home / "demo.json"
    command = [sys.executable, "-m", "scripts.interlock", "demo", "--lines", str(lines)]
    command += ["--chain", KIND, "--home", str(home / "demo"), "--json", str(out), "--quiet"]
    ours = timed(lambda: _run(command))
    told = json.loads(out.read_text())
    played = told["purchases"]["lines_played"]
    floor = _floor(home, told["chain"]["transactions"], told["erp"]["documents"])
    figures = {
        "orders": duration(
            "orders", "s/order", ours / played, floor / played, f"{played} orders, start to audit"
        ),
        "demo_seconds": duration("demo_seconds", "s", ours, floor, f"{lines} lines, with audit"),
    }
    return [figure for name, figure in figures.items() if name in names]


def _run(command: list[str]) -> None:
    """Runs the demo. Raises DemoFailed."""
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise DemoFailed(done.stderr[-TAIL_CHARACTERS:] or f"exit code {done.returncode}")


def _floor(home: Path, transactions: int, documents: int) -> float:
    """Seconds of as many plain transfers on the raw node, and of as many plain rows in SQLite."""
    with DevChain(KIND) as node:
        sender = Person(Client([node.url]), node.accounts[0].private_key)
        signed = [sender.sign(node.chain_id, sender.address, "0x") for _ in range(transactions)]
        seconds = timed(lambda: send_raw(sender.client, signed))
    with sqlite3.connect(home / "rows.db") as database:
        raw_tables(database)
        return seconds + timed(lambda: raw_rows(database, [PAYLOAD] * documents))
