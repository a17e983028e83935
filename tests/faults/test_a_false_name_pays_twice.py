"""One lying node of three, two deaths, honest people: a payment that was made is not shown anew.

A receipt confirms the act at the start, so that nothing is "under way" while its block is read, and the node may call
its event as it likes (`test_a_false_name_behind_a_receipt.py`). That its event was not read then counts as proof that
the slot went to another.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from bridge.errors import NodeIncomplete
from tests.faults.attacking import (
    answers,
    asks_to_pay,
    outcomes,
    outnumbered,
    paid,
    passes,
    requests_of,
    row_of,
)
from tests.proxy import Answer, honest, node_proxy
from tests.world import World

FALSE = "0x" + "de" * 32  # on no chain
ASKED_BY_HASH = "eth_getTransactionReceipt", "eth_getTransactionByHash"
SENT = "SELECT a.tx_hash FROM bridge_attempt a JOIN bridge_outbox o ON a.outbox_id = o.id WHERE o.document_number = :n"


@pytest.mark.parametrize("nodes", [1, 3])
def test_a_payment_that_is_mined_while_the_bridge_is_dead_is_made_once(
    world: World, nodes: int
) -> None:
    world.settle()
    with node_proxy(world.node.url) as liar:
        rpc = (liar.url,) if nodes == 1 else outnumbered(world, liar.url)
        world.reopen(rpc=rpc)
        asked = asks_to_pay(world)
        world.settle()
        world.node.rpc("evm_setAutomine", [False])
        try:
            answers(world, asked)
            world.settle_passes(2)  # sent, and in no block
            ((real,),) = world.sql(SENT, n=asked.number)
            world.bridge.close()  # it dies
            world.node.mine()
        finally:
            world.node.rpc("evm_setAutomine", [True])
        denied = False

        def lie(method: str, params: list[Any], answer: Answer) -> Answer:
            if method in ASKED_BY_HASH:
                return {**answer, "result": None} if denied and params[0] == real else answer
            found: Answer = json.loads(json.dumps(answer).replace(real, FALSE))
            return found

        world.clock.ahead += 6
        world.reopen(rpc=rpc)
        liar.change = lie
        ring = world.bridge.daemon.ring
        ring.confirm.run()  # as the first of all, after a death
        with suppress(NodeIncomplete):  # found out: it is read from another node later
            ring.ingest.run()
        world.bridge.close()  # it dies once more
        denied = True
        world.reopen(rpc=rpc)
        for _ in range(3):
            world.clock.ahead += 6
            passes(world, 2)
        liar.change = honest
        shown = len(requests_of(world, asked))
        if shown > 1:  # the person does what it is shown
            answers(world, asked)
            passes(world, 4)
    world.reopen(rpc=())
    for _ in range(4):
        world.clock.ahead += 70
        passes(world, 3)
    assert world.audit().holds
    assert (paid(world), shown) == (1, 1), (row_of(world, asked), outcomes(world, asked))
