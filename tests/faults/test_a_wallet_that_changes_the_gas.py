"""Attack 8, honest nodes and people: a wallet that sends what it signs picks its own gas, and hands over those bytes.

The answer does what was asked; its gas or its price differ from what was shown, as wallets like to have them. The bridge
itself would not send that, and refuses it. What somebody has sent already is done all the same.
"""

from __future__ import annotations

import pytest

from bridge.ring.answers import GAS_TRIES
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, row_of
from tests.faults.test_a_wallet_ahead_of_its_answer import gives, made
from tests.world import BUYER, World

OWN = {"a price": {"gasPrice": 10**10}, "a limit": {"gas": 300_000}}


@pytest.mark.parametrize("read", [True, False])
@pytest.mark.parametrize("own", OWN)
def test_what_a_wallet_sent_with_its_own_gas_is_not_told_as_refused(
    world: World, own: str, read: bool
) -> None:
    asked = asks_to_pay(world)
    world.settle()
    raw = made(world, asked, BUYER, **OWN[own])
    world.people[BUYER].wait(world.node.rpc("eth_sendRawTransaction", [raw]))
    if read:
        world.settle()
        assert paid(world) == 1
    gives(world, asked, raw)
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)


def test_what_a_wallet_sent_with_its_own_gas_and_is_not_mined_yet_is_waited_for(
    world: World,
) -> None:
    asked = asks_to_pay(world)
    world.settle()
    raw = made(world, asked, BUYER, gasPrice=10**10)
    world.node.rpc("evm_setAutomine", [False])
    try:
        world.node.rpc("eth_sendRawTransaction", [raw])
        gives(world, asked, raw)
        world.settle_passes(3)
        told = outcomes(world, asked)
        world.node.mine()
    finally:
        world.node.rpc("evm_setAutomine", [True])
    world.settle()
    assert (paid(world), told, outcomes(world, asked)) == (1, [], ["done"]), row_of(world, asked)


def test_what_nobody_sent_with_its_own_gas_is_refused(world: World) -> None:
    asked = asks_to_pay(world)
    world.settle()
    answers(world, asked, made(world, asked, BUYER, gasPrice=10**10))
    world.settle()
    assert outcomes(world, asked) == []  # its wallet may have sent it by way of another node
    for _ in range(GAS_TRIES):
        world.clock.ahead += 61
        world.settle_passes(3)
    assert (paid(world), outcomes(world, asked)) == (0, ["refused"])
