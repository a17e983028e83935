"""over-budget: a reorder that the budget does not cover waits where everybody can see it, and goes on by itself."""

from __future__ import annotations

import pytest

from erp.budget.errors import BudgetExceeded
from erp.budget.schemas import ApproveBudget
from erp.items.schemas import SetSourcingPolicy
from erp.procurement.schemas import RaiseRequisition
from tests.world import BUYER, ITEM, POLICY, World


def test_a_reorder_over_budget_is_held_and_goes_on_after_approval(world: World) -> None:
    world.erp(SetSourcingPolicy(**{**POLICY, "estimate_minor": 6_000_000}))
    world.issue()
    world.settle()
    assert world.documents("requisition", "tender") == []
    (reason,) = world.sql("SELECT reason FROM reorder_hold WHERE item = 'STEEL'")[0]
    assert "5000000" in reason
    assert "6000000" in reason
    assert world.last("reorder_hold").fields["reason"] == reason
    world.assert_audit_holds()

    world.erp(ApproveBudget(entity=BUYER, amount_minor=1_000_000))
    world.settle()
    assert world.last("tender").fields["ceiling_minor"] == 6_000_000
    assert world.available() == 0
    assert world.sql("SELECT * FROM reorder_hold") == []
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_requisition_by_hand_over_budget_is_refused_and_leaves_nothing(world: World) -> None:
    before, free = world.bridge.port.last_sequence(), world.available()
    with pytest.raises(BudgetExceeded, match="5000001"):
        world.erp(RaiseRequisition(item=ITEM, quantity=5, estimate_minor=5_000_001))
    assert world.bridge.port.last_sequence() == before
    assert world.available() == free
    world.settle()
    world.assert_audit_holds()
