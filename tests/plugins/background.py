"""Long programs of others (forge, halmos, brownie, slither) run beside the Python tests, one after the other.

A test that judges such a program carries `@pytest.mark.background(JOB)` and asks the fixture `background` for what came
of it. The jobs of all selected tests start when the collection is done, in order of `Job.rank`; the tests that judge
them come last. Every program gets a process group of its own, which ends with the session however it ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.devchain.processes import _die_with_parent
from scripts.toolchain.programs import ROOT, Run
from tests.plugins.workers import runs_programs

NICENESS = 5  # the Python tests wait for blocks and clocks; what runs beside them does not
GRACE_SECONDS = 5.0
JUDGING_SECONDS = 60


@dataclass(frozen=True)
class Job:
    """One piece of work beside the tests: `work` starts its programs by the `Run` that it is given."""

    name: str
    work: Callable[[Run], Any]
    timeout_seconds: int
    rank: int = 0


class Ended(Exception):
    """The session is over: no further program is started."""


class Lane:
    """A thread that does one job after the other."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = sorted(jobs, key=lambda job: (job.rank, job.name))
        self.seconds: dict[str, float] = {}
        self._results: dict[Job, Future[Any]] = {job: Future() for job in self.jobs}
        self._lock = threading.Lock()
        self._running: subprocess.Popen[str] | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="background", daemon=True)

    def start(self) -> None:
        """The first job starts, unless it has."""
        if self._thread.ident is None:
            self._thread.start()

    def result(self, job: Job) -> Any:
        """What the job's work returned, once it has; what it raised is raised here."""
        return self._results[job].result()

    def end(self) -> None:
        """Nothing more is started, and what runs is ended with all that it started."""
        with self._lock:
            self._ended = True
            running = self._running
        if running is not None:
            _end(running)
        if self._thread.ident is not None:
            self._thread.join(GRACE_SECONDS)

    def _work(self) -> None:
        for job in self.jobs:
            began = time.monotonic()
            deadline = began + job.timeout_seconds
            try:
                self._results[job].set_result(job.work(self._runner(deadline)))
            except BaseException as error:  # raised again in the test that judges the job
                self._results[job].set_exception(error)
            self.seconds[job.name] = time.monotonic() - began

    def _runner(self, deadline: float) -> Run:
        def run(
            command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path = ROOT
        ) -> subprocess.CompletedProcess[str]:
            with self._lock:
                if self._ended:
                    raise Ended
                process = subprocess.Popen(
                    ["nice", "-n", str(NICENESS), *command],
                    cwd=cwd,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    start_new_session=True,
                    preexec_fn=_die_with_parent(),  # noqa: PLW1509 - calls prctl and nothing else
                )
                self._running = process
            try:
                out, err = process.communicate(timeout=max(0.0, deadline - time.monotonic()))
            finally:
                _end(process)
                with self._lock:
                    self._running = None
            return subprocess.CompletedProcess(command, process.returncode, out, err)

        return run


def _end(process: subprocess.Popen[str]) -> None:
    """The whole process group of a program is gone; also where the program itself has ended already."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        deadline = time.monotonic() + GRACE_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)


def job_of(item: pytest.Item) -> Job | None:
    marker = item.get_closest_marker("background")
    return marker.args[0] if marker else None


LANE = pytest.StashKey[Lane]()
SECONDS = "seconds of programs"  # what a worker tells of its lane


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that judge a job come last, and may wait for all of them."""
    judging = {item: job for item in items if (job := job_of(item))}
    patience = sum(job.timeout_seconds for job in set(judging.values())) + JUDGING_SECONDS
    for item in judging:
        item.add_marker(pytest.mark.timeout(patience))
    items.sort(key=lambda item: (item in judging, judging[item].rank if item in judging else 0))


def pytest_collection_finish(session: pytest.Session) -> None:
    """The jobs of the selected tests start."""
    jobs = {job for item in session.items if (job := job_of(item))}
    lane = session.config.stash[LANE] = Lane(sorted(jobs, key=lambda job: job.rank))
    if jobs and runs_programs(session.config) and not session.config.option.collectonly:
        lane.start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if LANE in session.config.stash:
        lane = session.config.stash[LANE]
        lane.end()
        getattr(session.config, "workeroutput", {})[SECONDS] = lane.seconds


@pytest.fixture
def background(request: pytest.FixtureRequest) -> Any:
    """What came of the job that this test judges."""
    job = job_of(request.node)
    assert job is not None, "a test that asks for `background` carries the marker"
    lane = request.config.stash[LANE]
    lane.start()  # the worker that ran it may have died
    return lane.result(job)
