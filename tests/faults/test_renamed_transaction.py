"""Attack E2, one lying node of three: it calls the transaction of a call of ours otherwise when its block is read.

`bridge/ring/ours.py` looks only at events that name a transaction of ours. Receipts hold no hash, so that an event of ours
under a stranger's name is nobody's, and what it proves is never seen.
"""

from __future__ import annotations

import json
from typing import Any

from tests.faults.attacking import answers, asks_to_pay, outcomes, outnumbered, paid, passes, row_of
from tests.proxy import Answer, honest, node_proxy
from tests.world import World

OTHER = "0x" + "5a" * 32


class Renames:
    """Calls every transaction that it is sent by another name where blocks are read; `fails`: and says that it failed."""

    def __init__(self, *, fails: bool) -> None:
        self._fails = fails
        self.sent: set[str] = set()

    def __call__(self, method: str, params: list[Any], answer: Answer) -> Answer:
        given = answer.get("result")
        if method == "eth_sendRawTransaction" and isinstance(given, str):
            self.sent.add(given)
        if method in {"eth_getBlockByNumber", "eth_getBlockReceipts"}:
            text = json.dumps(answer)
            for each in self.sent:
                text = text.replace(each, OTHER)
            found: Answer = json.loads(text)
            return found
        if (
            self._fails
            and method == "eth_getTransactionReceipt"
            and given
            and params[0] in self.sent
        ):
            return {**answer, "result": {**given, "status": "0x0", "logs": []}}
        return answer


def test_an_act_that_is_done_is_not_told_as_failed(world: World) -> None:
    """Who is told that it failed does it once more, and pays twice (C5, by another way)."""
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=outnumbered(world, liar.url))
        asked = asks_to_pay(world)
        world.settle()
        liar.change = Renames(fails=True)
        answers(world, asked)
        passes(world, 8)
        told, booked = outcomes(world, asked), paid(world)
        liar.change = honest
        world.settle_passes(8)
        row = row_of(world, asked)
    world.reopen(rpc=())
    assert booked == 1
    assert "refused" not in told, row


def test_a_call_comes_to_an_end_once_the_node_is_honest_again(world: World) -> None:
    """One lie about one block must not leave a call under way for ever."""
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=outnumbered(world, liar.url))
        asked = asks_to_pay(world)
        world.settle()
        liar.change = Renames(fails=False)
        answers(world, asked)
        passes(world, 4)
        liar.change = honest
        passes(world, 20)
    world.reopen(rpc=())
    busy = [sum(world.bridge.daemon.once().values()) for _ in range(20)]
    asked_for = "SELECT coalesce(sum(times), 0) FROM bridge_alarm WHERE kind = 'unproved receipt'"
    ((alarms,),) = world.sql(asked_for)
    assert paid(world) == 1
    assert (busy[-6:], alarms) == ([0] * 6, 0), row_of(world, asked)
