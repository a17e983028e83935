"""One SIGKILL after every statement and every request of each stage, and of a takeover: the end is always the same.

Each death is that of a process of its own, forked where the stage has work to do; database and chain are put back to that
place before the next one dies, a few statements later. Which stages have what to do: `PLACES`.

`EVERY=1` kills after each single one, `EVERY=16` (the default) after every sixteenth, beginning with the `SEED`th.
"""

from __future__ import annotations

import os
import shutil
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.bootstrap import Bridge, build
from bridge.operator.standing_by import working_bridge
from tests.faults.books import books
from tests.faults.machine.instants import instants
from tests.world import World

EVERY = int(os.environ.get("EVERY", "16"))
FIRST = 1 + int(os.environ.get("SEED", "1")) % EVERY
INSTANTS_MAX = 500  # a stage that has more goes in circles
INSTANTS_MIN = 2  # what the smallest stage has
Work = Callable[[Bridge], object]


def stage(name: str) -> Work:
    """One run of a stage."""
    return lambda bridge: dict(bridge.daemon.ring.stages())[name].run()


def runs(world: World, *names: str) -> None:
    """These stages, once each."""
    for name in names:
        stage(name)(world.bridge)


# ---- places: somewhere in the life of an order -----------------------------------------------------


def _signed(world: World) -> None:
    """Both sides signed a purchase, and somebody sent tokens: two events that nobody has read."""
    world.stock_item("LEAD", sourcing="direct")
    world.issue(item="LEAD")
    world.settle()
    world.sign_direct("RIVAL", world.last("requisition"), 777_777)
    to = world.people["SUPPLIER"].address
    world.transact("BUYER", "SettlementToken", "transfer", to, 55)


def _stored(world: World) -> None:
    """The same events stand in INBOX, and wait to be booked."""
    _signed(world)
    world.bridge.daemon.ring.ingest._book = None  # type: ignore[attr-defined]
    runs(world, "ingest")


def _shipped(world: World) -> None:
    _signed(world)
    world.settle()
    world.ship("SUPPLIER", world.last("purchase_order"), 100)
    order = world.last("purchase_order")
    world.inspect(world.receive(order, 1, 100), 100)
    world.invoice(order, 1, 100, 777_777)


def _reported(world: World) -> None:
    """Calls of a delivery wait to be signed and sent."""
    _shipped(world)
    runs(world, "report")


def _sent(world: World) -> None:
    """They are on their way."""
    _reported(world)
    runs(world, "submit")


def _mined(world: World) -> None:
    """They were mined, and their events are read."""
    _sent(world)
    runs(world, "confirm", "ingest")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process dies: what came before, and what it does there."""

    before: Callable[[World], None]
    work: Work
    takes_over: bool = False


PLACES = {
    "ingest, with booking": Place(_signed, stage("ingest")),
    "dispatch": Place(_stored, stage("dispatch")),
    "report": Place(_shipped, stage("report")),
    "submit, with signing": Place(_reported, stage("submit")),
    "confirm": Place(_sent, stage("confirm")),
    "confirm, with proofs": Place(_mined, stage("confirm")),
    "mailbox": Place(_shipped, stage("mailbox")),
    "a takeover and its first pass": Place(_sent, lambda bridge: bridge.daemon.once(), True),
}


# ---- dying -----------------------------------------------------------------------------------------


def dies_after(world: World, place: Place, count: int) -> bool:
    """A process does the work of a place, and is killed after so many instants; False when it had fewer."""
    child = os.fork()
    if not child:
        _work_and_die(world, place, count)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL), f"it ended by itself with code {code}"
    return code == -signal.SIGKILL


def _work_and_die(world: World, place: Place, count: int) -> None:
    """The life of the child; it never returns."""

    def now() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    try:
        bridge = build(world.config, clock=world.clock, sleep=world.clock.sleep)
        with instants(bridge.store.engine, count, now):
            if place.takes_over:
                with working_bridge(
                    lambda: bridge, stand_by=True, stopped=lambda: False, sleep=lambda _: None, say=lambda _: None
                ) as working:  # fmt: skip
                    assert working is bridge
                    place.work(bridge)
            else:
                place.work(bridge)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


class Moment:
    """Database and chain of a world as they are now, to come back to."""

    def __init__(self, world: World, home: Path) -> None:
        self._world, self._home = world, home
        home.mkdir()
        world.close()
        for file in self._files(world.home):
            shutil.copy(file, home)
        self._ahead = world.clock.ahead
        self._chain = world.node.rpc("evm_snapshot")

    def comes_back(self) -> None:
        """Nobody may have the database open."""
        for file in self._files(self._world.home):
            file.unlink()
        for file in self._files(self._home):
            shutil.copy(file, self._world.home)
        self._world.clock.ahead = self._ahead
        self._world.node.rpc("evm_revert", [self._chain])
        self._chain = self._world.node.rpc("evm_snapshot")
        for person in self._world.people.values():
            person.ask_nonce()

    @staticmethod
    def _files(home: Path) -> list[Path]:
        return [file for file in home.glob("interlock.db*") if not file.name.endswith(".lock")]


def the_end(world: World) -> dict[str, Any]:
    """Everything is done; the books."""
    world.reopen()
    world.settle()
    world.clock.ahead += 10
    world.settle()
    world.assert_nothing_waits()
    found = books(world)
    world.close()
    return found


@pytest.mark.parametrize("name", PLACES)
def test_a_kill_after_any_statement_changes_nothing(
    world: World, tmp_path: Path, name: str
) -> None:
    place = PLACES[name]
    place.before(world)
    moment = Moment(world, tmp_path / "moment")
    expected = the_end(world)
    moment.comes_back()
    count = FIRST
    while dies_after(world, place, count):
        assert the_end(world) == expected, f"killed after {count} statements and requests"
        moment.comes_back()
        count += EVERY
        assert count < INSTANTS_MAX
    assert count > INSTANTS_MIN
    world.reopen()
    world.settle()
    world.assert_audit_holds()
