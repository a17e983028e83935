"""The arithmetic of orders, on the vectors that the contracts are held against too, and on random cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel import amounts

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "amounts.json").read_text()
)
FUNCTIONS: dict[str, Callable[..., int]] = {
    "days_late": amounts.days_late,
    "penalty": amounts.penalty,
    "net_allowed": amounts.net_allowed,
    "tax_allowed": amounts.tax_allowed,
    "claim_tax": amounts.claim_tax,
    "required_deposit": amounts.required_deposit,
}
AMOUNT = st.integers(min_value=0, max_value=2**63 - 1)
BPS = st.integers(min_value=0, max_value=10_000)


@pytest.mark.parametrize(
    ("name", "vector"), [(name, vector) for name in FUNCTIONS for vector in VECTORS[name]]
)
def test_vector(name: str, vector: dict[str, str]) -> None:
    arguments = [int(value) for key, value in vector.items() if key != "expected"]
    assert FUNCTIONS[name](*arguments) == int(vector["expected"])


@pytest.mark.parametrize("vector", VECTORS["part"])
def test_part_vector(vector: dict[str, Any]) -> None:
    before = 0
    for accepted, amount in zip(vector["accepted"], vector["amounts"], strict=True):
        assert amounts.delivery_amount(
            int(vector["amount"]), int(vector["quantity"]), before, int(accepted)
        ) == int(amount)
        before += int(accepted)


@given(
    amount=AMOUNT,
    parts=st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=20),
)
def test_parts_add_up_to_the_whole(amount: int, parts: list[int]) -> None:
    total, before, taken = sum(parts), 0, 0
    for part in parts:
        worth = amounts.delivery_amount(amount, total, before, part)
        assert worth >= 0
        before, taken = before + part, taken + worth
    assert taken == amount


@given(amount=AMOUNT, days=st.integers(min_value=0, max_value=2**32), rate=BPS, cap=BPS)
def test_penalty_never_exceeds_its_cap(amount: int, days: int, rate: int, cap: int) -> None:
    assert 0 <= amounts.penalty(amount, days, rate, cap) <= amount * cap // 10_000


@given(
    amount=st.integers(min_value=1, max_value=10**12),
    tax=BPS,
    tolerance=BPS,
    cuts=st.lists(
        st.integers(min_value=1, max_value=10**6), min_size=1, max_size=amounts.MAX_DELIVERIES
    ),
)
def test_deposit_covers_every_invoice_the_terms_allow(
    amount: int, tax: int, tolerance: int, cuts: list[int]
) -> None:
    total, before, billed = sum(cuts), 0, 0
    for cut in cuts:
        net = amounts.net_allowed(amounts.delivery_amount(amount, total, before, cut), tolerance)
        billed += net + amounts.tax_allowed(net, tax)
        before += cut
    assert billed <= amounts.required_deposit(amount, tax, tolerance)
