"""D3 at the door: a planner or buyer cancels a requisition, and its budget is free again."""

from __future__ import annotations

import pytest

from erp.kernel.roles import Role

from .house import House
from .test_problems import problem
from .test_story import done, stocked

CANCEL = {"requisition": "PR-2026-00001", "reason": "the customer cancelled"}


@pytest.mark.parametrize("role", [Role.PLANNER, Role.BUYER])
def test_d3_a_requisition_is_cancelled_once_and_frees_its_budget(house: House, role: Role) -> None:
    stocked(house)
    (before,) = house.get(Role.FINANCE, "/budgets").json()["items"]
    problem(house.post(role, "/requisition-cancellations", CANCEL), 409, "unknown-requisition")
    done(house, Role.PLANNER, "/requisitions", item="STEEL", quantity=1, estimate_minor=50_000)
    made = done(house, role, "/requisition-cancellations", **CANCEL)
    assert made["document"]["number"] == "PRC-2026-00001"
    assert house.get(Role.FINANCE, "/budgets").json()["items"] == [before]
    (row,) = house.get(Role.BUYER, "/requisitions", status="CANCELLED").json()["items"]
    assert row["number"] == "PR-2026-00001"
    problem(house.post(role, "/requisition-cancellations", CANCEL), 409, "wrong-status")
