"""Attack 8, honest nodes and people: a firm's key signs and sends an act, and then its account goes to another key.

The bridge comes to the act once the account has its new key, which it compares the sender with.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.ports.port import Document
from scripts.deployment.accounts import Person
from scripts.devchain.devchain import DevChain
from tests.faults.attacking import asks_to_pay, outcomes, paid, row_of
from tests.faults.test_a_wallet_ahead_of_its_answer import gives, made
from tests.scenarios.test_firm_accounts import call
from tests.world import BUYER, DAY, World, build_world

pytestmark = pytest.mark.chain


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[World]:
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path, firms=(BUYER,))
        yield world
        world.close()


def moves_on(world: World) -> None:
    """The firm's account goes to another key."""
    account = world.people[BUYER]
    heir = Person(world.bridge.client, world.node.accounts[15].private_key)
    call(account, world, account, "offerOwnership", heir.address)
    call(heir, world, account, "takeOwnership")


def sent_before_the_key_moved(firm: World) -> tuple[Document, str]:
    """A payment that was asked for, and the bytes of it that the firm's key sent before the account went to another one."""
    asked = asks_to_pay(firm)
    firm.settle()
    raw = made(firm, asked, BUYER)
    firm.people[BUYER].wait(firm.node.rpc("eth_sendRawTransaction", [raw]))
    moves_on(firm)
    return asked, raw


def test_an_act_that_was_sent_before_the_key_moved_is_not_told_as_refused(firm: World) -> None:
    asked, raw = sent_before_the_key_moved(firm)
    gives(firm, asked, raw)
    firm.settle()
    assert (paid(firm), outcomes(firm, asked)) == (1, ["done"]), row_of(firm, asked)


def test_an_act_that_was_sent_before_the_key_moved_is_not_told_as_expired(firm: World) -> None:
    asked, _ = sent_before_the_key_moved(firm)
    firm.settle()
    firm.reach(firm.now + 2 * DAY)
    firm.node.mine(1)
    firm.settle()
    assert (paid(firm), outcomes(firm, asked)) == (1, ["done"]), row_of(firm, asked)
