"""Attack 9, all honest: for a moment this process may open no further file, where it reads a time zone for the first time.

That the machine has no file left says nothing of an event, an act or a document: whoever met it tries again.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from erp.kernel import calendar
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, passes, row_of
from tests.world import BUYER, World


@contextmanager
def no_file_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A daemon that has just started, and has read no time zone yet."""

    def none(_package: str) -> Any:
        raise OSError(errno.EMFILE, "Too many open files")

    for each in (calendar._zone, calendar.year_of, calendar.month_of):
        each.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(calendar.resources, "files", none)
        yield


def test_an_event_that_met_it_is_not_parked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.transact(BUYER, "SettlementToken", "transfer", world.people["SUPPLIER"].address, 55)
    with no_file_left(monkeypatch):
        passes(world, 2)
    passes(world, 3)
    world.settle()
    assert paid(world, 55) == 1, world.status()["quarantined"]
    world.assert_nothing_waits()


def test_an_act_that_met_it_is_not_told_as_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asks_to_pay(world)
    with no_file_left(monkeypatch):
        passes(world, 2)
    passes(world, 3)
    world.settle()
    assert outcomes(world, asked) == [], row_of(world, asked)
    answers(world, asked)
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)
