"""Two acts of one person share a slot; the person's wallet sends the second by itself, then answers with it.

The first had left the pool, or the wallet picked a higher price of gas, which replaces it.
"""

from __future__ import annotations

import pytest

from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, requests_of, row_of
from tests.faults.test_a_wallet_ahead_of_its_answer import made
from tests.world import BUYER, World

pytestmark = pytest.mark.xfail(strict=True, reason="known issue 346, which is open")


@pytest.mark.parametrize("how", ["the pool loses it", "the wallet pays more"])
def test_what_a_wallet_sent_in_a_slot_that_another_act_lost_is_not_asked_for_again(
    world: World, how: str
) -> None:
    first, second = asks_to_pay(world, 777), asks_to_pay(world, 778)
    world.settle()
    answers(
        world, second
    )  # for the slot behind the first one: it is shown again, for the first one's
    world.settle_passes(3)
    world.node.rpc("evm_setAutomine", [False])
    try:
        answers(world, first)
        world.settle_passes(2)
        ((lost,),) = world.sql(
            "SELECT tx_hash FROM bridge_attempt WHERE block_number IS NULL ORDER BY id DESC LIMIT 1"
        )
        if how == "the pool loses it":
            world.node.rpc("anvil_dropTransaction", [lost])
            raw = made(world, second, BUYER)
        else:
            raw = made(world, second, BUYER, gasPrice=10**10)
        world.node.rpc("eth_sendRawTransaction", [raw])
        answers(world, second, raw)
        shown = len(requests_of(world, second))
        world.settle_passes(3)
        if len(requests_of(world, second)) > shown:  # the person does what it is shown
            answers(world, second)
            world.settle_passes(2)
        world.node.mine()
    finally:
        world.node.rpc("evm_setAutomine", [True])
    world.settle()
    assert paid(world, 778) == 1, (row_of(world, second), outcomes(world, second))
