"""Holders of machine-minutes give several kinds away at once, and let others do it, by the mailbox."""

from __future__ import annotations

import pytest

from scripts.plays.acts.minutes import Machine
from tests.mailbox import ask, outcome, sign
from tests.world import BUYER, World

pytestmark = pytest.mark.node
RIVAL = "RIVAL"


def test_minutes_of_two_prices_are_given_away_at_once_and_by_whom_the_holder_lets(
    world: World,
) -> None:
    machine = Machine(world, 300)
    tokens = [str(machine.buy(BUYER, 200, 140)), str(machine.buy(BUYER, 50, 120))]
    world.settle()
    buyer, rival = (world.people[code].address.lower() for code in (BUYER, RIVAL))
    given = {"from": buyer, "to": rival, "ids": tokens, "values": [20, 50]}
    asked = ask(world, BUYER, "transfer_capacities", **given)
    sign(world, asked, BUYER)
    assert outcome(world, asked) == ("done", "")
    moved = world.last("capacity_transfer").fields
    lines = [(line["token_id"], line["minutes"]) for line in moved["lines"]]
    assert lines == list(zip(tokens, (20, 50), strict=True))

    back = {"from": rival, "to": buyer, "id": tokens[1], "value": 50}
    early = ask(world, BUYER, "transfer_capacity", **back)
    assert "ERC1155MissingApprovalForAll" in outcome(world, early)[1]
    may = ask(world, RIVAL, "let_transfer_capacity", operator=buyer, may=True)
    sign(world, may, RIVAL)
    assert outcome(world, may) == ("done", "")
    returned = ask(world, BUYER, "transfer_capacity", **back)
    sign(world, returned, BUYER)
    assert outcome(world, returned) == ("done", "")
    assert world.last("capacity_transfer").fields["receiver"] == buyer
    no_more = ask(world, RIVAL, "let_transfer_capacity", operator=buyer, may=False)
    sign(world, no_more, RIVAL)
    late = ask(world, BUYER, "transfer_capacity", **{**back, "id": tokens[0], "value": 1})
    assert "ERC1155MissingApprovalForAll" in outcome(world, late)[1]
    world.assert_audit_holds()
