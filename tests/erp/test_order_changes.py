"""Orders that are amended or given up in part: every entry, what is refused, and what no budget covers."""

from __future__ import annotations

from typing import Any

import pytest

from erp.database import transaction
from erp.kernel.amounts import required_deposit
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.procurement.queries import deliveries, order_by_number
from erp.procurement.schemas import (
    AttestReceipt,
    RaiseRequisition,
    RecordOrderAmendment,
    RecordOrderPartCancel,
)
from erp.quality.schemas import AttestInspection
from tests.erp.books import check_books
from tests.erp.test_orders import sound
from tests.erp.test_worked_case import booked
from tests.erp.world import DAY, POSTED, START, World, account

PARTIES = {"order_id": 1, "buyer": account("buyer"), "supplier": account("supplier")}
TOKENS = 5_200_000


def amendment(**changed: Any) -> RecordOrderAmendment:
    """Both sides signed 120 for 1,400,000: at 13 % and 1 % tolerance 285,325 more for the escrow."""
    stated: dict[str, Any] = {
        "revision": 1, "quantity": 120, "amount_minor": 1_400_000, "promised_at": START + 40 * DAY,
        "schedule_root": POSTED["schedule_root"], "topped_up_minor": 285_325, "refunded_minor": 0,
    }  # fmt: skip
    return RecordOrderAmendment(**{**PARTIES, **stated, **changed})


def part_cancel(**changed: Any) -> RecordOrderPartCancel:
    """The supplier gave up 20 of 100: a fifth of everything."""
    stated = {"revision": 1, "quantity": 20, "amount_minor": 230_000, "refunded_minor": 262_499}
    return RecordOrderPartCancel(**{**PARTIES, **stated, **changed})


def reported(world: World, inspection: Document) -> None:
    """The inspection stands outside as well."""
    f = inspection.fields
    values = {name: f[name] for name in ("accepted", "rejected", "accepted_amount_minor")}
    world.do(
        AttestInspection(
            order_id=1, delivery_id=f["delivery_id"], inspection=inspection.number, **values
        )
    )


def check(world: World) -> None:
    """All invariants of the books hold, and the log makes the same books again."""
    with transaction(world.engine) as session:
        check_books(session, TOKENS)
    sound(world)


def test_an_amendment_tops_up_the_escrow_and_sets_budget_aside(world: World) -> None:
    world.funded()
    document = world.do(amendment())
    assert booked(document) == [
        ("buyer", "GL", {"1012.02": 285_325}, {"1012.01": 285_325}),
        ("buyer", "BUD", {"9003": 250_000}, {"9001": 250_000}),
    ]
    assert document.fields["unbudgeted_minor"] == 0
    check(world)


def test_an_amendment_to_less_refunds_and_frees_and_ends_with_the_new_price(world: World) -> None:
    order = world.funded()
    world.despatch(30)
    reported(world, world.inspect(world.receive(order, 30).number, 30))
    lower = amendment(quantity=60, amount_minor=600_000, topped_up_minor=0, refunded_minor=627_715)
    assert booked(world.do(lower)) == [
        ("buyer", "GL", {"1012.01": 627_715}, {"1012.02": 627_715}),
        ("buyer", "BUD", {"9001": 550_000}, {"9003": 550_000}),
    ]
    check(world)
    world.despatch(30, delivery_id=2)
    inspected = world.inspect(world.receive(order, 30, delivery_id=2).number, 30)
    assert inspected.fields["accepted_amount_minor"] == 600_000 - 345_000
    check(world)


def test_what_no_budget_covers_is_booked_and_marked(world: World) -> None:
    order = world.funded()
    more = amendment(amount_minor=2_100_000, topped_up_minor=1_084_235)
    document = world.do(more)
    assert document.fields["unbudgeted_minor"] == 950_000 - 850_000
    assert booked(document)[1] == ("buyer", "BUD", {"9003": 850_000}, {"9001": 850_000})
    world.despatch(120)
    accepted = world.inspect(world.receive(order, 120).number, 120)
    assert booked(accepted)[1] == ("buyer", "BUD", {"9001": 2_000_000}, {"9004": 2_000_000})
    check(world)


def test_a_part_given_up_returns_its_money_and_its_budget(world: World) -> None:
    order = world.funded()
    assert booked(world.do(part_cancel())) == [
        ("buyer", "GL", {"1012.01": 262_499}, {"1012.02": 262_499}),
        ("buyer", "BUD", {"9001": 230_000}, {"9003": 230_000}),
    ]
    with transaction(world.engine) as session:
        row = order_by_number(Rows.of(session), order)
        assert (row.quantity, row.amount_minor, row.defaulted_minor) == (80, 920_000, 230_000)
    check(world)


def test_goods_accepted_here_and_not_yet_reported_are_worth_what_they_will_be_reported_at(
    world: World,
) -> None:
    order = world.funded()
    world.despatch(50)
    world.inspect(world.receive(order, 50).number, 50)  # nobody outside has heard of it
    world.invoice(order, 50, 575_000, 74_750)
    world.despatch(20, delivery_id=2)
    world.inspect(world.receive(order, 20, delivery_id=2).number, 20)
    document = world.do(amendment(quantity=100, topped_up_minor=285_325))
    assert booked(document) == [
        ("buyer", "GL", {"1012.02": 285_325}, {"1012.01": 285_325}),
        ("buyer", "GL", {"1403": 50_000}, {"2202.02": 50_000}),  # 20 of 100: 230,000 -> 280,000
        ("supplier", "GL", {"1122.02": 50_000}, {"6001": 50_000}),
        # the order's amount grew by 250,000, of which 175,000 are spent; the match then is 125,000 below it
        ("buyer", "BUD", {"9003": 250_000}, {"9001": 75_000, "9004": 175_000}),
        ("buyer", "BUD", {"9004": 125_000}, {"9003": 125_000}),
    ]
    sound(world)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"revision": 2}, "revision"),
        ({"topped_up_minor": 285_324}, "topped_up_minor"),
        ({"refunded_minor": 1}, "refunded_minor"),
        ({"buyer": account("rival")}, "buyer"),
    ],
)
def test_an_amendment_that_says_other_numbers_than_the_books_is_refused(
    world: World, changed: dict[str, Any], field: str
) -> None:
    world.funded()
    with pytest.raises(Disagrees, match=field):
        world.do(amendment(**changed))
    check(world)


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [(60, 344_999), (30, 344_999), (30, 345_001)],
    ids=["less than was accepted", "less, and nothing left to come", "more, for nothing to come"],
)
def test_an_amendment_cannot_take_back_what_was_accepted_or_paid(
    world: World, quantity: int, amount: int
) -> None:
    order = world.funded()
    world.despatch(30)
    reported(world, world.inspect(world.receive(order, 30).number, 30))  # worth 345,000
    freed = required_deposit(1_150_000, 1_300, 100) - required_deposit(amount, 1_300, 100)
    told = amendment(
        quantity=quantity, amount_minor=amount, topped_up_minor=0, refunded_minor=freed
    )
    with pytest.raises(Disagrees, match="covers_what_was_accepted"):
        world.do(told)
    check(world)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"amount_minor": 1}, "amount_minor"), ({"refunded_minor": 1}, "refunded_minor")],
)
def test_a_part_cancel_that_says_other_numbers_than_the_books_is_refused(
    world: World, changed: dict[str, Any], field: str
) -> None:
    world.funded()
    with pytest.raises(Disagrees, match=field):
        world.do(part_cancel(**changed))


def test_an_order_that_is_not_funded_does_not_change(world: World) -> None:
    world.ordered()
    for change in (amendment(), part_cancel()):
        with pytest.raises(WrongStatus):
            world.do(change)


def test_what_is_under_way_follows_the_new_promise_unless_it_was_reported(world: World) -> None:
    order = world.funded()
    world.despatch(30)
    world.do(amendment())
    world.wait(39 * DAY)
    assert world.receive(order, 30).fields["days_late"] == 0
    check(world)


def test_what_was_reported_keeps_the_promise_that_it_was_measured_by(world: World) -> None:
    order = world.funded()
    world.despatch(30)
    world.wait(31 * DAY)
    receipt = world.receive(order, 30)
    f = receipt.fields
    assert f["days_late"] == 1
    told = AttestReceipt(
        order_id=1, delivery_id=1, receipt=receipt.number, quantity=30, received_at=f["received_at"], days_late=1,
    )  # fmt: skip
    world.do(told)
    world.do(amendment())
    with transaction(world.engine) as session:
        (delivery,) = deliveries(Rows.of(session), 1)
        assert (delivery.promised_at, delivery.days_late) == (START + 30 * DAY, 1)
    check(world)


def test_an_order_that_nobody_asked_for_changes_and_is_invoiced_below_its_price_without_any_budget(
    world: World,
) -> None:
    requisition = world.do(RaiseRequisition(item="bolt"))
    told = world.order(1, requisition, tender_id=None, direct_order_id=1, quantity=99)
    order = world.do(told)
    assert order.entries == []
    world.fund()
    less = part_cancel(quantity=9, amount_minor=104_546, refunded_minor=119_318)
    assert [entry[1] for entry in booked(world.do(less))] == ["GL"]
    world.despatch(90)
    inspection = world.inspect(world.receive(order.number, 90).number, 90)
    world.invoice(order.number, 90, 1_040_000, 135_200)
    assert world.last("match").fields["status"] == "MATCHED"
    documents = (inspection, world.last("match"))
    assert {entry[1] for document in documents for entry in booked(document)} == {"GL"}
    check(world)
