"""Honest nodes and people: an act is told as refused for its gas while what its wallet sent can be mined still."""

from __future__ import annotations

import pytest

from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, row_of
from tests.faults.test_a_wallet_ahead_of_its_answer import made
from tests.world import BUYER, World

pytestmark = pytest.mark.node


def test_what_a_wallet_sent_with_gas_of_its_own_and_sped_up_once_more_is_not_told_as_refused(
    world: World,
) -> None:
    """It sends, its person answers with that, and it speeds up before the bridge has read the answer."""
    asked = asks_to_pay(world)
    world.settle()
    raw, faster = (made(world, asked, BUYER, gasPrice=price) for price in (10**10, 2 * 10**10))
    world.node.rpc("evm_setAutomine", [False])
    try:
        world.node.rpc("eth_sendRawTransaction", [raw])
        answers(world, asked, raw)
        world.node.rpc("eth_sendRawTransaction", [faster])
        world.settle_passes(3)
        world.node.mine()
    finally:
        world.node.rpc("evm_setAutomine", [True])
    world.clock.ahead += 6
    world.settle_passes(6)
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)


def test_what_a_wallet_sends_with_gas_of_its_own_a_moment_after_its_answer_is_not_told_as_refused(
    world: World,
) -> None:
    """Its node and the bridge's are two: what was sent there is heard of here a moment later."""
    asked = asks_to_pay(world)
    world.settle()
    raw = made(world, asked, BUYER, gasPrice=10**10)
    answers(world, asked, raw)
    world.settle_passes(2)
    world.node.rpc("eth_sendRawTransaction", [raw])
    world.clock.ahead += 6
    world.settle_passes(6)
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)
