"""Audits that people ask for through the API: each a process of its own, `interlock audit`, on the machine that serves it.

The ERP knows no bridge, and an audit takes seconds to minutes: neither the API nor the bridge's daemon runs it. It only
looks, notes that it ran as every audit does, and goes on from the notebook of the settings. What it said is kept in memory,
of the newest one; the next serving begins without.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bridge.config import ENVIRONMENT_PREFIX, Config
from erp.api.witness import AuditAsked, AuditOutcome, InvariantSeen

AUDIT_SECONDS_MAX = 3_600  # an audit that takes longer is ended
DIFFERENCES_TOLD = 20  # of one invariant
SAID_MAX = 500  # characters of what it said when it broke off
EXITS = {0: AuditOutcome.HOLDS, 1: AuditOutcome.DIFFERS, 3: AuditOutcome.LATER}
COMMAND = (sys.executable, "-m", f"{__package__}.interlock", "audit", "--json")


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process left."""

    code: int | None  # None: it was ended because it took too long
    out: str
    err: str


Run = Callable[[Sequence[str], Mapping[str, str]], Ended]


def run_to_its_end(command: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Runs a command until it ends, at most AUDIT_SECONDS_MAX."""
    try:
        done = subprocess.run(
            command, env=dict(environment), capture_output=True, text=True, timeout=AUDIT_SECONDS_MAX, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ended(None, "", "")
    return Ended(done.returncode, done.stdout, done.stderr)


class Audits:
    """At most one audit at a time, and what became of the newest."""

    def __init__(
        self, config: Config, run: Run = run_to_its_end, clock: Callable[[], float] = time.time
    ) -> None:
        self._config = config
        self._run = run
        self._clock = clock
        self._lock = threading.Lock()
        self._newest: AuditAsked | None = None

    @property
    def runs(self) -> bool:
        """Whether one runs."""
        newest = self._newest
        return newest is not None and newest.outcome is AuditOutcome.RUNS

    def newest(self) -> AuditAsked | None:
        """The newest; None: none was asked for."""
        newest = self._newest
        if newest is None or newest.outcome is not AuditOutcome.RUNS:
            return newest
        return replace(newest, seconds=self._since(newest))

    def start(self, by: str, *, whole: bool) -> AuditAsked:
        """Starts one, unless one runs; tells of the one that runs."""
        with self._lock:
            newest = self.newest()
            if newest is not None and newest.outcome is AuditOutcome.RUNS:
                return newest
            at = int(self._clock())
            asked = AuditAsked(by, at, whole, runner(), AuditOutcome.RUNS, 0)
            self._newest = asked
        threading.Thread(target=self._see_to, args=(asked,), name="audit", daemon=True).start()
        return asked

    def _see_to(self, asked: AuditAsked) -> None:
        command = [*COMMAND, "--full"] if asked.whole else COMMAND
        try:
            ended = self._run(command, environment_of(self._config))
            self._newest = replace(told(asked, ended), seconds=self._since(asked))
        except Exception as error:
            said = f"{type(error).__name__}: {error}"[:SAID_MAX]
            self._newest = replace(
                asked, outcome=AuditOutcome.FAILED, said=said, seconds=self._since(asked)
            )
            raise

    def _since(self, asked: AuditAsked) -> int:
        return max(0, int(self._clock()) - asked.asked_at)


def runner() -> str:
    """Who runs an audit that is asked for here."""
    return f"a process of its own beside this API, on {socket.gethostname()}"


def environment_of(config: Config) -> dict[str, str]:
    """The environment in which the command has the settings of the API: those of the environment come before a file's."""
    told = {
        "db": config.db,
        "deployment": str(config.deployment.absolute()),
        "rpc": ",".join(config.rpc),
        "stream": config.stream,
        "notebook": str(config.notebook.absolute()),
        "finality": "" if config.finality is None else str(config.finality),
    }
    named = {ENVIRONMENT_PREFIX + name.upper(): value for name, value in told.items() if value}
    bridge_db = {
        f"{ENVIRONMENT_PREFIX}BRIDGE_DB": config.bridge_db
    }  # empty: the ERP's own, whatever a file says
    return {**os.environ, **bridge_db, **named}


def told(asked: AuditAsked, ended: Ended) -> AuditAsked:
    """What an audit that ended has told."""
    if ended.code is None:
        said = f"it took more than {AUDIT_SECONDS_MAX} s and was ended"
        return replace(asked, outcome=AuditOutcome.FAILED, said=said)
    outcome = EXITS.get(ended.code, AuditOutcome.FAILED)
    report = _report_of(ended.out) if outcome is not AuditOutcome.LATER else None
    if report is None:
        said = (ended.err.strip() or f"it ended with {ended.code} and said nothing")[:SAID_MAX]
        later = AuditOutcome.LATER if outcome is AuditOutcome.LATER else AuditOutcome.FAILED
        return replace(asked, outcome=later, said=said)
    return replace(
        asked, outcome=outcome, block=report["block"], sequence=report["sequence"], since=report["since"],
        invariants=tuple(_invariant(each) for each in report["invariants"]),
    )  # fmt: skip


def _report_of(out: str) -> dict[str, Any] | None:
    """The report that the command printed; None: it printed none."""
    try:
        found = json.loads(out)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "invariants" in found else None


def _invariant(each: Mapping[str, Any]) -> InvariantSeen:
    shown = [", ".join(_said(difference)) for difference in each["differences"][:DIFFERENCES_TOLD]]
    return InvariantSeen(
        each["id"], each["name"], each["holds"], each["checked"], each["found"], tuple(shown)
    )


def _said(difference: Mapping[str, Any]) -> list[str]:
    return [str(value) for value in difference.values() if value not in (None, "")]
