"""One of three nodes lies for two passes: a silent act counts as done, holds its slot for ever, and others wait behind it.

What is honest: the person, and two nodes. The pool had lost the act's transaction; its event is one that is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.ports.port import Document
from erp.signing.schemas import RequestAct
from tests.faults.attacking import answers, asks_to_pay, outcomes, outnumbered, paid, passes, row_of
from tests.faults.machine.lies import counts_one_more, swears_success
from tests.proxy import NodeProxy, honest, node_proxy
from tests.world import BUYER, DAY, World

pytestmark = pytest.mark.node
APPROVED = 123_456


@pytest.fixture
def approval(world: World) -> Iterator[Document]:
    """An approval that its person signed, and that no node has any more; one of three swears that it was mined."""
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=outnumbered(world, liar.url))
        fields = {"spender": spender(world), "value_minor": APPROVED}
        asked = world.erp(RequestAct(party=BUYER, act="approve", fields=fields))
        world.settle()
        world.node.rpc("evm_setAutomine", [False])
        try:
            answers(world, asked)
            world.settle_passes(2)
            world.node.rpc("anvil_dropAllTransactions")
            lies(world, liar)
        finally:
            world.node.rpc("evm_setAutomine", [True])
        yield asked
    world.reopen(rpc=())


def lies(world: World, liar: NodeProxy) -> None:
    """It counts one transaction more, and has a receipt of each: within the seconds in which nobody sends again."""
    counts, swears = counts_one_more(liar, world), swears_success(liar, world)
    liar.change = lambda method, params, answer: counts(
        method, params, swears(method, params, answer)
    )
    passes(world, 2)
    liar.change = honest


def spender(world: World) -> str:
    return world.deployment.address("PurchaseOrders").lower()


def goes_on(world: World, *asked: Document) -> None:
    """All are honest, and the person signs whatever it is shown."""
    for _ in range(6):
        passes(world, 4)
        world.node.mine()
        world.clock.ahead += 6
        for each in asked:
            if row_of(world, each)["status"] == "offered":
                answers(world, each)
    passes(world, 4)


def test_acts_behind_what_one_node_swore_do_not_wait_for_ever(
    world: World, approval: Document
) -> None:
    acts = [asks_to_pay(world), asks_to_pay(world, 778)]
    goes_on(world, approval, *acts)
    world.reach(world.now + 40 * DAY)
    world.node.mine()
    world.clock.ahead += 40 * DAY
    goes_on(world, approval, *acts)
    told = [outcomes(world, each) for each in acts]
    assert (paid(world), told) == (1, [["done"], ["done"]]), [row_of(world, each) for each in acts]


def test_an_act_that_never_was_is_not_told_as_done_by_the_word_of_one_node(
    world: World, approval: Document
) -> None:
    goes_on(world, approval)
    allowed = int(world.view("SettlementToken", "allowance", world.people[BUYER].address, spender(world)))  # fmt: skip
    assert outcomes(world, approval) == (["done"] if allowed == APPROVED else []), allowed
