"""Honest nodes and people: one side of a statement asks and signs once more."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.ports.port import Document
from erp.signing.schemas import RequestAct
from tests.faults.attacking import outcomes, passes, row_of
from tests.mailbox import signs
from tests.scenarios.test_signing_statements import AMOUNT, change_of
from tests.world import BUYER, HOUR, World

pytestmark = pytest.mark.node


def asks(world: World, party: str, fields: dict[str, Any]) -> Document:
    return world.erp(RequestAct(party=party, act="amend_order", fields=fields))


def goes_on(world: World) -> None:
    for _ in range(3):
        passes(world, 5)
        world.clock.ahead += 6


def test_what_a_side_signed_twice_and_is_done_is_not_told_as_signed_by_nobody(world: World) -> None:
    fields = change_of(world, world.tender({"SUPPLIER": AMOUNT}))
    first, twice, other = (asks(world, party, fields) for party in (BUYER, BUYER, "SUPPLIER"))
    world.settle()
    signs(world, first, BUYER)
    signs(world, twice, BUYER)
    goes_on(world)
    signs(world, other, "SUPPLIER")
    goes_on(world)
    assert len(world.documents("order_amendment")) == 1
    world.reach(fields["deadline"] + HOUR)
    world.node.mine()
    goes_on(world)
    assert row_of(world, twice)["reason"] != "nobody signed it in its time", outcomes(world, twice)
