"""An act that was told as done, and whose blocks left the chain: its person is told how it ended where the chain stands."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from bridge.ports.port import Document
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, row_of
from tests.faults.test_deep_reorg import Branches
from tests.mailbox import key_of
from tests.world import BUYER, World

pytestmark = pytest.mark.node
DEPTH = 3


def done(world: World) -> tuple[Document, Branches, str]:
    """An act that is told as done, the branch before it, and the bytes that did it."""
    world.reopen(finality=DEPTH)
    asked = asks_to_pay(world)
    for _ in range(3):
        goes_on(world)
    world.settle()
    branches = Branches(world)
    raw = answers(world, asked)
    for _ in range(2):
        goes_on(world)
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"])
    return asked, branches, raw


def goes_on(world: World, ahead: int = 0) -> None:
    world.clock.ahead += ahead
    world.settle_passes(3)
    world.node.mine(DEPTH + 1)


def uses_its_nonce(world: World, asked: Document) -> None:
    """The act's owner cancels it: it sends itself nothing, with the nonce of the act."""
    ((nonce,),) = world.sql(
        "SELECT a.nonce FROM bridge_attempt a JOIN bridge_outbox o ON o.id = a.outbox_id WHERE o.document_number = :n",
        n=asked.number,
    )
    content = {
        "to": to_checksum_address(world.people[BUYER].address), "value": 0, "nonce": nonce,
        "gas": 100_000, "gasPrice": 10**10, "data": "0x",
        "chainId": int(world.node.rpc("eth_chainId", []), 16),
    }  # fmt: skip
    cancel = Account.sign_transaction(content, key_of(world, BUYER)).raw_transaction
    world.node.rpc("eth_sendRawTransaction", [cancel.to_0x_hex()])


def test_an_act_that_left_the_chain_and_was_cancelled_does_not_stay_told_as_done(
    world: World,
) -> None:
    asked, branches, _ = done(world)
    branches.leave(2)
    uses_its_nonce(world, asked)
    for _ in range(14):
        goes_on(world, ahead=61)
    assert (paid(world), outcomes(world, asked)) == (0, ["done", "refused"]), row_of(world, asked)
    assert "left the chain" in str(row_of(world, asked)["reason"])
    world.assert_audit_holds()


def test_an_act_that_is_mined_again_after_it_left_the_chain_is_told_as_done_once(
    world: World,
) -> None:
    asked, branches, _ = done(world)
    branches.leave(2)
    for _ in range(4):
        goes_on(world, ahead=61)
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)
    world.assert_audit_holds()


def test_an_act_that_fails_on_the_chain_that_stands_is_told_as_refused(world: World) -> None:
    """Its owner's money went elsewhere first."""
    rival = world.people["RIVAL"].address
    world.transact(BUYER, "SettlementToken", "approve", rival, 10**12)
    asked, branches, raw = done(world)
    branches.leave(2)
    buyer, held = world.people[BUYER].address, world.balance(BUYER)
    world.transact("RIVAL", "SettlementToken", "transferFrom", buyer, rival, held)
    world.node.rpc("eth_sendRawTransaction", [raw])  # an honest node puts it back into its pool
    for _ in range(6):
        goes_on(world, ahead=61)
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (0, ["done", "refused"]), row_of(world, asked)
    world.assert_audit_holds()


def test_an_end_is_corrected_as_often_as_blocks_leave_the_chain(world: World) -> None:
    """Done, cancelled instead, and done after all: by blocks that left twice."""
    asked, branches, raw = done(world)
    branches.leave(2)
    uses_its_nonce(world, asked)
    for _ in range(6):
        goes_on(world, ahead=61)
    world.settle()
    assert outcomes(world, asked) == ["done", "refused"], row_of(world, asked)
    branches.leave(3)
    world.node.rpc("eth_sendRawTransaction", [raw])
    for _ in range(6):
        goes_on(world, ahead=61)
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done", "refused", "done"]), row_of(
        world, asked
    )
    world.assert_audit_holds()


def test_an_end_that_was_told_just_before_a_death_is_corrected_too(world: World) -> None:
    """With databases apart the bridge died once the ERP had been told, before it noted that; then the blocks left."""
    asked, branches, _ = done(world)
    world.sql("UPDATE bridge_outbox SET told = NULL WHERE document_number = :n", n=asked.number)
    branches.leave(2)
    uses_its_nonce(world, asked)
    for _ in range(14):
        goes_on(world, ahead=61)
    assert (paid(world), outcomes(world, asked)) == (0, ["done", "refused"]), row_of(world, asked)
    world.assert_audit_holds()
