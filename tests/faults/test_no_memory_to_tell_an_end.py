"""Attack 9, all honest: for a moment there is no memory where a person's act has ended and the ERP is told of it.

Bridge and ERP share a database, so that both commit together: what is not committed may hold nobody up, no clerk either.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bridge.ports.embedded import EmbeddedPort
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, row_of
from tests.world import World


def is_locked(world: World) -> bool:
    """True while somebody has a transaction of the database that writes."""
    file = world.home / "interlock.db"
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as clerk:
        try:
            clerk.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


def test_nobody_waits_for_the_transaction_in_which_an_end_was_to_be_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asks_to_pay(world)
    world.settle()
    answers(world, asked)
    apply = EmbeddedPort.apply

    def has_no_memory(port: EmbeddedPort, told: Any, unit: Any) -> Any:
        made = apply(port, told, unit)
        if told[0].operation == "EndAct":
            raise MemoryError
        return made

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedPort, "apply", has_no_memory)
        try:
            world.settle()
        except MemoryError:  # where the daemon counts an alarm
            held = is_locked(world)
    assert not held
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)
