"""Attack E3 of review 15, one lying node of three: it counts one transaction too many, and a person's act is done twice.

Issue 12 asks that only what ingest has proved spends a nonce. A count of transactions is one node's word, and says that a
slot is spent (`confirm._chase`), which slot is next (`mailbox._next_nonce`, `answers._send`) and where a gap is (`_refill`).
"""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak

from tests.faults.attacking import (
    answers,
    asks_to_pay,
    outcomes,
    outnumbered,
    paid,
    requests_of,
    row_of,
)
from tests.proxy import Answer, honest, node_proxy
from tests.world import BUYER, World


def counts_more(world: World, more: int) -> Any:
    account = world.people[BUYER].address.lower()

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getTransactionCount" and params[0].lower() == account:
            return {**answer, "result": hex(int(answer["result"], 16) + more)}
        return answer

    return change


def test_a_payment_that_waits_in_the_pool_is_not_shown_again_by_a_false_count(world: World) -> None:
    """Blocks come slowly. One node says that the slot is spent; the person signs anew; both are mined."""
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=outnumbered(world, liar.url))
        asked = asks_to_pay(world)
        world.settle()
        world.node.rpc("evm_setAutomine", [False])
        try:
            answers(world, asked)
            world.settle_passes(2)  # it is sent, and waits for a block
            liar.change = counts_more(world, 1)
            world.clock.ahead += 6
            world.settle_passes(3)
            shown = len(requests_of(world, asked))
            if shown > 1:  # the person does what it is shown
                answers(world, asked)
                world.settle_passes(3)
            liar.change = honest
            world.node.mine()
        finally:
            world.node.rpc("evm_setAutomine", [True])
        world.node.mine()
        world.settle_passes(5)
    world.reopen(rpc=())
    world.settle_passes(5)
    assert (paid(world), shown) == (1, 1), (row_of(world, asked), outcomes(world, asked))


def test_a_payment_that_was_shown_for_a_later_slot_is_done_once(world: World) -> None:
    """One node counts one too many when the act is shown and sent; then it is honest. The gap has the act shown anew."""
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=outnumbered(world, liar.url))
        liar.change = counts_more(world, 1)
        asked = asks_to_pay(world)
        world.settle_passes(3)
        answers(world, asked)
        world.settle_passes(3)
        liar.change = honest
        world.clock.ahead += 6
        world.settle_passes(4)
        shown = len(requests_of(world, asked))
        if shown > 1:  # the person does what it is shown
            answers(world, asked)
            world.settle_passes(5)
    world.reopen(rpc=())
    world.node.mine()
    world.settle_passes(5)
    assert paid(world) == 1, (shown, row_of(world, asked), outcomes(world, asked))


def test_a_payment_that_waits_in_the_pool_is_not_told_as_failed(world: World) -> None:
    """One node swears to a failed receipt in a block that was read and proved: that block has no such transaction.

    The person is told that it failed, and asks for it once more.
    """
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=outnumbered(world, liar.url))
        asked = asks_to_pay(world)
        world.settle()
        world.node.rpc("evm_setAutomine", [False])
        try:
            raw = answers(world, asked)
            world.settle_passes(2)  # it is sent, and waits for a block
            liar.change = swears_that_it_failed(world, "0x" + keccak(hexstr=raw).hex())
            world.clock.ahead += 6
            world.settle_passes(4)
            told = outcomes(world, asked)
            if told == ["refused"]:  # the person asks for it again
                again = asks_to_pay(world)
                world.settle_passes(3)
                answers(world, again)
                world.settle_passes(3)
            liar.change = honest
            world.node.mine()
        finally:
            world.node.rpc("evm_setAutomine", [True])
        world.node.mine()
        world.settle_passes(5)
    world.reopen(rpc=())
    world.settle_passes(5)
    assert (paid(world), told) == (1, []), row_of(world, asked)


def swears_that_it_failed(world: World, tx_hash: str) -> Any:
    """The count is one more, and this transaction, which is not mined, failed in the newest block, says the node."""
    counted = counts_more(world, 1)
    head = world.node.rpc("eth_getBlockByNumber", ["latest", False])

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getTransactionReceipt" and params[0] == tx_hash:
            receipt = {
                "transactionHash": params[0],
                "blockNumber": head["number"],
                "type": "0x0",
                "status": "0x0",
                "gasUsed": "0x5208",
                "cumulativeGasUsed": "0x5208",
                "logsBloom": "0x" + "00" * 256,
                "logs": [],
            }
            return {**answer, "result": receipt}
        found: Answer = counted(method, params, answer)
        return found

    return change
