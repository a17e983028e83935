"""What holds for every auction and every split of an order into parts."""

from __future__ import annotations

from brownie.test import given, strategy
from house import CEILING, House
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

ROLES = ("supplier", "rival", "newcomer")
EXAMPLES = 8  # each is a dozen transactions


@given(
    first=strategy("uint128", min_value=1, max_value=CEILING + 2),
    second=strategy("uint128", min_value=1, max_value=CEILING + 2),
    third=strategy("uint128", min_value=1, max_value=CEILING + 2),
)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_lowest_bid_within_the_ceiling_wins_and_every_bond_returns(
    house: House, first: int, second: int, third: int
) -> None:
    bids = dict(zip(ROLES, (first, second, third), strict=True))
    before = [house.money(role) for role in ROLES]
    sent = house.play(house.open_tender(), bids)
    valid = {role: amount for role, amount in bids.items() if amount <= CEILING}
    if valid:
        best = min(valid, key=lambda role: valid[role])
        assert sent.events["TenderAwarded"]["supplier"] == house[best]
        assert sent.events["TenderAwarded"]["amount"] == valid[best]
    else:
        assert "TenderVoided" in sent.events
    assert [house.money(role) for role in ROLES] == before


@given(
    amount=strategy("uint128", min_value=1, max_value=CEILING),
    parts=st.lists(st.integers(min_value=1, max_value=1_000), min_size=2, max_size=3),
)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_add_up_to_the_order_whatever_the_split(
    house: House, amount: int, parts: list[int]
) -> None:
    before = house.money("supplier")
    order = house.funded_order(sum(parts), amount)
    paid = [house.deliver(order, part) for part in parts]
    assert sum(paid) == amount
    assert house.money("supplier") == before + amount
    assert house.order(order, "status", "escrowed") == (3, 0)
