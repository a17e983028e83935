"""Attack 8, honest nodes and people: an act that a wallet sent in time, that nobody answered, and whose block is not read.

Who is told that it expired does it again, while the bridge could have known that the slot is spent.
"""

from __future__ import annotations

from typing import Any

from erp.signing.schemas import RequestAct
from tests.faults.attacking import AMOUNT, PAYEE, outcomes, paid, row_of
from tests.faults.test_a_wallet_ahead_of_its_answer import made
from tests.proxy import Answer, node_proxy
from tests.world import BUYER, HOUR, World

DEPTH = 8
KEPT = 16  # blocks of which the node keeps the state


def asks_for_an_hour(world: World) -> Any:
    fields = {"to": world.people[PAYEE].address.lower(), "value_minor": AMOUNT}
    asked = world.erp(
        RequestAct(party=BUYER, act="transfer_tokens", fields=fields, good_seconds=HOUR)
    )
    world.settle()
    return asked


def test_an_act_that_a_wallet_sent_and_whose_block_is_not_final_is_not_told_as_expired(
    world: World,
) -> None:
    """It is mined, in a block that is not final when the newest final one is past its time."""
    world.settle()
    world.reopen(finality=DEPTH)
    asked = asks_for_an_hour(world)
    raw = made(world, asked, BUYER)
    world.node.mine(2)
    world.reach(world.now + 2 * HOUR)  # the page was left open
    world.node.mine(DEPTH)
    world.people[BUYER].wait(world.node.rpc("eth_sendRawTransaction", [raw]))
    world.node.mine(2)
    world.settle_passes(3)
    assert paid(world) == 0  # it is not final
    told = outcomes(world, asked)
    world.node.mine(DEPTH + 2)
    world.settle_passes(4)
    world.reopen(finality=None)
    assert (paid(world), told, outcomes(world, asked)) == (1, [], ["done"]), row_of(world, asked)


def forgetful(head: Any) -> Any:
    """A node that keeps the state of its newest blocks alone, as geth does; each answer is honest."""

    def changed(method: str, params: list[Any], answer: Answer) -> Answer:
        place = {"eth_getTransactionCount": 1, "eth_call": 1}.get(method)
        if place is None or params[place] in ("latest", "pending"):
            return answer
        if int(params[place], 16) + KEPT < head():
            told = {"code": -32000, "message": "missing trie node: historical state not available"}
            return {"jsonrpc": "2.0", "id": answer["id"], "error": told}
        return answer

    return changed


def test_an_act_that_a_wallet_sent_while_the_bridge_was_down_is_not_told_as_expired(
    world: World,
) -> None:
    """It comes back far behind, reads the act's event, and its node has no state of that block any more."""
    asked = asks_for_an_hour(world)
    raw = made(world, asked, BUYER)
    world.people[BUYER].wait(world.node.rpc("eth_sendRawTransaction", [raw]))
    world.reach(world.now + 2 * HOUR)
    world.node.mine(1)
    world.node.mine(600)
    with node_proxy(world.node.url) as node:
        node.change = forgetful(lambda: int(world.node.rpc("eth_blockNumber", []), 16))
        world.reopen(rpc=(node.url,))
        world.settle()
        world.reopen(rpc=())
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)
