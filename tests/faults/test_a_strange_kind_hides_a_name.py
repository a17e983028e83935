"""One lying node of three, no death, honest people: a payment that was made is not shown anew.

The node says of a transaction in the payment's block that it is of a kind that nobody here can write: then nothing is
held against the header's root, and since the event is not named as one of ours, no alarm is raised either. That the
event was not read as ours counts as proof that the slot went to another transaction.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.ring import ours
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

FALSE = "0x" + "de" * 31  # begins what is on no chain
STRANGE = "0x7e"  # a kind that is not written here
ASKED_BY_HASH = "eth_getTransactionReceipt", "eth_getTransactionByHash"
UNDER_WAY = "SELECT a.tx_hash FROM bridge_attempt a JOIN bridge_outbox o ON a.outbox_id = o.id WHERE o.status = 'submitted'"
SENT = "SELECT a.tx_hash FROM bridge_attempt a JOIN bridge_outbox o ON a.outbox_id = o.id WHERE o.document_number = :n"


@pytest.mark.parametrize(("nodes", "bytes_given"), [(1, True), (3, True), (3, False)])
def test_a_payment_in_a_block_of_a_strange_kind_is_made_once(
    world: World, nodes: int, *, bytes_given: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no node gives the bytes of such a transaction, most nodes say which ones the block has."""
    if not bytes_given:
        monkeypatch.setattr(ours, "bytes_at", lambda *_: None)
    world.settle()
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,) if nodes == 1 else outnumbered(world, liar.url))
        asked = asks_to_pay(world)
        world.settle()
        world.node.rpc("evm_setAutomine", [False])
        try:
            answers(world, asked)
            world.settle_passes(2)  # sent, and in no block
            ((real,),) = world.sql(SENT, n=asked.number)

            mine = [each for (each,) in world.sql(UNDER_WAY)]
            assert real in mine

            def lie(method: str, params: list[Any], answer: Answer) -> Answer:
                if method in ASKED_BY_HASH:
                    return {**answer, "result": None} if params[0] == real else answer
                text = json.dumps(answer)
                for place, each in enumerate(mine, start=16):
                    text = text.replace(each, f"{FALSE}{place:x}")
                found: Answer = json.loads(text)
                if method == "eth_getBlockByNumber" and params[1]:
                    for each in (found.get("result") or {}).get("transactions", []):
                        each["type"] = STRANGE
                return found

            liar.change = lie
            world.node.mine()
        finally:
            world.node.rpc("evm_setAutomine", [True])
        for _ in range(3):
            world.clock.ahead += 6
            passes(world, 2)
        liar.change = honest
        alarms = world.alarms()
        shown = len(requests_of(world, asked))
        if shown > 1:  # the person does what it is shown
            answers(world, asked)
            passes(world, 4)
    world.reopen(rpc=())
    for _ in range(4):
        world.clock.ahead += 70
        passes(world, 3)
    assert world.audit().holds
    told = row_of(world, asked), outcomes(world, asked), alarms
    assert (paid(world), shown) == (1, 1), told
