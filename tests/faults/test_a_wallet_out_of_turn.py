"""Honest nodes and people: what was answered out of turn is not shown anew for another slot while its bytes are good."""

from __future__ import annotations

from contextlib import suppress

import pytest

from bridge.chain.signed import read_signed
from bridge.ports.port import Document
from scripts.devchain.devnodes import DevChainError
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, requests_of, row_of
from tests.faults.test_a_wallet_ahead_of_its_answer import behind
from tests.proxy import Change, node_proxy
from tests.world import BUYER, DAY, World

pytestmark = pytest.mark.node
FIRST, SECOND = 777, 778
MANY = 22  # acts of one person, two more than an act is shown times


def forgets(tx_hash: str) -> Change:
    """Geth does not know any more what was replaced in its pool; Anvil does."""
    return lambda method, params, answer: (
        {**answer, "result": None}
        if method == "eth_getTransactionByHash" and params == [tx_hash]
        else answer
    )


def obeys(world: World, *asked: Document, rounds: int = 4) -> None:
    """The person signs whatever it is shown, until nothing is open."""
    for _ in range(rounds):
        world.settle_passes(6)
        for each in asked:
            if row_of(world, each)["status"] == "offered":
                answers(world, each)
        world.clock.ahead += 6
    world.settle_passes(6)


def test_an_act_whose_bytes_wait_at_a_node_of_the_wallet_alone_is_not_paid_twice(
    world: World,
) -> None:
    """A node hands nobody what waits out of turn: the bridge's own hears of it once its turn has come."""
    first, second = asks_to_pay(world, FIRST), asks_to_pay(world, SECOND)
    world.settle()
    raw = behind(world, second, BUYER)  # sent, by way of a node that the bridge does not ask
    answers(world, second, raw)
    world.settle_passes(3)
    if len(requests_of(world, second)) > 1:  # the person does what it is shown
        answers(world, second)
        world.settle_passes(3)
    else:
        answers(world, first)
        world.settle_passes(3)
    with suppress(DevChainError):  # the bridge was quicker
        world.node.rpc("eth_sendRawTransaction", [raw])  # its turn has come
    obeys(world, first, second)
    assert paid(world, SECOND) == 1, (row_of(world, second), outcomes(world, second))


def test_an_act_that_a_wallet_sped_up_out_of_turn_before_its_answer_came_is_not_paid_twice(
    world: World,
) -> None:
    """The node that the bridge asks has the same call of the same slot in its pool, at another price of gas."""
    first, second = asks_to_pay(world, FIRST), asks_to_pay(world, SECOND)
    world.settle()
    raw, faster = behind(world, second, BUYER), behind(world, second, BUYER, gasPrice=10**10)
    with node_proxy(world.node.url) as node:
        node.change = forgets(read_signed(raw).tx_hash)
        world.reopen(rpc=(node.url,))
        world.node.rpc("eth_sendRawTransaction", [raw])
        world.node.rpc("eth_sendRawTransaction", [faster])  # the wallet speeds it up
        answers(world, second, raw)
        world.settle_passes(3)
        if len(requests_of(world, second)) > 1:  # the person does what it is shown
            answers(world, second)
        else:
            answers(world, first)
        obeys(world, first, second)
        assert paid(world, SECOND) == 1, (row_of(world, second), outcomes(world, second))
    world.reopen(rpc=())


def test_many_acts_that_are_answered_out_of_turn_are_all_done(world: World) -> None:
    """Each is shown for the one lowest slot, so that one of them gets on at a time; an act is shown in vain 20 times."""
    acts = [asks_to_pay(world, 1_000 + place) for place in range(MANY)]
    world.settle()
    for each in reversed(acts):
        answers(world, each)
        world.settle_passes(1)
    obeys(world, *acts, rounds=MANY + 2)
    told = [outcomes(world, each) for each in acts]
    assert told == [["done"]] * MANY, (told, row_of(world, acts[-1]))


def test_many_acts_that_are_signed_at_once_are_all_done(world: World) -> None:
    """One of them can be mined, and the others are asked for again, as often as it takes."""
    acts = [asks_to_pay(world, 1_000 + place) for place in range(MANY)]
    world.settle()
    for _ in acts:
        for each in acts:
            if row_of(world, each)["status"] == "offered":
                answers(world, each)
        world.settle_passes(4)
    told = [outcomes(world, each) for each in acts]
    assert told == [["done"]] * MANY, (told, row_of(world, acts[-1]))


def test_an_act_that_was_answered_out_of_turn_and_then_done_is_not_told_as_expired(
    world: World,
) -> None:
    """Its person has answered in time, and what it signed is mined in time: it does not sign the same once more."""
    first, second = asks_to_pay(world, FIRST), asks_to_pay(world, SECOND)
    world.settle()
    raw = behind(world, second, BUYER)  # sent, by way of a node that the bridge does not ask
    answers(world, second, raw)
    world.settle_passes(3)
    answers(world, first)
    world.settle_passes(3)
    with suppress(DevChainError):  # the bridge was quicker
        world.node.rpc("eth_sendRawTransaction", [raw])  # its turn has come
    world.clock.ahead += 61
    world.settle_passes(3)
    assert paid(world, SECOND) == 1
    world.reach(world.now + 2 * DAY)
    world.node.mine()
    world.settle_passes(6)
    assert outcomes(world, second) == ["done"], row_of(world, second)
