"""Several bridges on one database: whichever works is killed, another takes over, and nothing is lost or doubled."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.bootstrap import Bridge, build
from bridge.errors import AlreadyRunning
from bridge.operator.standing_by import STAND_BY_SECONDS, working_bridge
from bridge.store.lock import ADVISORY_KEY
from scripts.devchain.devchain import ROOT, DevChain
from tests.faults.test_kill_9 import build as build_items
from tests.faults.test_kill_9 import daemon_command, play
from tests.world import World, build_world

BRIDGES = 3
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.1
RUNS = b"bridge runs"
OF_THE_LOCK = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Several:
    """As many daemons as BRIDGES, each a process; whoever ends is replaced by one that stands by."""

    def __init__(self, world: World, home: Path) -> None:
        self.deaths = 0
        self._command = [*daemon_command(world), "--stand-by"]
        self._home = home
        self._count = 0
        self._bridges = [self._start() for _ in range(BRIDGES)]

    def _start(self) -> tuple[subprocess.Popen[bytes], Path]:
        self._count += 1
        said = self._home / f"bridge-{self._count}.txt"
        with said.open("wb") as out:
            return subprocess.Popen(self._command, cwd=ROOT, stdout=out, stderr=out), said

    def working(self) -> list[subprocess.Popen[bytes]]:
        """Those that live and have said that they run."""
        return [p for p, said in self._bridges if p.poll() is None and RUNS in said.read_bytes()]

    def await_one(self) -> subprocess.Popen[bytes]:
        """The one that works, as soon as there is one."""
        wait_until(lambda: len(self.working()) == 1)
        return self.working()[0]

    def kill(self) -> None:
        """kill -9 for the one that works."""
        doomed = self.await_one()
        doomed.kill()
        doomed.wait()
        self.replace()

    def replace(self) -> None:
        """A new one for each that ended."""
        ended = [each for each in self._bridges if each[0].poll() is not None]
        self.deaths += len(ended)
        self._bridges = [each for each in self._bridges if each not in ended]
        self._bridges += [self._start() for _ in ended]

    def stop(self) -> list[int]:
        """SIGTERM for all, once each works or stands by; their exit codes."""
        wait_until(lambda: all(said.read_bytes() or p.poll() for p, said in self._bridges))
        for process, _ in self._bridges:
            process.send_signal(signal.SIGTERM)
        return [process.wait(60) for process, _ in self._bridges]

    def kill_all(self) -> None:
        """Whatever happened, nothing is left."""
        for process, _ in self._bridges:
            process.kill()
            process.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Waits for it, not for ever."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(POLL_SECONDS)


@contextmanager
def several(world: World, home: Path) -> Iterator[Several]:
    """Daemons until the block ends."""
    bridges = Several(world, home)
    try:
        yield bridges
    finally:
        bridges.kill_all()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_whoever_works_is_killed_again_and_again_and_the_orders_go_on(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    db = request.getfixturevalue("postgres_db") if database == "postgresql" else None
    with DevChain("anvil") as node:
        world = build_items(node, tmp_path / "world", db)
        with several(world, tmp_path) as bridges:
            steps = iter(range(100))

            def until(is_so: Callable[[], bool]) -> None:
                if next(steps) % 2 == 0:
                    bridges.kill()
                wait_until(is_so)

            play(world, until)
            assert bridges.deaths >= 4
            assert bridges.stop() == [0] * BRIDGES
        world.reopen()
        world.settle()
        twice = "SELECT outbox_id FROM bridge_attempt WHERE NOT lost GROUP BY outbox_id HAVING count(*) > 1"
        assert world.sql(twice) == []
        assert len(world.documents("order_close")) == 3
        world.assert_nothing_waits()
        world.assert_audit_holds()
        world.close()


def test_a_lock_whose_connection_was_cut_goes_to_another_and_the_first_writes_nothing_more(
    tmp_path: Path, postgres_db: str
) -> None:
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path, postgres_db)
        with several(world, tmp_path) as bridges:
            first = bridges.await_one()
            assert world.sql(OF_THE_LOCK, key=ADVISORY_KEY) == [(True,)]
            world.issue()
            wait_until(lambda: first.poll() is not None)
            assert first.returncode == 2  # another took the database over
            assert bridges.await_one() is not first
            wait_until(lambda: len(world.documents("tender")) == 1)
            assert bridges.stop().count(0) == BRIDGES - 1
        world.reopen()
        world.settle()
        world.assert_nothing_waits()
        world.assert_audit_holds()
        world.close()


def takes(
    world: World, stopped: Sequence[bool], *, stand_by: bool
) -> tuple[Bridge | None, list[str]]:
    """What a second bridge gets, and what it said; `stopped`: the answers to whether it was stopped."""
    said, slept = [], []  # type: list[str], list[float]
    answers = iter(stopped)
    with working_bridge(
        lambda: build(world.config),
        stand_by=stand_by, stopped=lambda: next(answers), sleep=slept.append, say=said.append,
    ) as bridge:  # fmt: skip
        assert slept == [STAND_BY_SECONDS] * len(slept)
        return bridge, said


def test_who_stands_by_says_so_and_ends_when_it_is_stopped(world: World) -> None:
    with working_bridge(
        lambda: build(world.config), stand_by=True, stopped=lambda: False, sleep=lambda _: None, say=print
    ) as first:  # fmt: skip
        assert first is not None
        bridge, said = takes(world, [False, False, True], stand_by=True)
        assert bridge is None
        assert said == ["another bridge works on this database: this one stands by"]
        with pytest.raises(AlreadyRunning):
            takes(world, [], stand_by=False)
        first.daemon.once()  # nothing was taken from it
    bridge, said = takes(world, [], stand_by=True)
    assert bridge is not None
    assert said == []


def test_who_takes_over_knows_the_contracts_that_were_added_while_it_stood_by(world: World) -> None:
    built: list[Bridge] = []

    def made() -> Bridge:
        built.append(build(world.config))
        return built[-1]

    holder = working_bridge(
        lambda: build(world.config), stand_by=True, stopped=lambda: False, sleep=lambda _: None, say=print
    )  # fmt: skip
    first = holder.__enter__()
    assert first is not None

    def ends(_seconds: float) -> None:
        holder.__exit__(None, None, None)

    with working_bridge(
        made, stand_by=True, stopped=lambda: False, sleep=ends, say=lambda _: None
    ) as second:
        assert second is built[1]  # not the one that was built before it waited
        with pytest.raises(AlreadyRunning, match="took this database over"):
            first.store.raise_alarm("test", "it still thinks that it works")
