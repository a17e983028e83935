"""A demo whose money does not add up says so, and where."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from bridge.audit import AuditReport
from bridge.events.base import Event
from bridge.events.generated import (
    ClaimIssued,
    ClaimPaid,
    ClaimSold,
    DeliveryReceived,
    OrderClosed,
    PaymentReleased,
    PurchaseOrderOpened,
)
from scripts.plays.demo.figures import BookFigures, ChainFigures, Claims, Money
from scripts.plays.demo.plan import AwardMode, Plan, make_plan
from scripts.plays.demo.purchases import CARRIED, History, Refused, read_history
from scripts.plays.demo.report import Result

ACCOUNT = "0x" + "11" * 20
REF = "0x" + "22" * 32
PENALTY = 40


def chain_of(plan: Plan) -> list[Event]:
    """The events of a perfect play, with one penalty on the first line."""
    events: list[Event] = []
    for order_id, line in enumerate(plan.lines, start=1):
        quantity, amount = line.purchase.quantity, line.lowest_minor
        kept = PENALTY if order_id == 1 else 0
        values = dict.fromkeys((f.name for f in fields(PurchaseOrderOpened)), 0) | {
            "order_id": order_id,
            "supplier": ACCOUNT,
            "amount": amount,
            "promised_at": line.promised_at,
        }
        late = max(0, line.purchase.days_late)
        events += [
            PurchaseOrderOpened(**values),
            DeliveryReceived(order_id, 1, REF, quantity, line.received_at, late),
            PaymentReleased(order_id, 1, REF, ACCOUNT, amount, amount, 0, kept, amount - kept, 0),
            OrderClosed(order_id, ACCOUNT, quantity, amount, kept),
        ]
    return events


@pytest.fixture(params=AwardMode)
def result(request: pytest.FixtureRequest) -> Result:
    history = read_history(CARRIED, 60)
    plan = make_plan(history.purchases, request.param)
    chain = ChainFigures(events=chain_of(plan))
    books = BookFigures(0, 0, [], chain.money())
    audit = AuditReport(block=0, head=0, sequence=0, invariants=())
    return Result(history, plan, "none", chain, books, audit, {}, 6_000, 0, {})


@pytest.fixture
def paid_later() -> Result:
    """A play in which every order is paid by a claim at 60 days, and those of late lines are sold."""
    history = read_history(CARRIED, None)
    plan = make_plan(history.purchases, AwardMode.HISTORY, payment_days=60)
    events = chain_of(plan)
    paid = [(e.order_id, e.paid) for e in events if isinstance(e, PaymentReleased)]
    for (order_id, amount), line in zip(paid, plan.lines, strict=True):
        holder = ACCOUNT
        events.append(ClaimIssued(order_id, ACCOUNT, ACCOUNT, order_id, 1, amount, 0))
        if line.is_sold:
            events.append(ClaimSold(order_id, ACCOUNT, ACCOUNT, amount, line.price_of(amount), 1))
        events.append(ClaimPaid(order_id, holder, ACCOUNT, amount))
    chain = ChainFigures(events=events)
    books = BookFigures(0, 0, [], chain.money(), chain.claims())
    audit = AuditReport(block=0, head=0, sequence=0, invariants=())
    return Result(history, plan, "none", chain, books, audit, {}, 6_000, 0, {})


def test_a_play_that_pays_later_holds_and_says_what_is_derived(paid_later: Result) -> None:
    assert paid_later.mismatches == []
    told = paid_later.as_json()
    assert told["claims"]["payment_days"] == 60
    assert told["claims"]["lines_sold"] == told["lateness"]["late_lines"] > 0
    assert told["claims"]["issued_minor"] == told["claims"]["collected_minor"]
    assert told["claims"]["issued_minor"] == told["money"]["paid_minor"]
    assert any("no payer in it is known to be late" in note for note in told["derived"])


@pytest.mark.parametrize("name", Claims.__dataclass_fields__)
def test_a_cent_of_a_claim_that_is_only_in_the_ledger_is_named(
    paid_later: Result, name: str
) -> None:
    claims = paid_later.books.claims
    off = replace(claims, **{name: getattr(claims, name) + 1})
    told = replace(paid_later, books=replace(paid_later.books, claims=off))
    assert any(text.startswith(f"claims: {name} is ") for text in told.mismatches)


def test_a_claim_that_was_never_paid_or_never_sold_is_named(paid_later: Result) -> None:
    for gone, named in ((ClaimPaid, "collected_minor"), (ClaimSold, "were sold")):
        events = list(paid_later.chain.events)
        events.remove(next(event for event in events if isinstance(event, gone)))
        chain = ChainFigures(events=events)
        books = replace(paid_later.books, claims=chain.claims())
        told = replace(paid_later, chain=chain, books=books)
        assert any(named in text for text in told.mismatches)


def with_money(result: Result, **off: int) -> Result:
    money = result.books.money
    changed = {name: getattr(money, name) + by for name, by in off.items()}
    return replace(result, books=replace(result.books, money=replace(money, **changed)))


def test_a_perfect_play_holds(result: Result) -> None:
    assert result.mismatches == []
    assert result.holds
    lowest = sum(line.lowest_minor for line in result.plan.lines)
    assert result.saving_minor == result.plan.value_minor - lowest
    assert (result.saving_minor == 0) == (result.plan.mode is AwardMode.HISTORY)


@pytest.mark.parametrize("name", Money.__dataclass_fields__)
def test_a_cent_that_is_only_in_the_ledger_is_named(result: Result, name: str) -> None:
    told = with_money(result, **{name: 1})
    assert not told.holds
    assert any(text.startswith(f"{name} is ") and "1 apart" in text for text in told.mismatches)


def test_a_cent_too_much_on_both_sides_is_named(result: Result) -> None:
    result.chain.events.append(PaymentReleased(1, 2, REF, ACCOUNT, 0, 0, 0, 0, 1, 0))
    told = replace(result, books=replace(result.books, money=result.chain.money()))
    assert told.mismatches == ["accepted − penalties is not paid: -1 apart"]


def test_an_order_at_another_price_than_the_history_is_named(result: Result) -> None:
    dearer = [
        replace(event, amount=event.amount + 5)
        if isinstance(event, PurchaseOrderOpened) and event.order_id == 2
        else event
        for event in result.chain.events
    ]
    chain = ChainFigures(events=dearer)
    told = replace(result, chain=chain, books=replace(result.books, money=chain.money()))
    assert any(text.startswith("ordered_minor is ") for text in told.mismatches)


def test_a_delivery_counted_late_that_was_not_is_named(result: Result) -> None:
    late = [
        replace(event, days_late=1)
        if isinstance(event, DeliveryReceived) and event.days_late == 0 and event.order_id < 5
        else event
        for event in result.chain.events
    ]
    told = replace(result, chain=ChainFigures(events=late))
    assert any(text.startswith("lateness on the chain") for text in told.mismatches)


def test_refused_lines_stand_in_the_json_with_id_and_reason(result: Result) -> None:
    history = History("h", result.history.purchases, (Refused("7", "no vendor"),))
    told = replace(result, history=history).as_json()
    assert told["purchases"]["lines_refused"] == [{"id": "7", "reason": "no vendor"}]
    assert told["purchases"]["lines_read"] == 61
    assert told["purchases"]["lines_played"] == 60
    assert told["derived"]
