"""A claim by silence that overtakes what the clerks booked: entries, goods of both sides, budget, and what is refused."""

from __future__ import annotations

import pytest

from erp.database import transaction
from erp.kernel.amounts import required_deposit
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.log.model import Document
from erp.procurement.errors import AlreadyRuled
from erp.procurement.schemas import RaiseRequisition, RecordSilentAcceptance
from erp.procurement.tables import Delivery
from erp.quality.errors import AlreadyInspected
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock
from tests.erp.books import check_books
from tests.erp.test_order_changes import amendment, reported
from tests.erp.test_orders import sound
from tests.erp.test_rulings import TOKENS, check, ruling
from tests.erp.test_worked_case import booked
from tests.erp.world import World, account

PRICE = 11_500  # a unit
TAX = 1_495
BUDGET, ORDERED = 2_000_000, 1_150_000
ALL = RecordSilentAcceptance(
    order_id=1, delivery_id=1, accepted=90, accepted_amount_minor=90 * PRICE, net_minor=90 * PRICE, tax_minor=90 * TAX,
)  # fmt: skip


def pay(world: World) -> Document:
    """What the contract pays with the claim."""
    return world.do(
        world.payment_of(
            order_id=1, delivery_id=1, match=None, supplier=account("supplier"), accepted_amount_minor=90 * PRICE,
            net_minor=90 * PRICE, tax_minor=90 * TAX, penalty_minor=0, paid_minor=90 * (PRICE + TAX),
        )
    )  # fmt: skip


def received(world: World) -> tuple[str, str]:
    """An order of 100 of which 90 came; the order's and the receipt's number."""
    order = world.funded()
    world.despatch(90)
    return order, world.receive(order, 90).number


def test_what_was_rejected_is_taken_from_the_suppliers_stock_again_and_paid(house: World) -> None:
    """Of 65 units known here 30 had gone back to the supplier at their cost of 100.00."""
    _, receipt = received(house)
    inspection = house.inspect(receipt, 35, 55)
    claim = house.do(ALL)
    more = 55 * PRICE
    assert booked(claim) == [
        ("buyer", "GL", {"1403": more}, {"2202.02": more}),
        ("supplier", "GL", {"1122.02": more}, {"6001": more}),
        ("supplier", "GL", {"6401": 300_000}, {"1406": 300_000}),
        ("supplier", "GL", {"1406": 300_000}, {"1405": 300_000}),
        ("buyer", "GL", {"2202.02": 90 * PRICE, "2221.05": 90 * TAX}, {"2202.01": 90 * (PRICE + TAX)}),
        ("supplier", "GL", {"1122.01": 90 * (PRICE + TAX)}, {"1122.02": 90 * PRICE, "2221.01.06": 90 * TAX}),
        ("buyer", "BUD", {"9001": more}, {"9004": more}),
    ]  # fmt: skip
    assert claim.fields["instead_of"] == inspection.number
    pay(house)
    with pytest.raises(AlreadyInspected):
        house.inspect(receipt, 35, 55)
    with transaction(house.engine) as session:
        check_books(session, TOKENS)
    sound(house)


def test_what_no_budget_is_left_for_is_paid_and_said(world: World) -> None:
    """A discount that was matched freed budget, which was spent; the claim asks the whole price."""
    order, receipt = received(world)
    world.do(world.discount(800_000))
    world.invoice(order, 90, 800_000, 104_000)
    world.inspect(receipt, 90)
    assert world.last("match").fields["variance"] == -235_000
    world.do(RaiseRequisition(item="bolt", estimate_minor=BUDGET - ORDERED + 135_000))
    claim = world.do(ALL)
    assert claim.fields["unbudgeted_minor"] == 135_000
    assert (claim.fields["stands_for_inspection"], claim.fields["instead_of"]) == (False, None)
    pay(world)
    check(world)


def test_more_units_of_a_tiny_price_may_be_worth_less(world: World) -> None:
    """One unit at 3 fen the hundred was worth one by rounding, as long as 33 others counted before it."""
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    world.do(world.bid())
    world.do(world.quotation(3))
    order = world.do(world.order(amount_minor=3, deposit_minor=68)).number
    world.do(world.award(amount_minor=3))
    world.fund(amount=68)
    for delivery, quantity in ((1, 2), (2, 33)):
        world.despatch(quantity, delivery)
        world.receive(order, quantity, delivery)
    one, two = (d.number for d in world.log() if d.type == "goods_receipt")
    world.inspect(two, 33)
    assert world.inspect(one, 1, 1).fields["accepted_amount_minor"] == 1
    world.do(IssueStock(entity="buyer", item="bolt", quantity=34, purpose=Purpose.PRODUCTION))
    nothing = {"accepted_amount_minor": 0, "net_minor": 0, "tax_minor": 0}
    world.do(ALL.model_copy(update={"accepted": 2, **nothing}))
    assert world.rows_of(Delivery, 1, 2).accepted_amount_minor == 1
    check(world)


def test_what_was_wholly_rejected_is_claimed_until_that_was_reported(world: World) -> None:
    _, receipt = received(world)
    inspection = world.inspect(receipt, 0, 90)
    with pytest.raises(Disagrees):
        world.do(ALL.model_copy(update={"accepted": 89}))
    reported(world, inspection)
    with pytest.raises(WrongStatus):
        world.do(ALL)
    check(world)


def test_what_was_sent_again_after_its_rejection_leaves_no_room_for_a_claim(world: World) -> None:
    """No chain says so: there what was rejected is free once it was reported."""
    _, receipt = received(world)
    world.inspect(receipt, 50, 40)
    world.despatch(50, 2)
    with pytest.raises(Disagrees, match="within_the_order"):
        world.do(ALL)
    check(world)


def test_a_claim_of_an_order_that_was_cut_to_what_is_accepted_is_refused_by_rule(
    world: World,
) -> None:
    """What was rejected has no room left, and no price: the order ends with what was ruled good before."""
    order = world.funded()
    world.despatch(50)
    world.do(ruling(50, 50 * PRICE, received=50))
    world.despatch(40, 2)
    world.inspect(world.receive(order, 40, 2).number, 0, 40)
    half, whole = (required_deposit(units * PRICE, 1_300, 100) for units in (50, 100))
    refund = {"topped_up_minor": 0, "refunded_minor": whole - half}
    world.do(amendment(quantity=50, amount_minor=50 * PRICE, **refund))
    nothing = {"accepted_amount_minor": 0, "net_minor": 0, "tax_minor": 0}
    with pytest.raises(Disagrees, match="within_the_order"):
        world.do(ALL.model_copy(update={"delivery_id": 2, "accepted": 40, **nothing}))
    check(world)


@pytest.mark.parametrize("inspected", [False, True], ids=["only received", "inspected"])
def test_what_was_ruled_is_settled_and_no_claim_counts_its_units_again(
    world: World, inspected: bool
) -> None:
    """Half of the order is ruled good: claimed as well it would count as the whole of it."""
    order = world.funded()
    world.despatch(50)
    receipt = world.receive(order, 50).number
    if inspected:
        world.inspect(receipt, 30, 20)
    world.do(ruling(50, 50 * PRICE, received=50))
    half = {"accepted_amount_minor": 50 * PRICE, "net_minor": 50 * PRICE, "tax_minor": 50 * TAX}
    with pytest.raises(AlreadyRuled):
        world.do(ALL.model_copy(update={"accepted": 50, **half}))
    check(world)
