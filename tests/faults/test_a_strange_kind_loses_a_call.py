"""One lying node of three: the event of a call is named as another call's, in a block of a strange kind.

An alarm says `unproved transactions`; what it is about is lost all the same, also once no node lies.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.faults.attacking import outnumbered, passes
from tests.proxy import Answer, honest, node_proxy
from tests.world import World

STRANGE = "0x7e"  # a kind that is not written here
ASKED_BY_HASH = "eth_getTransactionReceipt", "eth_getTransactionByHash"
ITEMS = "COPPER", "TIN"
SENT = (
    "SELECT a.tx_hash, a.raw FROM bridge_attempt a JOIN bridge_outbox o ON a.outbox_id = o.id "
    "WHERE o.key LIKE 'requisition:%' ORDER BY a.nonce"
)


@pytest.mark.parametrize("nodes", [1, 3])
def test_no_call_is_taken_for_done_by_an_event_of_another(world: World, nodes: int) -> None:
    for item in ITEMS:
        world.stock_item(item)
    world.settle()
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,) if nodes == 1 else outnumbered(world, liar.url))
        world.node.rpc("evm_setAutomine", [False])
        try:
            for item in ITEMS:
                world.issue(item=item)
            passes(world, 2)
            (first, raw), (second, _) = world.sql(SENT)

            def lie(method: str, params: list[Any], answer: Answer) -> Answer:
                if method in ASKED_BY_HASH:
                    return answer
                found: Answer = json.loads(json.dumps(answer).replace(first, second))
                if method == "eth_getBlockByNumber" and params[1]:
                    for each in (found.get("result") or {}).get("transactions", []):
                        each["type"] = STRANGE
                return found

            world.node.rpc("anvil_dropAllTransactions")  # the pool lost both, and got one back
            world.node.rpc("eth_sendRawTransaction", [raw])
            liar.change = lie
            world.node.mine()
            passes(world, 2)
        finally:
            world.node.rpc("evm_setAutomine", [True])
        liar.change = honest
    world.reopen(rpc=())
    for _ in range(8):
        world.clock.ahead += 700
        world.node.mine()
        passes(world, 3)
    opened = Counter(each.fields["item"] for each in world.documents("tender"))
    assert opened == dict.fromkeys(ITEMS, 1), (opened, world.alarms(), world.audit().holds)
