"""Where blocks have to follow, the node's count says which calls of the house are mined; receipts are asked for at the end.

A count is a node's word, as a receipt is: whatever it says falsely, each call is done once, and none waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlmodel import col, select

from bridge.intents import OutboxStatus
from bridge.ring.confirm import RESEND_SECONDS
from bridge.store.lanes import FINAL_SECONDS
from bridge.store.tables import Attempt, Outbox
from tests.faults.administrator import matched
from tests.faults.test_deep_reorg import Branches
from tests.world import World

DEPTH = 5


def call_of(world: World, number: str) -> tuple[Outbox, Attempt]:
    """The call that a document asks for, and its living transaction."""
    with world.bridge.store.view() as session:
        statement = (
            select(Outbox, Attempt)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(Outbox.document_number == number, col(Attempt.lost).is_(False))
        )
        return session.exec(statement).one()


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes of which receipts are asked for by the bridge that stands when this is called."""
    found: list[str] = []
    gateway = world.bridge.gateway
    receipts = gateway.receipts

    def noted(hashes: Sequence[str]) -> Any:
        found.extend(hashes)
        return receipts(hashes)

    monkeypatch.setattr(gateway, "receipts", noted)
    return found


@pytest.fixture
def sent(world: World) -> Iterator[str]:
    """A match was sent, and nobody's node has mined it yet."""
    number = matched(world)
    world.reopen(finality=DEPTH)
    world.node.rpc("evm_setAutomine", [False])
    world.bridge.daemon.once()
    assert call_of(world, number)[0].status == OutboxStatus.SUBMITTED
    yield number
    world.node.rpc("evm_setAutomine", [True])


def test_a_mined_call_waits_for_its_blocks_without_its_receipt_and_ends_by_its_event(
    world: World, sent: str, asked: list[str]
) -> None:
    world.node.mine(1)
    head = world.bridge.client.height()
    world.settle_passes(2)
    row, attempt = call_of(world, sent)
    assert (row.status, attempt.block_number) == (OutboxStatus.SUBMITTED, head)
    world.node.mine(DEPTH)
    world.settle_passes(2)
    row, attempt = call_of(world, sent)
    assert (row.status, attempt.block_number) == (OutboxStatus.CONFIRMED, head)
    assert attempt.tx_hash not in asked


def test_a_call_that_is_counted_and_whose_block_leaves_is_done_once(
    world: World, sent: str
) -> None:
    branches = Branches(world)
    world.node.mine(1)
    world.settle_passes(2)
    assert call_of(world, sent)[1].block_number is not None
    branches.leave()
    for _ in range(4):
        world.clock.ahead += FINAL_SECONDS
        world.node.mine(DEPTH)
        world.settle_passes(2)
    assert call_of(world, sent)[0].status == OutboxStatus.CONFIRMED
    world.node.rpc("evm_setAutomine", [True])
    world.reopen(finality=None)
    world.settle()
    world.assert_audit_holds()


def test_a_call_that_a_node_counts_and_never_had_is_sent_again(
    world: World, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = world.bridge.gateway
    counts, (_, before) = gateway.counts, call_of(world, sent)
    world.node.rpc("hardhat_dropTransaction", [before.tx_hash])
    world.node.mine(1)
    with monkeypatch.context() as patch:
        patch.setattr(
            gateway,
            "counts",
            lambda signers, block: {s: n + 1 for s, n in counts(signers, block).items()},
        )
        world.settle_passes(2)
    assert call_of(world, sent)[1].block_number is not None
    world.clock.ahead += FINAL_SECONDS + RESEND_SECONDS
    world.node.mine(DEPTH)
    world.settle_passes(2)
    world.node.mine(DEPTH + 1)
    world.settle_passes(2)
    row, attempt = call_of(world, sent)
    assert (row.status, attempt.tx_hash) == (OutboxStatus.CONFIRMED, before.tx_hash)
