"""Two acts of one person share a slot; the person's wallet sends the second by itself, then answers with it.

The first had left the pool, or the wallet picked a higher price of gas, which replaces it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.chain.signed import read_signed
from bridge.ports.port import Document
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, requests_of, row_of
from tests.faults.test_a_wallet_ahead_of_its_answer import made
from tests.world import BUYER, DAY, World

pytestmark = pytest.mark.node
FIRST, SECOND = 777, 778


@pytest.fixture
def acts(world: World) -> Iterator[tuple[Document, Document]]:
    """Two payments that are open, shown for one slot; the first was sent. Nothing is mined."""
    first, second = asks_to_pay(world, FIRST), asks_to_pay(world, SECOND)
    world.settle()
    world.node.rpc("evm_setAutomine", [False])
    try:
        answers(world, first)
        world.settle_passes(2)
        yield first, second
    finally:
        world.node.rpc("evm_setAutomine", [True])


def replaces(world: World, second: Document, how: str = "the wallet pays more") -> str:
    """The wallet sends the second act by itself, in the slot of the first; the bytes."""
    if how == "the pool loses it":
        world.node.rpc("anvil_dropTransaction", [sent_last(world)])
        raw = made(world, second, BUYER)
    else:
        raw = made(world, second, BUYER, gasPrice=10**10)
    world.node.rpc("eth_sendRawTransaction", [raw])
    return raw


def sent_last(world: World) -> str:
    """The hash of the transaction that was stored last and is not mined."""
    ((found,),) = world.sql(
        "SELECT tx_hash FROM bridge_attempt WHERE block_number IS NULL ORDER BY id DESC LIMIT 1"
    )
    return str(found)


def obeys(world: World, *asked: Document) -> None:
    """The person signs whatever it is shown, until nothing is open."""
    world.node.rpc("evm_setAutomine", [True])
    for _ in range(4):
        world.settle()
        for each in asked:
            if row_of(world, each)["status"] == "offered":
                answers(world, each)
        world.clock.ahead += 6


def both_are_done_once(world: World, *asked: Document) -> None:
    assert (paid(world, FIRST), paid(world, SECOND)) == (1, 1), [row_of(world, a) for a in asked]
    assert [outcomes(world, each) for each in asked] == [["done"], ["done"]]
    world.assert_audit_holds()


@pytest.mark.parametrize("how", ["the pool loses it", "the wallet pays more"])
def test_what_a_wallet_sent_in_a_slot_that_another_act_lost_is_not_asked_for_again(
    world: World, acts: tuple[Document, Document], how: str
) -> None:
    first, second = acts
    answers(world, second, replaces(world, second, how))
    shown = len(requests_of(world, second))
    world.settle_passes(3)
    if len(requests_of(world, second)) > shown:  # the person does what it is shown
        answers(world, second)
        world.settle_passes(2)
    world.node.mine()
    obeys(world, first, second)
    both_are_done_once(world, first, second)


def test_an_act_that_waits_behind_another_is_asked_for_again_once_the_other_is_mined(
    world: World, acts: tuple[Document, Document]
) -> None:
    """The node had the second one's bytes, and mined the first one's all the same."""
    first, second = acts
    kept = sent_last(world)
    ((raw,),) = world.sql("SELECT raw FROM bridge_attempt WHERE tx_hash = :h", h=kept)
    given = replaces(world, second)
    answers(world, second, given)
    world.settle_passes(3)
    assert row_of(world, second)["status"] == "answered"  # nobody knows which of the two it will be
    world.node.rpc("anvil_dropTransaction", [read_signed(given).tx_hash])
    world.node.rpc("eth_sendRawTransaction", [raw])
    world.node.mine()
    obeys(world, first, second)
    both_are_done_once(world, first, second)


def test_an_act_that_a_wallet_sent_in_anothers_slot_and_that_nobody_answered_is_told_as_done(
    world: World, acts: tuple[Document, Document]
) -> None:
    first, second = acts
    replaces(world, second)
    world.node.mine()
    world.node.rpc("evm_setAutomine", [True])
    world.reach(world.now + 2 * DAY)
    world.node.mine()
    world.settle()
    assert (paid(world, SECOND), outcomes(world, second)) == (1, ["done"]), row_of(world, second)
    world.clock.ahead += 6
    world.settle()
    assert (paid(world, FIRST), outcomes(world, first)) == (0, ["expired"]), row_of(world, first)
    world.assert_audit_holds()
