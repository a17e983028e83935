"""Audits that are asked for through the API: one at a time, with the API's own settings, and told as they ended."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bridge.config import Config, read
from erp.api.witness import AuditAsked, AuditOutcome
from scripts.audits import AUDIT_SECONDS_MAX, COMMAND, Audits, Ended, environment_of, told

CONFIG = Config(
    db="sqlite:////books.db", bridge_db="sqlite:////ring.db", rpc=("http://a", "http://b"), finality=3,
    deployment=Path("deployments/here.json"), notebook=Path("notebook"), stream="north",
)  # fmt: skip
REPORT = {
    "holds": False, "block": 90, "head": "0x", "sequence": 40, "since": None, "why": "first",
    "invariants": [
        {"id": 5, "name": "books", "holds": False, "checked": 75, "found": 1,
         "differences": [{"where": "delivery 1/1", "text": "paid_minor is 7", "sequence": None}]},
    ],
}  # fmt: skip
ASKED = AuditAsked("operator:o", 100, False, "here", AuditOutcome.RUNS, 0)


class Waiting:
    """A command that ends when a test says so."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.calls: list[tuple[Sequence[str], Mapping[str, str]]] = []

    def __call__(self, command: Sequence[str], environment: Mapping[str, str]) -> Ended:
        self.calls.append((command, environment))
        assert self.go.wait(10)
        return Ended(0, json.dumps({**REPORT, "holds": True}), "")


def ended(audits: Audits) -> AuditAsked:
    """The newest once it does not run."""
    for thread in threading.enumerate():
        if thread.name == "audit":
            thread.join(10)
    newest = audits.newest()
    assert newest is not None
    return newest


def test_one_audit_runs_at_a_time_and_whoever_asks_meanwhile_is_told_of_it() -> None:
    run = Waiting()
    audits = Audits(CONFIG, run, clock=lambda: 100.0)
    assert audits.newest() is None
    first = audits.start("operator:o", whole=False)
    second = audits.start("auditor:u", whole=True)
    assert (first.asked_by, second.asked_by) == ("operator:o", "operator:o")
    assert audits.runs
    run.go.set()
    done = ended(audits)
    assert (done.outcome, done.block, done.asked_by) == (AuditOutcome.HOLDS, 90, "operator:o")
    assert len(run.calls) == 1
    audits.start("auditor:u", whole=True)
    assert ended(audits).whole
    assert run.calls[1][0] == [*COMMAND, "--full"]


def test_the_audit_has_the_settings_of_the_api_whatever_file_lies_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "interlock.toml").write_text('db = "sqlite:///other.db"\nstream = "south"\n')
    environment = environment_of(CONFIG)
    assert str(CONFIG.db) not in COMMAND  # a password in it is no argument that others can list
    monkeypatch.chdir(tmp_path)
    found = read({}, environment)
    for name in ("db", "bridge_db", "rpc", "stream", "finality"):
        assert getattr(found, name) == getattr(CONFIG, name), name
    assert found.deployment.is_absolute()
    assert found.notebook.is_absolute()


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        (Ended(1, json.dumps(REPORT), ""), AuditOutcome.DIFFERS),
        (Ended(3, "", "the ring does not rest"), AuditOutcome.LATER),
        (Ended(1, "", "Traceback"), AuditOutcome.FAILED),  # exit 1 alone is no report
        (Ended(0, "nonsense", ""), AuditOutcome.FAILED),
        (Ended(2, "", "no such setting"), AuditOutcome.FAILED),
        (Ended(None, "", ""), AuditOutcome.FAILED),
    ],
)
def test_an_audit_that_told_no_report_never_counts_as_one_that_holds(
    left: Ended, outcome: AuditOutcome
) -> None:
    found = told(ASKED, left)
    assert found.outcome is outcome
    assert (found.said is None) == (outcome is AuditOutcome.DIFFERS)


def test_a_difference_names_its_row() -> None:
    (invariant,) = told(ASKED, Ended(1, json.dumps(REPORT), "")).invariants
    assert invariant.differences == ("delivery 1/1, paid_minor is 7",)


def test_an_audit_that_takes_too_long_is_ended_and_says_so() -> None:
    said = told(ASKED, Ended(None, "", "")).said
    assert said is not None
    assert str(AUDIT_SECONDS_MAX) in said


def test_a_command_that_cannot_be_run_leaves_no_audit_that_runs_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no(*_: object) -> Ended:
        raise OSError("no such program")

    monkeypatch.setattr(threading, "excepthook", lambda _: None)  # it is a bug, and logged as one
    audits = Audits(CONFIG, no)
    audits.start("operator:o", whole=False)
    assert (ended(audits).outcome, audits.runs) == (AuditOutcome.FAILED, False)
