"""A sourcing policy holds what books and contracts accept: the contracts' bounds are read from the deployed ones."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from erp.items.schemas import MAX_CANDIDATES, SetSourcingPolicy
from erp.kernel.schema import MAX_AMOUNT
from erp.procurement.schemas import MAX_BID
from tests.world import POLICY, World

BOUNDS = [  # field, contract, constant of its least value or None, constant of its greatest
    ("commit_seconds", "Tenders", "MIN_WINDOW_SECONDS", "MAX_WINDOW_SECONDS"),
    ("reveal_seconds", "Tenders", "MIN_WINDOW_SECONDS", "MAX_WINDOW_SECONDS"),
    ("fund_seconds", "OrderRules", "MIN_FUND_SECONDS", "MAX_FUND_SECONDS"),
    ("grace_seconds", "OrderRules", None, "MAX_GRACE_SECONDS"),
    ("silence_seconds", "OrderRules", "MIN_SILENCE_SECONDS", "MAX_SILENCE_SECONDS"),
    ("payment_seconds", "OrderRules", None, "MAX_PAYMENT_SECONDS"),
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


AMOUNTS = [
    ("reorder_quantity", "MAX_QUANTITY"),
    ("estimate_minor", "MAX_AMOUNT"),
    ("bond_minor", "MAX_AMOUNT"),
]


@pytest.mark.parametrize(("field", "greatest"), AMOUNTS)
def test_d1_an_amount_of_a_policy_has_the_bound_of_the_books_which_contracts_accept(
    world: World, field: str, greatest: str
) -> None:
    assert world.bridge.gateway.view("Tenders", greatest)[0] > MAX_AMOUNT
    SetSourcingPolicy(**POLICY | {field: MAX_AMOUNT})
    with pytest.raises(ValidationError):
        SetSourcingPolicy(**POLICY | {field: MAX_AMOUNT + 1})


def test_d1_a_bid_has_the_bound_of_the_contract(world: World) -> None:
    """So that no price of a rival is refused by the books, and stops the tender."""
    assert world.bridge.gateway.view("Tenders", "MAX_AMOUNT") == (MAX_BID,)


def test_as_many_candidates_as_a_tender_invites(world: World) -> None:
    assert world.bridge.gateway.view("Tenders", "MAX_INVITED") == (MAX_CANDIDATES,)
