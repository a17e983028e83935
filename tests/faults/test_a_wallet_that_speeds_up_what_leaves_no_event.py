"""Honest nodes and people: the event of what a wallet sped up is not read, so that nothing says that the act was done."""

from __future__ import annotations

import pytest

from bridge.ports.port import Document
from tests.faults.attacking import outcomes, row_of
from tests.faults.test_a_wallet_ahead_of_its_answer import gives, made
from tests.mailbox import ask, offered, sign
from tests.scenarios.test_signing_statements import SIDES, purchase_of, wallet_digest
from tests.world import DAY, World

pytestmark = pytest.mark.node
PARTY = "SUPPLIER"


@pytest.fixture
def back(world: World) -> Document:
    """The supplier takes back what it signed, and is shown what to sign for that."""
    world.stock_item("COPPER", sourcing="direct")
    world.issue(item="COPPER")
    world.settle()
    fields = purchase_of(world, world.last("requisition"), 1_250_000)
    asked = {code: ask(world, code, "direct_order", **fields) for code in SIDES}
    sign(world, asked[PARTY], PARTY)
    digest = "0x" + bytes(wallet_digest(offered(world, asked[PARTY]))).hex()
    return ask(world, PARTY, "withdraw_direct_signature", **fields, digest=digest)


def goes_on(world: World) -> None:
    for _ in range(5):
        world.settle_passes(5)
        world.clock.ahead += 6
        world.node.mine()


def test_a_signature_that_was_taken_back_by_a_faster_transaction_is_not_told_as_refused(
    world: World, back: Document
) -> None:
    raw, faster = made(world, back, PARTY), made(world, back, PARTY, gasPrice=10**10)
    world.node.rpc("evm_setAutomine", [False])
    try:
        gives(world, back, raw)
        world.settle_passes(2)
        world.node.rpc("eth_sendRawTransaction", [faster])  # the wallet speeds it up
        world.node.mine()
    finally:
        world.node.rpc("evm_setAutomine", [True])
    goes_on(world)
    assert outcomes(world, back) == ["done"], row_of(world, back)


def test_a_signature_that_was_taken_back_and_that_nobody_answered_is_not_told_as_expired(
    world: World, back: Document
) -> None:
    world.node.rpc("eth_sendRawTransaction", [made(world, back, PARTY)])
    goes_on(world)
    world.reach(world.now + 3 * DAY)
    goes_on(world)
    assert outcomes(world, back) == ["done"], row_of(world, back)
