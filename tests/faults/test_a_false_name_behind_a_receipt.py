"""A node names the event of a call that a receipt confirmed before its block was read: nobody may be believed there.

The first thing that a bridge does after a death is to ask for receipts. What they confirm is no longer submitted, so
that the transactions of a block with events are not held against its header. The event is stored under a transaction
that is on no chain, for ever; its call is confirmed by its receipt and doubted for want of its event, again and
again, also once no node lies.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.faults.attacking import outnumbered, passes
from tests.proxy import Answer, Change, honest, node_proxy
from tests.world import World

FALSE = "0x" + "de" * 32  # on no chain
SENT = (
    "SELECT o.status, a.witnessed, a.tx_hash FROM bridge_outbox o JOIN bridge_attempt a ON a.outbox_id = o.id "
    "WHERE o.key LIKE 'requisition:%'"
)
NAMED = "SELECT count(*) FROM bridge_inbox WHERE tx_hash = :h"


def calls_it(real: str) -> Change:
    """Blocks and their receipts name another transaction; the receipt of the real one is given when asked for."""

    def change(method: str, _params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getTransactionReceipt":
            return answer
        found: Answer = json.loads(json.dumps(answer).replace(real, FALSE))
        return found

    return change


def is_proved_for_good(world: World) -> None:
    """The tender's call stays confirmed, by an event of its own transaction; or at least the audit names what is false."""
    seen = set()
    for _ in range(6):
        world.clock.ahead += 61
        passes(world, 3)
        seen.add(tuple(world.sql(SENT)[0][:2]))
    assert len(world.documents("tender")) == 1
    whole, stored = world.audit().holds, world.sql(NAMED, h=FALSE)[0][0]
    assert (seen, whole, stored) == ({("confirmed", 1)}, True, 0)


@pytest.mark.parametrize("nodes", [1, 3])
def test_a_call_that_is_mined_after_a_pass_has_read_keeps_its_name(
    world: World, nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No death: blocks come slowly, and one is made after ingest has read and before confirm asks."""
    world.settle()
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,) if nodes == 1 else outnumbered(world, liar.url))
        world.node.rpc("evm_setAutomine", [False])
        confirm = world.bridge.daemon.ring.confirm
        run = confirm.run
        try:
            world.issue()
            passes(world, 2)
            ((status, _, real),) = world.sql(SENT)
            assert status == "submitted"
            world.clock.ahead += 6
            liar.change = calls_it(real)

            def mined_just_before() -> int:
                world.node.mine()
                return run()

            monkeypatch.setattr(confirm, "run", mined_just_before)
            passes(world, 1)
            monkeypatch.setattr(confirm, "run", run)
        finally:
            world.node.rpc("evm_setAutomine", [True])
        passes(world, 2)
        liar.change = honest
    world.reopen(rpc=())
    is_proved_for_good(world)


@pytest.mark.parametrize("nodes", [1, 3])
def test_a_call_that_is_mined_while_the_bridge_is_dead_keeps_its_name(
    world: World, nodes: int
) -> None:
    world.settle()
    with node_proxy(world.node.url) as liar:
        rpc = (liar.url,) if nodes == 1 else outnumbered(world, liar.url)
        world.reopen(rpc=rpc)
        world.node.rpc("evm_setAutomine", [False])
        try:
            world.issue()
            world.settle_passes(2)  # sent, and in no block
            ((status, _, real),) = world.sql(SENT)
            assert status == "submitted"
            world.bridge.close()  # it dies
            world.node.mine()
        finally:
            world.node.rpc("evm_setAutomine", [True])
        world.clock.ahead += 6
        world.reopen(rpc=rpc)
        liar.change = calls_it(real)
        passes(world, 3)
        liar.change = honest
    world.reopen(rpc=())
    is_proved_for_good(world)
