"""One of three nodes swears for two passes that a payment was mined; its wallet has cancelled it meanwhile.

Ingest has not proved the event when the person is told, and what it was told is not taken back.
"""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from tests.faults.attacking import answers, asks_to_pay, outcomes, outnumbered, paid, passes, row_of
from tests.faults.machine.lies import swears_success
from tests.mailbox import key_of
from tests.proxy import honest, node_proxy
from tests.world import BUYER, World

pytestmark = pytest.mark.node


def cancels(world: World) -> None:
    """The wallet spends the slot by a transaction to itself."""
    me = to_checksum_address(world.people[BUYER].address)
    content = {
        "to": me, "data": "0x", "gas": 100_000, "gasPrice": 10**10, "value": 0, "chainId": world.deployment.chain_id,
        "nonce": int(world.node.rpc("eth_getTransactionCount", [me, "latest"]), 16),
    }  # fmt: skip
    raw = Account.sign_transaction(content, key_of(world, BUYER)).raw_transaction
    world.node.rpc("eth_sendRawTransaction", [raw.to_0x_hex()])


def test_a_payment_that_never_was_is_not_told_as_done_by_the_word_of_one_node(world: World) -> None:
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=outnumbered(world, liar.url))
        asked = asks_to_pay(world)
        world.settle()
        world.node.rpc("evm_setAutomine", [False])
        try:
            answers(world, asked)
            world.settle_passes(2)
            cancels(world)
            liar.change = swears_success(liar, world)
            world.clock.ahead += 6
            passes(world, 2)
            liar.change = honest
            world.node.mine()
        finally:
            world.node.rpc("evm_setAutomine", [True])
        world.clock.ahead += 6
        passes(world, 6)
        told = outcomes(world, asked)
        assert not (told == ["done"] and paid(world) == 0), (row_of(world, asked), world.alarms())
    world.reopen(rpc=())
