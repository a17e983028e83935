"""Attack 7, honest node: an act expires, its nonce is used for something else, and its account is a contract that halts.

What is put off is left alone for a while where it is shown or answered; where it is late it was asked about in every pass.
"""

from __future__ import annotations

import pytest

from bridge.chain.rpc import RpcError
from erp.signing.schemas import RequestAct
from tests.faults.attacking import AMOUNT, outcomes
from tests.world import BUYER, DAY, World

HOSTILE = "RIVAL"


def test_a_late_act_of_an_account_that_halts_is_not_asked_about_in_every_pass(
    world: World,
) -> None:
    hostile = world.people[HOSTILE].address
    fields = {"to": world.people[BUYER].address.lower(), "value_minor": AMOUNT}
    asked = world.erp(RequestAct(party=HOSTILE, act="transfer_tokens", fields=fields))
    world.settle()
    world.transact(HOSTILE, "SettlementToken", "transfer", world.people["SUPPLIER"].address, 1)
    world.settle()
    world.wait(40 * DAY)
    world.node.rpc("anvil_setCode", [hostile, "0x600056"])
    world.bridge.daemon.ring.ingest.run()
    mailbox = world.bridge.daemon.ring.mailbox
    try:
        for _ in range(2):  # from the second time on it waits
            with pytest.raises(RpcError):
                mailbox.run()
        mailbox.run()
    finally:
        world.node.rpc("anvil_setCode", [hostile, "0x"])
    world.clock.ahead += 60
    mailbox.run()
    assert outcomes(world, asked) == ["expired"]
