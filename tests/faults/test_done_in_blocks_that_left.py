"""An act that was told as done, whose blocks left the chain and whose owner then cancelled it, is not told as done."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, row_of
from tests.faults.test_deep_reorg import Branches
from tests.mailbox import key_of
from tests.world import BUYER, World

pytestmark = pytest.mark.xfail(strict=True, reason="known issue 347, which is open")

DEPTH = 3


def test_an_act_that_left_the_chain_and_was_cancelled_does_not_stay_told_as_done(
    world: World,
) -> None:
    world.reopen(finality=DEPTH)
    asked = asks_to_pay(world)
    for _ in range(3):
        world.settle_passes(2)
        world.node.mine(DEPTH + 1)
    world.settle()
    branches = Branches(world)
    answers(world, asked)
    for _ in range(2):
        world.settle_passes(2)
        world.node.mine(DEPTH + 1)
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"])
    ((nonce,),) = world.sql(
        "SELECT a.nonce FROM bridge_attempt a JOIN bridge_outbox o ON o.id = a.outbox_id WHERE o.document_number = :n",
        n=asked.number,
    )
    branches.leave(2)
    me = to_checksum_address(world.people[BUYER].address)
    content = {
        "to": me,
        "value": 0,
        "nonce": nonce,
        "gas": 100_000,
        "gasPrice": 10**10,
        "data": "0x",
    }
    content["chainId"] = int(world.node.rpc("eth_chainId", []), 16)
    cancel = Account.sign_transaction(content, key_of(world, BUYER)).raw_transaction.to_0x_hex()
    world.node.rpc("eth_sendRawTransaction", [cancel])
    for _ in range(14):
        world.clock.ahead += 61
        world.settle_passes(3)
        world.node.mine(DEPTH + 1)
    told = outcomes(world, asked)
    assert paid(world) == (1 if told[-1:] == ["done"] else 0), (told, row_of(world, asked))
    assert "offered 20 times" not in str(row_of(world, asked)["reason"])
