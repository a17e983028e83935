"""Honest nodes and people: what two sides signed is brought to the chain by somebody else, ahead of the keeper.

The contract takes both signatures from anybody, and they stand in the keeper's transaction for all to read in the pool.
"""

from __future__ import annotations

import json

import pytest

from bridge.ports.port import Document
from erp.signing.schemas import AnswerSigning
from tests.faults.attacking import outcomes, passes
from tests.mailbox import ask, key_of, offered, wallet
from tests.scenarios.test_signing_statements import AMOUNT, SIDES, change_of, purchase_of
from tests.world import BUYER, World

pytestmark = pytest.mark.node
BROUGHT = {"amend_order": ("PurchaseOrders", "amend"), "direct_order": ("DirectOrders", "openDirect")}  # fmt: skip


def signs(world: World, asked: Document, code: str) -> str:
    """A side answers what it was shown; its signature."""
    request = offered(world, asked)
    answer = wallet(request.fields["kind"], request.fields["payload"], key_of(world, code))
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    return answer


@pytest.mark.parametrize("act", BROUGHT)
def test_what_both_sides_signed_and_somebody_else_brought_is_told_as_done(
    world: World, act: str
) -> None:
    if act == "amend_order":
        fields = change_of(world, world.tender({"SUPPLIER": AMOUNT}))
    else:
        world.stock_item("COPPER", sourcing="direct")
        world.issue(item="COPPER")
        world.settle()
        fields = purchase_of(world, world.last("requisition"), 1_250_000)
    asked = {code: ask(world, code, act, **fields) for code in SIDES}
    message = json.loads(offered(world, asked[BUYER]).fields["payload"])["message"]
    signatures = [signs(world, each, code) for code, each in asked.items()]
    world.transact("RIVAL", *BROUGHT[act], message, *signatures)
    for _ in range(3):
        passes(world, 5)
        world.clock.ahead += 6
    done = world.documents("order_amendment" if act == "amend_order" else "purchase_order")
    assert len(done) == 1
    assert [outcomes(world, each) for each in asked.values()] == [["done"], ["done"]]
    assert "refused" not in world.alarms()
    world.assert_audit_holds()
