"""Audits with a notebook, and rebuilds, when blocks have left the chain: everything is read, and all of it agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.audit.reading import LEFT
from bridge.bootstrap import Access, build
from tests.faults.test_audit_goes_on import begin, found, go_on
from tests.faults.test_deep_reorg import A, B, Branches, amounts, trade
from tests.faults.test_rebuild import named, rebuilt, unlock
from tests.world import BUYER, World


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """Where the auditor keeps the notebook."""
    return tmp_path / "notebook"


def check_holds(world: World, notebook: Path) -> None:
    """An audit with the notebook reads everything, and holds."""
    report = go_on(world, notebook)
    assert (report.since, report.why) == (None, LEFT)
    assert report.holds, found(report)


def test_a_trade_that_left_the_chain_and_another_in_its_place(
    world: World, notebook: Path, tmp_path: Path
) -> None:
    tender = world.open_tender()
    begin(world, notebook)
    branches = Branches(world)
    trade(world, tender, A, 1_000_003)
    assert go_on(world, notebook).since is not None
    branches.leave()
    world.settle()
    assert world.documents("chain_reorganisation")
    check_holds(world, notebook)
    assert named(rebuilt(world, tmp_path / "reversed")) == ""
    trade(world, tender, B, 900_001)
    check_holds(world, notebook)
    assert named(rebuilt(world, tmp_path / "traded")) == ""


def test_the_very_events_come_back(world: World, notebook: Path, tmp_path: Path) -> None:
    to, node = world.people["SUPPLIER"].address, world.node
    begin(world, notebook)
    branches = Branches(world)
    at = world.now + 100

    def first() -> str:
        node.rpc("evm_setNextBlockTimestamp", [at])
        world.transact(BUYER, "SettlementToken", "transfer", to, 111)
        return str(node.rpc("eth_getBlockByNumber", ["latest", False])["hash"])

    once = first()
    world.settle()
    go_on(world, notebook)
    branches.leave()
    world.settle()
    check_holds(world, notebook)
    branches.leave(0)
    node.rpc("evm_revert", [branches._before])
    for person in world.people.values():
        person._nonce = None
    assert first() == once
    node.mine(50)
    world.settle()
    assert amounts(world) == [111]
    check_holds(world, notebook)
    assert named(rebuilt(world, tmp_path / "again")) == ""


# What a database administrator edits of a log that holds a reversal.
EDITS = {
    "the reversal is forgotten": "DELETE FROM document_void",
    "what was voided is edited": (
        "UPDATE document_log SET payload = replace(payload, '111', '999') WHERE type = 'token_transfer' "
        "AND sequence IN (SELECT sequence FROM document_void)"
    ),
    "what stands is edited": (
        "UPDATE document_log SET payload = replace(payload, '222', '999') WHERE type = 'token_transfer' "
        "AND sequence NOT IN (SELECT sequence FROM document_void)"
    ),
}


@pytest.mark.parametrize("edit", sorted(EDITS))
def test_an_edit_of_a_log_with_a_reversal_is_found(
    world: World, notebook: Path, tmp_path: Path, edit: str
) -> None:
    to = world.people["SUPPLIER"].address
    branches = Branches(world)
    world.transact(BUYER, "SettlementToken", "transfer", to, 111)
    world.settle()
    branches.leave()
    world.transact(BUYER, "SettlementToken", "transfer", to, 222)
    world.settle()
    check_holds(world, notebook)
    unlock(world)
    world.sql(EDITS[edit])
    for _ in range(2):
        report = go_on(world, notebook)
        assert not report.holds
        assert found(report) == found(world.audit())
    assert named(rebuilt(world, tmp_path / "edited"))


MOMENTS = {
    "reading the chain": 1,
    "reading the documents": 1,
    "checking anchors": 2,
    "comparing balances": 2,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_chain_is_left_while_an_audit_runs(world: World, notebook: Path, moment: str) -> None:
    """Once or twice: the audit begins anew, or says that the ring moves. It accuses nobody."""
    to = world.people["SUPPLIER"].address
    begin(world, notebook)
    branches = Branches(world)
    world.transact(BUYER, "SettlementToken", "transfer", to, 111)
    world.settle()
    world.reopen()
    beside = build(world.config, access=Access.READ, clock=world.clock, sleep=world.clock.sleep)
    left: list[str] = []

    def leave(step: str) -> None:
        if not step.startswith(moment) or len(left) == MOMENTS[moment]:
            return
        left.append(step)
        branches.leave()
        world.settle()

    try:
        report = beside.audit.run(progress=leave)
    finally:
        beside.close()
    assert left
    assert report.holds, found(report)
    world.assert_audit_holds()
