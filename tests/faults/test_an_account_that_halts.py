"""Review 16, honest node: a participant's account is a contract that halts, in ways that say nothing of reverting.

The node's error counted as its own trouble, so that the act was asked about in every pass, and the stage of all acts failed.
"""

from __future__ import annotations

import pytest

from bridge.intents import OutboxStatus
from erp.signing.schemas import RequestAct
from tests.faults.attacking import AMOUNT, answers, asks_to_pay, paid, passes, row_of
from tests.world import BUYER, World

HOSTILE = "RIVAL"
# Bytes of a contract -> how it halts.
HALTS = {
    "600056": "a jump to where none may go",
    "01": "a sum of nothing",
    "fe": "an opcode that is none",
    "5b600056": "gas that ran out",
    "60ff6000fd": "a refusal with 255 bytes",
}


@pytest.mark.parametrize("code", HALTS, ids=HALTS.values())
def test_the_act_of_an_account_that_halts_troubles_nobody_else(world: World, code: str) -> None:
    hostile = world.people[HOSTILE].address
    fields = {"to": world.people[BUYER].address.lower(), "value_minor": AMOUNT}
    world.settle()
    world.node.rpc("anvil_setCode", [hostile, f"0x{code}"])
    try:
        world.erp(RequestAct(party=HOSTILE, act="transfer_tokens", fields=fields))
        asked = asks_to_pay(world)
        passes(world, 3)
        answers(world, asked)
        passes(world, 8)
        world.clock.ahead += 1
        passes(world, 1)
        seen = world.bridge.daemon.stages.seen()["mailbox"]
        assert (paid(world), seen.failing_since) == (1, None), seen.error
    finally:
        world.node.rpc("anvil_setCode", [hostile, "0x"])


def test_an_act_that_could_never_be_shown_ends_when_its_time_is_over(world: World) -> None:
    hostile = world.people[HOSTILE].address
    fields = {"to": world.people[BUYER].address.lower(), "value_minor": AMOUNT}
    world.settle()
    world.node.rpc("anvil_setCode", [hostile, "0x600056"])
    try:
        asked = world.erp(RequestAct(party=HOSTILE, act="transfer_tokens", fields=fields))
        passes(world, 3)
        assert row_of(world, asked)["status"] == OutboxStatus.ASKED
        world.wait(int(asked.fields["good_until"]) - world.node.head_time() + 1)
        world.clock.ahead += 3_600  # longer than anything is put off
        passes(world, 4)
        assert row_of(world, asked)["status"] == OutboxStatus.MOOT
        assert row_of(world, asked)["told"] == OutboxStatus.MOOT
    finally:
        world.node.rpc("anvil_setCode", [hostile, "0x"])
