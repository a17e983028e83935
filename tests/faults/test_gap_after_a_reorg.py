"""Attack E4 of review 15, honest nodes: a short reorganisation takes out what a person sent itself in front of its act.

No block that was read leaves the chain: it happens above the depth that the operator named. The gap has the act shown anew
for the slot in front of it, while the bytes of before stay valid for theirs: both are mined, and the person pays twice.
"""

from __future__ import annotations

from tests.faults.attacking import (
    AMOUNT,
    PAYEE,
    answers,
    asks_to_pay,
    outcomes,
    paid,
    requests_of,
    row_of,
)
from tests.faults.test_deep_reorg import Branches
from tests.world import BUYER, World

DEPTH = 8


def test_an_act_behind_a_gap_is_not_shown_again_while_its_bytes_can_be_mined(world: World) -> None:
    world.settle()
    world.reopen(finality=DEPTH)
    branches = Branches(world)
    # the person's own transaction, outside of the bridge, at nonce n
    to = world.people[PAYEE].address
    world.transact(BUYER, "SettlementToken", "transfer", to, AMOUNT + 1)
    asked = asks_to_pay(world)
    world.settle()
    answers(world, asked)  # at nonce n + 1
    world.settle_passes(3)
    branches.leave()  # both are gone; nothing of it was read
    world.clock.ahead += 6
    world.settle_passes(2)
    world.clock.ahead += 6
    world.settle_passes(4)
    shown = len(requests_of(world, asked))
    if shown > 1:  # the person does what it is shown
        answers(world, asked)
        world.settle_passes(4)
    world.node.mine(DEPTH + 2)
    world.settle_passes(6)
    world.reopen(finality=None)
    assert "reorganisation" not in world.alarms()
    assert paid(world) <= 1, (shown, row_of(world, asked), outcomes(world, asked))
