"""Attack E1 of review 15, honest nodes: a wallet sends what it signed before its answer reaches the bridge."""

from __future__ import annotations

import json

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from tests.faults.attacking import (
    answers,
    asks_to_pay,
    is_done_once,
    outcomes,
    paid,
    requests_of,
    row_of,
    signed,
)
from tests.mailbox import key_of
from tests.world import BUYER, World


@pytest.mark.parametrize("read", [True, False])
def test_what_a_wallet_sent_by_itself_is_not_asked_for_again(world: World, read: bool) -> None:
    """The bytes are those that the bridge asked for, and their event is proved: nobody is to sign another payment.

    `read`: whether the bridge has read the block before it gets the answer.
    """
    asked = asks_to_pay(world)
    world.settle()
    raw = signed(world, asked)
    world.people[BUYER].wait(world.node.rpc("eth_sendRawTransaction", [raw]))
    if read:
        world.settle()
        assert paid(world) == 1
    answers(world, asked, raw)
    world.settle()
    assert paid(world) == 1
    shown, row = len(requests_of(world, asked)), row_of(world, asked)
    if shown > 1:  # the person does what it is shown
        answers(world, asked)
        world.settle()
    assert (paid(world), shown, outcomes(world, asked)) == (1, 1, ["done"]), row


def test_what_a_wallet_sped_up_is_not_asked_for_again(world: World) -> None:
    """The same call of the same account in the same slot, at another price of gas: wallets call it to speed up.

    Its event is proved, and says what the act was to do. The slot counts as used by another, and the act is shown anew.
    """
    asked = asks_to_pay(world)
    world.settle()
    content = json.loads(requests_of(world, asked)[-1].fields["payload"])
    del content["from"]
    content |= {"to": to_checksum_address(content["to"]), "gasPrice": 10**10}
    faster = Account.sign_transaction(content, key_of(world, BUYER)).raw_transaction.to_0x_hex()
    world.node.rpc("evm_setAutomine", [False])
    try:
        answers(world, asked)
        world.settle_passes(2)
        world.node.rpc("eth_sendRawTransaction", [faster])
        world.node.mine()
    finally:
        world.node.rpc("evm_setAutomine", [True])
    world.settle_passes(2)
    world.clock.ahead += 6
    world.settle_passes(3)
    is_done_once(world, asked)
