"""Chain to books beside Ponder, the best-known indexer, on the same chain in the same run.

ponder: issues of settlement tokens, as `in_sqlite` has them: each two logs. Ours proves every receipt and books a document
with its double entry; Ponder writes a document with two lines and a raw row of the transfer, and neither proves that none is
missing nor checks that the books add up. Each begins with empty tables, ROUNDS times in turn, and the medians count. Of
Ponder the historical sync counts, by the times in its own log; its start is left out.

Its packages are pinned in `ponder_app/` and installed into `build/` when this figure is asked for, never by `make setup`.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bridge.bootstrap import build
from bridge.chain.artifact import artifact

from ...devchain.devchain import DevChain
from ...devchain.devnodes import node_binary
from ...toolchain.compiler import ROOT
from . import inbound
from .databases import POSTGRESQL, Absent, Databases
from .figure import Figure, skipped
from .inbound import Spent
from .ring import Ring

NAME = "ponder"
APP = Path(__file__).with_name("ponder_app")
INSTALLED = ROOT / "build" / "ponder"
STAMP = ".stamp"
ROUNDS = 3
BLOCKS = 125
EMPTY_BLOCKS = 100  # after the last event: it takes 30 blocks as the way to finality
BEGINS, ENDS = "Started 'local' historical sync", "Completed historical indexing"
PATIENCE_SECONDS = 300.0
INSTALL_SECONDS = 600.0
LOOK_SECONDS = 0.02


class Failed(Exception):
    """Ponder could not be installed, or did not get to its end; the text says what it said."""


def measure(databases: Databases, home: Path) -> Figure:
    """Measures the figure; skipped where Ponder cannot be installed."""
    try:
        app = installed()
    except Failed as reason:
        return skipped(NAME, "1/s", str(reason))
    with DevChain(inbound.KIND) as node:
        ring = Ring.prepare(node, home)
        seeded = home / "seeded.db"
        with sqlite3.connect(home / "bench.db") as before, sqlite3.connect(seeded) as copy:
            before.backup(copy)  # what still stands in its log of writes, too
        first = inbound.mine(ring, 0, BLOCKS).start
        node.mine(EMPTY_BLOCKS)
        job = home / "job.json"
        job.write_text(json.dumps(_job(ring, first)))
        ours, theirs = [], []
        for number in range(ROUNDS):
            ours.append(_ours(ring, seeded))
            theirs.append(_ponder(app, job, home / f"ponder-{number}", _postgresql(databases)))
    return _figure(ours, theirs)


def installed() -> Path:
    """The folder of the app with its packages, installed now unless they are there. Raises Failed."""
    wanted = (APP / "package-lock.json").read_text()
    stamp = INSTALLED / STAMP
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(INSTALLED, ignore_errors=True)
        shutil.copytree(APP, INSTALLED)
        npm = Path(sys.executable).with_name("npm")
        done = subprocess.run(
            [str(npm), "ci", "--loglevel=error"],
            cwd=INSTALLED, env=_environment(), capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failed(f"npm ci ended with code {done.returncode}: {done.stderr[-300:].strip()}")
        stamp.write_text(wanted)
    for source in APP.rglob("*.ts"):
        shutil.copy(source, INSTALLED / source.relative_to(APP))
    return INSTALLED


def _environment() -> dict[str, str]:
    tools = Path(sys.executable).parent
    return os.environ | {
        "PATH": f"{tools}:{node_binary().parent}:{os.environ.get('PATH', '')}",
        "NODE_ENV": "production",
        "PONDER_TELEMETRY_DISABLED": "true",
    }


def _job(ring: Ring, first: int) -> dict[str, object]:
    token = artifact("SettlementToken")
    return {
        "url": ring.node.url,
        "chainId": ring.deployment.chain_id,
        "address": ring.deployment.address("SettlementToken"),
        "start": first,
        "abi": [dict(entry) for entry in token.abi],
    }


def _ours(ring: Ring, seeded: Path) -> Spent:
    """One reading of the whole chain by a bridge whose books are as they were before it."""
    for old in ring.home.glob("bench.db*"):
        old.unlink()
    shutil.copy(seeded, ring.home / "bench.db")
    bridge = build(ring.config)
    before = bridge.port.last_sequence()
    gc.collect()
    gc.freeze()  # as the daemon does
    spent = inbound.spent(partial(inbound.book, bridge))
    gc.unfreeze()
    made = bridge.port.last_sequence() - before
    bridge.close()
    if made != BLOCKS * inbound.BLOCK_EVENTS:
        raise RuntimeError(f"{made} documents of {BLOCKS * inbound.BLOCK_EVENTS}")
    return spent


def _postgresql(databases: Databases) -> str | None:
    """A database of the server with which it is quicker, as a URL that Node.js reads; None: its own PGlite."""
    try:
        url = databases.new(POSTGRESQL)
    except Absent:
        return None
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _ponder(app: Path, job: Path, folder: Path, postgresql: str | None) -> float:
    """Seconds of one historical sync, from an empty cache. Raises Failed."""
    folder.mkdir()
    cache = app / ".ponder"
    shutil.rmtree(cache, ignore_errors=True)
    log = folder / "log.jsonl"
    with _running(app, job, log, postgresql) as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (seconds := _synced(log)) is None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"it did not get to its end: {log.read_text()[-500:]}")
            time.sleep(LOOK_SECONDS)
    return seconds


@contextmanager
def _running(
    app: Path, job: Path, log: Path, postgresql: str | None
) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        str(node_binary()), str(app / "node_modules" / "ponder" / "dist" / "esm" / "bin" / "ponder.js"), "start",
        "--schema", "bench", "-p", "0", "-H", "127.0.0.1", "--log-format", "json",
    ]  # fmt: skip
    named = {"JOB": str(job)} | ({"PG": postgresql} if postgresql else {})
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=app, env=_environment() | named, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _synced(log: Path) -> float | None:
    """Seconds from the beginning to the end of its sync, by the times in its log; None before the end."""
    times: dict[str, float] = {}
    for line in log.read_text().splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        for mark in (BEGINS, ENDS):
            if isinstance(said, dict) and mark in str(said.get("msg")):
                times.setdefault(mark, float(said["time"]))
    return (times[ENDS] - times[BEGINS]) / 1_000 if ENDS in times else None


def _figure(ours: list[Spent], theirs: list[float]) -> Figure:
    count = BLOCKS * inbound.BLOCK_EVENTS
    wall, peer = statistics.median(each.wall for each in ours), statistics.median(theirs)
    cpu = statistics.median(each.cpu for each in ours) * inbound.MICRO / count
    note = (
        f"{count:,} documents of two logs, {ROUNDS} times each; ours proves and books, on SQLite; floor: Ponder's sync, "
        "a document with two lines and a raw row for each"
    )
    return Figure(NAME, "1/s", count / wall, count / peer, wall / peer, cpu, note)
