"""Attack 8, honest nodes: an act failed in blocks that leave the chain, its person was told so, and its bytes pass then.

Who believes that it failed does it again: so an operator knows of it at once, and its person once it has passed.
"""

from __future__ import annotations

from tests.faults.attacking import asks_to_pay, outcomes, paid
from tests.faults.test_a_wallet_ahead_of_its_answer import gives, made
from tests.faults.test_deep_reorg import Branches
from tests.world import BUYER, World


def test_who_was_told_that_an_act_failed_in_blocks_that_left_is_named(world: World) -> None:
    rival = world.people["RIVAL"].address
    world.transact(BUYER, "SettlementToken", "approve", rival, 10**12)
    asked = asks_to_pay(world)
    world.settle()
    raw = made(world, asked, BUYER)
    branches = Branches(world)
    buyer, held = world.people[BUYER].address, world.balance(BUYER)
    world.transact("RIVAL", "SettlementToken", "transferFrom", buyer, rival, held)
    gives(world, asked, raw)
    world.settle()
    assert outcomes(world, asked) == ["refused"]
    branches.leave(2)
    world.node.rpc("eth_sendRawTransaction", [raw])  # an honest node puts it back into its pool
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["refused", "done"])
    assert asked.number in world.alarms().get("told", "")
    world.assert_audit_holds()
