"""kill -9: the real daemon is killed again and again while clerks and suppliers work; the books end as if it never was.

INTERLOCK_KILLS=30 kills it thirty times in each step of the story instead of twice: some two hundred in all.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.ports.port import Document
from scripts.devchain.devchain import ROOT, DevChain
from tests.faults.books import books
from tests.stopping import ask_until_ended
from tests.world import DAY, World, build_world

AMOUNTS = {"STEEL": 1_000_003, "COPPER": 900_001, "TIN": 800_009}
LIVES_SECONDS = (0.02, 1.0)  # between the daemon's first word and its death
KILLS = int(os.environ.get("INTERLOCK_KILLS", "2"))  # in each step of the story
KILLS_MIN = 7 * KILLS  # there are so many steps at least
STORY_SECONDS_MAX = 180.0 * KILLS
POLL_SECONDS = 0.1
EXIT_CODE = re.compile(r"-?\d+\n")


def daemon_command(world: World) -> list[str]:
    """What an operator types."""
    options = {
        "--db": world.db,
        "--deployment": world.config.deployment,
        "--keystores": world.config.keystores,
        "--password-file": world.config.password_file,
        "--idle-seconds": "0.02",
        "--anchor-wait-seconds": "0",
    }
    command = [sys.executable, "-u", "-m", "scripts.interlock", "bridge", "run"]
    return [*command, *(str(part) for pair in options.items() for part in pair)]


# The same command without the two seconds of imports: a process that has them done is copied for each life.
# What they made is no garbage: a life looks through it no more.
CRADLE = """
import gc, os, sys
import bridge.bootstrap, bridge.ring.daemon
from scripts.interlock import main

gc.freeze()
for _ in sys.stdin:
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        continue
    print(os.getpid())
    sys.argv[0] = "interlock"
    main()
    os._exit(0)
"""


def cradle_command(command: list[str]) -> list[str]:
    """Waits for a line, then is the daemon once: prints its process id, its own words, and how it ended."""
    return [sys.executable, "-u", "-c", CRADLE, *command[command.index("bridge") :]]


class Killer(threading.Thread):
    """Starts the daemon, lets it say that it runs, kills it a moment later, and starts it again."""

    def __init__(self, command: list[str], log: Path, seed: int) -> None:
        super().__init__(daemon=True)
        self.kills = 0
        self.ended_by_itself: list[int] = []
        self._command = command
        self._log = log
        self._dice = random.Random(seed)
        self._enough = threading.Event()

    def run(self) -> None:
        with self._log.open("wb") as errors:
            cradle = subprocess.Popen(
                cradle_command(self._command),
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip
            while not self._enough.is_set():
                self._one_life(cradle)
            cradle.communicate()

    def _one_life(self, cradle: subprocess.Popen[str]) -> None:
        assert cradle.stdin is not None
        assert cradle.stdout is not None
        print(file=cradle.stdin, flush=True)
        process, said = int(cradle.stdout.readline()), cradle.stdout.readline()
        if not EXIT_CODE.fullmatch(said):
            time.sleep(self._dice.uniform(*LIVES_SECONDS))
            with contextlib.suppress(ProcessLookupError):  # it ended meanwhile, and says how
                os.kill(process, signal.SIGKILL)
            said = next(line for line in cradle.stdout if EXIT_CODE.fullmatch(line))
        if int(said) == -signal.SIGKILL:
            self.kills += 1
        else:
            self.ended_by_itself.append(int(said))

    def stop(self) -> None:
        """No more lives."""
        self._enough.set()
        self.join()


def play(world: World, until: Callable[[Callable[[], bool]], None]) -> None:
    """Three orders side by side. `until` waits for the bridge to make something so."""
    for item in AMOUNTS:
        world.issue(item=item)
    until(lambda: len(world.documents("tender")) == len(AMOUNTS))
    tenders = {d.fields["item"]: d for d in world.documents("tender")}
    for item, tender in tenders.items():
        world.commit("SUPPLIER", tender, AMOUNTS[item])
        world.commit("RIVAL", tender, AMOUNTS[item] + 7)
    world.node.reach_time(max(t.fields["commit_end"] for t in tenders.values()))
    for tender in tenders.values():
        world.reveal("SUPPLIER", tender)
    world.reveal("RIVAL", tenders["TIN"])
    world.node.reach_time(max(t.fields["reveal_end"] for t in tenders.values()))
    until(lambda: len(world.documents("escrow_deposit")) == len(AMOUNTS))
    orders = {d.fields["item"]: d for d in world.documents("purchase_order")}
    for order in orders.values():
        _ship(world, order, 60)
    until(lambda: len(world.documents("despatch")) == len(AMOUNTS))
    world.wait(DAY)
    for item, order in orders.items():
        _deliver(world, order, 1, 60, AMOUNTS[item] * 60 // 100)
    until(lambda: len(world.documents("payment")) == len(AMOUNTS))
    for order in orders.values():
        _ship(world, order, 40)
    until(lambda: len(world.documents("despatch")) == 2 * len(AMOUNTS))
    for item, order in orders.items():
        _deliver(world, order, 2, 40, AMOUNTS[item] - AMOUNTS[item] * 60 // 100)
    until(lambda: len(world.documents("order_close")) == len(AMOUNTS))
    until(lambda: len(world.documents("bond_forfeit")) == 2)


def _ship(world: World, order: Document, quantity: int) -> None:
    world.despatch("SUPPLIER", order, quantity)


def _deliver(world: World, order: Document, delivery: int, quantity: int, net: int) -> None:
    world.inspect(world.receive(order, delivery, quantity), quantity)
    world.invoice(order, delivery, quantity, net, f"{order.number}-{delivery}")


def build(node: DevChain, home: Path, db: str | None = None) -> World:
    """A world with three items."""
    home.mkdir()
    world = build_world(node, home, db)
    for item in list(AMOUNTS)[1:]:
        world.stock_item(item)
    world.settle()
    return world


def test_a_daemon_killed_at_random_moments_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with DevChain("anvil") as node:
        quiet = build(node, tmp_path / "quiet")
        play(quiet, lambda _: quiet.settle())
        quiet.settle()
        expected = books(quiet)
        quiet.assert_audit_holds()

    with DevChain("anvil") as node:
        world = build(node, tmp_path / "killed")
        killer = Killer(daemon_command(world), tmp_path / "daemon.log", seed=9)
        deadline = time.monotonic() + STORY_SECONDS_MAX

        def until(so: Callable[[], bool]) -> None:
            """No step of the story goes on before the daemon has died in it again, on any machine."""
            before = killer.kills
            while not (so() and killer.kills >= before + KILLS):
                if time.monotonic() > deadline:
                    log = (tmp_path / "daemon.log").read_text()[-4_000:]
                    pytest.fail(f"{world.status()}\n{killer.ended_by_itself}\n{log}")
                time.sleep(POLL_SECONDS)

        killer.start()
        try:
            play(world, until)
        finally:
            killer.stop()
        assert killer.kills >= KILLS_MIN, killer.kills
        assert killer.ended_by_itself == []
        world.reopen()
        world.settle()
        world.clock.ahead += DAY
        world.settle()
        assert books(world) == expected
        world.assert_nothing_waits()
        world.assert_audit_holds()


def test_a_second_daemon_on_the_same_database_is_refused(tmp_path: Path) -> None:
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path)
        command = daemon_command(world)
        first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            assert first.stdout is not None
            assert b"bridge runs" in first.stdout.readline()
            second = subprocess.run(
                command, cwd=ROOT, capture_output=True, timeout=60, check=False, env=os.environ
            )
            assert second.returncode == 2
            assert b"AlreadyRunning" in second.stderr
            assert ask_until_ended(first, 30) == 0
        finally:
            first.kill()
            first.communicate()
