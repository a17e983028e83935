"""Invariant 2 adds up the money of any capability that says how, and holds what is disputed by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bridge.audit import money
from bridge.audit.material import Material
from bridge.capabilities import MAIN, MONEY, held_aggregate
from bridge.capabilities.checks import Collision, check_money
from bridge.capabilities.model import Amounts, Entries, Equation, Money, aggregate_in
from bridge.events.base import Event, Logged
from bridge.events.generated import BondForfeited, PurchaseOrderOpened
from bridge.ports.port import Document
from bridge.ports.vocabulary import order_aggregate
from tests.samples import document, sample


def bond(entries: Entries) -> Amounts:
    return {"paid in": entries.document.fields["bond_minor"]}


BONDS = Money(
    rule="per tender: bonds paid in = bonds forfeited",
    aggregate="tender:{tender_id}",
    told={BondForfeited: {"forfeited": "bond"}},
    kept={"bid": bond},
    equations=(Equation(("paid in",), ("forfeited",), "in {left}, out {right} minor units"),),
)


def forfeited(tender_id: int, amount: int) -> Logged:
    event: Event = replace(sample(BondForfeited), tender_id=tender_id, bond=amount)  # type: ignore[call-arg]
    return Logged(event, "Tenders", 1, "0x", 1, "0x", 0, 0, 1)


def material(events: list[Logged], documents: list[Document]) -> Material:
    nothing: frozenset[str] = frozenset()
    return Material(1, 1, events, documents, nothing, {}, nothing, "", {}, {})


def test_another_capability_is_added_up_by_its_own_aggregate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = [each for each in MONEY if each.aggregate != BONDS.aggregate]
    monkeypatch.setattr(money, "MONEY", (*others, BONDS))
    bids = [document("bid", tender_id=n, bond_minor=5) for n in (10, 9, 9)]
    events = [forfeited(10, 4), forfeited(9, 10)]
    report = money.check_money(material(events, bids))
    assert report.name.endswith("; per tender: bonds paid in = bonds forfeited")
    assert report.checked == 2
    (difference,) = report.differences
    assert (difference.row, difference.aggregate) == ("tender 10", "tender:10")
    assert difference.detail == "in 5, out 4 minor units"


def test_what_is_taken_off_is_taken_off_the_left_side() -> None:
    equation = Equation(("a", "b"), ("c",), "", less=("d",))
    assert equation.sides({"a": 5, "b": 2, "c": 3, "d": 4}) == (3, 3)


@pytest.mark.parametrize(
    ("values", "aggregate"),
    [({"order_id": 7}, "order:7"), ({"order_id": None}, None), ({"tender_id": 7}, None)],
)
def test_what_is_disputed_is_held_by_the_aggregate_of_its_payment(
    values: Mapping[str, Any], aggregate: str | None
) -> None:
    assert aggregate_in("order:{order_id}", values) == aggregate
    assert held_aggregate(values) == aggregate


def test_the_port_spells_an_order_as_its_events_and_its_payment_do() -> None:
    for template in (PurchaseOrderOpened.AGGREGATE, MAIN["match"].aggregate):
        assert template.format(order_id=7) == order_aggregate(7)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"told": {BondForfeited: {"forfeited": "amount"}}}, "BondForfeited has no field amount"),
        ({"kept": {"invented": bond}}, "no document type invented"),
        ({"aggregate": "order:{order_id}"}, "BondForfeited has no field order_id"),
        ({"told": {}, "aggregate": "order:{order_id}"}, "a bid has no field order_id"),
    ],
)
def test_a_mistake_in_the_money_of_a_capability_is_told(
    changes: dict[str, Any], message: str
) -> None:
    check_money([BONDS])
    with pytest.raises(Collision, match=message):
        check_money([replace(BONDS, **changes)])


WALLETS = {"0xa": 60, "0xb": 40}


@pytest.mark.parametrize(
    ("supply", "wallets", "issued", "rows"),
    [
        (100, WALLETS, 100, []),
        (100, WALLETS, 99, ["tokens issued"]),  # the treasury's books were edited
        (101, WALLETS, 101, ["tokens issued"]),  # somebody holds a token whom nobody follows
        (100, {"0xa": 61, "0xb": 40}, 100, ["wallet of 0xa"]),
    ],
)
def test_d9_tokens_issued_are_what_all_hold_and_what_the_treasury_owes(
    supply: int, wallets: dict[str, int], issued: int, rows: list[str]
) -> None:
    report = money.check_balances(
        {},
        money.ChainTokens(WALLETS, supply),
        money.LedgerTokens(wallets, {}, issued),
    )
    assert report.checked == 3
    assert [difference.row for difference in report.differences] == rows
