"""A sourcing policy holds what the contracts accept, and nothing beyond: the bounds are read from the deployed contracts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from erp.items.schemas import MAX_CANDIDATES, SetSourcingPolicy
from tests.world import POLICY, World

BOUNDS = [  # field, contract, constant of its least value or None, constant of its greatest
    ("commit_seconds", "Tenders", "MIN_WINDOW_SECONDS", "MAX_WINDOW_SECONDS"),
    ("reveal_seconds", "Tenders", "MIN_WINDOW_SECONDS", "MAX_WINDOW_SECONDS"),
    ("reorder_quantity", "Tenders", None, "MAX_QUANTITY"),
    ("estimate_minor", "Tenders", None, "MAX_AMOUNT"),
    ("bond_minor", "Tenders", None, "MAX_AMOUNT"),
    ("fund_seconds", "PurchaseOrders", "MIN_FUND_SECONDS", "MAX_FUND_SECONDS"),
    ("grace_seconds", "PurchaseOrders", None, "MAX_GRACE_SECONDS"),
    ("silence_seconds", "PurchaseOrders", "MIN_SILENCE_SECONDS", "MAX_SILENCE_SECONDS"),
]


@pytest.mark.parametrize(("field", "contract", "least", "greatest"), BOUNDS)
def test_a_policy_has_the_bounds_of_the_contract(
    world: World, field: str, contract: str, least: str | None, greatest: str
) -> None:
    (most,) = world.bridge.gateway.view(contract, greatest)
    SetSourcingPolicy(**POLICY | {field: most})
    with pytest.raises(ValidationError):
        SetSourcingPolicy(**POLICY | {field: most + 1})
    if least is not None:
        (fewest,) = world.bridge.gateway.view(contract, least)
        SetSourcingPolicy(**POLICY | {field: fewest})
        with pytest.raises(ValidationError):
            SetSourcingPolicy(**POLICY | {field: fewest - 1})


def test_as_many_candidates_as_a_tender_invites(world: World) -> None:
    assert world.bridge.gateway.view("Tenders", "MAX_INVITED") == (MAX_CANDIDATES,)
