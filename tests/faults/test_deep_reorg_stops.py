"""A block whose events are booked leaves the chain: the bridge stops and says so; it neither unbooks nor books anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import DeepReorg
from scripts.devchain.devchain import DevChain
from tests.world import BUYER, build_world


def test_a_booked_block_that_vanished_stops_the_bridge(tmp_path: Path) -> None:
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path)
        to = world.people["SUPPLIER"].address
        before = node.rpc("evm_snapshot")
        world.transact(BUYER, "SettlementToken", "transfer", to, 111)
        world.settle()
        documents = world.bridge.port.last_sequence()
        block = world.status()["block"]
        node.rpc("evm_revert", [before])
        for person in world.people.values():
            person._nonce = None
        for amount in (222, 333, 444, 555):
            world.transact(BUYER, "SettlementToken", "transfer", to, amount)
        for _ in range(3):
            with pytest.raises(DeepReorg, match=f"block {block} was 0x"):
                world.bridge.daemon.run(lambda: False)
        assert world.status()["block"] == block
        assert world.bridge.port.last_sequence() == documents
        assert [d.fields["amount_minor"] for d in world.documents("token_transfer")] == [111]


def test_a_fork_above_the_finality_depth_is_never_seen(tmp_path: Path) -> None:
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path)
        world.reopen(finality=3)
        to = world.people["SUPPLIER"].address
        before = node.rpc("evm_snapshot")
        world.transact(BUYER, "SettlementToken", "transfer", to, 111)
        node.mine(1)
        world.settle()
        node.rpc("evm_revert", [before])
        world.people[BUYER]._nonce = None
        world.transact(BUYER, "SettlementToken", "transfer", to, 222)
        world.settle()
        assert world.documents("token_transfer") == []
        node.mine(3)
        world.settle()
        node.mine(3)
        world.settle()
        assert [d.fields["amount_minor"] for d in world.documents("token_transfer")] == [222]
