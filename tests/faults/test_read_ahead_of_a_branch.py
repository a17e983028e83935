"""A window that the process beside read on a branch that the chain has left since."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.beside import ahead
from bridge.beside.ahead import WindowsAhead
from bridge.beside.process import Ticket
from bridge.beside.work import Work
from bridge.chain.deployment import as_data
from bridge.chain.scan import HEADERS_AT_ONCE
from tests.faults.test_deep_reorg import Branches, amounts
from tests.world import BUYER, World


class AtOnce:
    """What the process beside does, in this one: it has read what it is asked for before anything else happens."""

    pid = 1

    def __init__(self, world: World) -> None:
        self._work = Work(json.dumps(as_data(world.deployment)))
        self.given = 0

    def is_ready(self) -> bool:
        return True

    def rest(self) -> None: ...

    def close(self) -> None: ...

    def ask(self, name: str, *told: Any) -> Ticket:
        return Ticket(value=self._work.do(name, told), is_there=True)

    def answer(self, ticket: Ticket) -> Any:
        self.given += 1
        return ticket.value


def test_what_was_read_ahead_on_a_branch_that_is_gone_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "MUCH", 0)
    to = world.people["SUPPLIER"].address
    world.settle()
    beside = AtOnce(world)
    stage: Any = world.bridge.daemon.ring.ingest
    stage._scanner = WindowsAhead(world.bridge.scanner, beside)  # type: ignore[arg-type]
    world.node.mine(HEADERS_AT_ONCE)  # the first window, which stays
    branches = Branches(world)
    world.transact(BUYER, "SettlementToken", "transfer", to, 111)
    take, left = stage._take, []

    def taking(*window: Any) -> bool:
        """The chain leaves the second window while the first is booked."""
        if not left:
            left.append(branches.leave())
        return bool(take(*window))

    monkeypatch.setattr(stage, "_take", taking)
    stage.run()
    assert (beside.given, amounts(world)) == (1, [111])  # as it was when it was read
    world.transact(BUYER, "SettlementToken", "transfer", to, 222)
    world.settle()
    assert amounts(world) == [222]
    world.assert_nothing_waits()
    world.assert_audit_holds()
