"""Rulings and supplements: every entry, VAT, the goods of both sides, what is refused, and that the log makes it again."""

from __future__ import annotations

from typing import Any

import pytest

from erp.database import transaction
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.log.model import Document
from erp.payments.errors import AlreadyPaid, NothingRuled
from erp.payments.schemas import RecordSupplement
from erp.procurement.errors import AlreadyRuled, NotAPartyOfTheOrder, SupplierDisputes
from erp.procurement.schemas import (
    AttestReceipt,
    CertifyInputVat,
    RecordDeliveryDispute,
    RecordDeliveryRuling,
    RecordDisputeLapse,
    RecordDisputeWithdrawal,
    RequestOrderClose,
)
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock
from tests.erp.books import check_books
from tests.erp.test_order_changes import reported
from tests.erp.test_orders import sound
from tests.erp.test_worked_case import booked
from tests.erp.world import DAY, REF, START, World, account

TOKENS = 5_200_000
PROMISED = START + 30 * DAY
ARBITER = account("arbiter")


def check(world: World) -> None:
    """All invariants of the books hold, and the log makes the same books again."""
    with transaction(world.engine) as session:
        check_books(session, TOKENS)
    sound(world)


def inspected(world: World, order: str, received: int, accepted: int) -> Document:
    """A delivery of 100 of which so many arrived and passed, reported outside."""
    world.despatch(100)
    receipt = world.receive(order, received)
    f = receipt.fields
    world.do(
        AttestReceipt(
            order_id=1, delivery_id=1, receipt=receipt.number, quantity=received,
            received_at=f["received_at"], days_late=f["days_late"],
        )
    )  # fmt: skip
    inspection = world.inspect(receipt.number, accepted, received - accepted)
    reported(world, inspection)
    return inspection


def paid(world: World, order: str, accepted: int = 80, **changed: Any) -> Document:
    """And paid at the order's price, by an invoice."""
    net = 11_500 * accepted
    inspected(world, order, 100, accepted)
    world.invoice(order, accepted, net, net * 13 // 100)
    return world.do(world.payment(world.last("match"), **changed))


def ruling(accepted: int, amount: int, **changed: Any) -> RecordDeliveryRuling:
    """All of the 100 arrived now, in time, and so many are good."""
    stated: dict[str, Any] = {
        "order_id": 1, "delivery_id": 1, "ruling_ref": REF, "ruling": None, "arbiter": ARBITER, "received": 100,
        "accepted": accepted, "accepted_amount_minor": amount, "received_at": START, "days_late": 0,
    }  # fmt: skip
    return RecordDeliveryRuling(**{**stated, **changed})


def supplement(amount: int, net: int, tax: int, **changed: Any) -> RecordSupplement:
    """What the ruling added."""
    stated: dict[str, Any] = {
        "order_id": 1, "delivery_id": 1, "ruling_ref": REF, "supplier": account("supplier"),
        "accepted_amount_minor": amount, "net_minor": net, "tax_minor": tax, "penalty_returned_minor": 0,
        "penalty_minor": 0, "paid_minor": net + tax,
    }  # fmt: skip
    return RecordSupplement(**{**stated, **changed})


def dispute(who: str = "supplier") -> RecordDeliveryDispute:
    """Somebody disputes the delivery."""
    return RecordDeliveryDispute(
        order_id=1, delivery_id=1, disputant=account(who), reason_ref=REF, reason=None, rule_by=START + 40 * DAY,
    )  # fmt: skip


def test_units_ruled_good_after_the_payment_are_stock_debt_and_revenue_and_then_paid(
    world: World,
) -> None:
    order = world.funded()
    paid(world, order)
    assert world.do(dispute()).entries == []
    ruled = world.do(ruling(95, 1_092_500))
    assert booked(ruled) == [
        ("buyer", "GL", {"1403": 172_500}, {"2202.02": 172_500}),
        ("supplier", "GL", {"1122.02": 172_500}, {"6001": 172_500}),
        ("buyer", "GL", {"2202.02": 172_500, "2221.05": 22_425}, {"2202.01": 194_925}),
        ("supplier", "GL", {"1122.01": 194_925}, {"1122.02": 172_500, "2221.01.06": 22_425}),
        ("buyer", "BUD", {"9001": 172_500}, {"9004": 172_500}),
    ]
    check(world)
    assert booked(world.do(supplement(172_500, 172_500, 22_425))) == [
        ("buyer", "GL", {"2202.01": 194_925}, {"1012.02": 194_925}),
        ("supplier", "GL", {"1012.01": 194_925}, {"1122.01": 194_925}),
    ]
    check(world)
    with pytest.raises(AlreadyPaid):
        world.do(supplement(172_500, 172_500, 22_425))
    with pytest.raises(AlreadyRuled):
        world.do(ruling(96, 1_104_000))


def test_a_delivery_that_nobody_reported_is_accepted_and_billed_by_its_ruling(
    world: World,
) -> None:
    world.funded()
    world.despatch(100)
    ruled = world.do(ruling(90, 1_035_000))
    assert booked(ruled) == [
        ("buyer", "GL", {"1403": 1_035_000}, {"2202.02": 1_035_000}),
        ("supplier", "GL", {"1122.02": 1_035_000}, {"6001": 1_035_000}),
        ("buyer", "GL", {"2202.02": 1_035_000, "2221.05": 134_550}, {"2202.01": 1_169_550}),
        ("supplier", "GL", {"1122.01": 1_169_550}, {"1122.02": 1_035_000, "2221.01.06": 134_550}),
        ("buyer", "BUD", {"9001": 1_035_000}, {"9004": 1_035_000}),
    ]
    check(world)
    world.do(
        world.payment_of(
            order_id=1, delivery_id=1, match=None, supplier=account("supplier"),
            accepted_amount_minor=1_035_000, net_minor=1_035_000, tax_minor=134_550, penalty_minor=0,
            paid_minor=1_169_550,
        )
    )  # fmt: skip
    check(world)


def test_what_is_ruled_bad_leaves_the_stock_or_the_cost_of_what_was_used(world: World) -> None:
    order = world.funded()
    inspected(world, order, 100, 80)
    world.do(IssueStock(entity="buyer", item="bolt", quantity=60, purpose=Purpose.PRODUCTION))
    ruled = world.do(ruling(40, 460_000))  # 20 of the 40 are on hand, 20 were used
    assert booked(ruled)[:2] == [
        ("buyer", "GL", {"2202.02": 460_000}, {"1403": 230_000, "5001": 230_000}),
        ("supplier", "GL", {"6001": 460_000}, {"1122.02": 460_000}),
    ]
    assert booked(ruled)[-1] == ("buyer", "BUD", {"9004": 460_000}, {"9001": 460_000})
    assert (ruled.fields["net_minor"], ruled.fields["tax_minor"]) == (460_000, 59_800)
    check(world)


def test_a_matched_delivery_ruled_worthless_owes_nothing_and_its_invoice_is_blocked(
    world: World,
) -> None:
    order = world.funded()
    inspected(world, order, 100, 80)
    world.invoice(order, 80, 929_200, 120_796)  # one per cent above the order's price
    world.do(ruling(0, 0))
    check(world)
    assert world.last("delivery_ruling").fields["net_minor"] == 0
    world.do(world.closing(0, 0, 1_350_000))
    check(world)


def test_a_penalty_that_returns_makes_the_goods_dearer_again_and_its_tax_deductible(
    world: World,
) -> None:
    order = world.funded()
    world.wait(32 * DAY + 1)
    payment = paid(world, order, 100, penalty_minor=17_250)  # three days at half a per cent
    world.do(CertifyInputVat(entity="buyer", invoices=(world.last("supplier_invoice").number,)))
    check(world)
    world.do(ruling(100, 1_150_000, received_at=PROMISED + 1, days_late=1))
    returned = world.do(supplement(0, 0, 0, penalty_returned_minor=11_500, paid_minor=11_500))
    assert payment.fields["penalty_tax_minor"] == 1_985
    assert booked(returned) == [
        ("buyer", "GL", {"1403": 10_177, "2221.05": 1_323}, {"1012.02": 11_500}),
        ("supplier", "GL", {"1012.01": 11_500}, {"6001": 10_177, "2221.09": 1_323}),
    ]
    check(world)


def test_a_penalty_deducted_after_certification_returns_to_where_it_was_transferred_out(
    world: World,
) -> None:
    order = world.funded()
    world.wait(32 * DAY + 1)
    inspected(world, order, 100, 100)
    invoice = world.invoice(order, 100, 1_150_000, 149_500)
    world.do(CertifyInputVat(entity="buyer", invoices=(invoice.number,)))
    world.do(world.payment(world.last("match"), penalty_minor=17_250))
    check(world)
    world.do(ruling(100, 1_150_000, received_at=PROMISED, days_late=0))
    returned = world.do(supplement(0, 0, 0, penalty_returned_minor=17_250, paid_minor=17_250))
    assert booked(returned)[0] == (
        "buyer",
        "GL",
        {"1403": 15_265, "2221.01.08": 1_985},
        {"1012.02": 17_250},
    )
    check(world)


def test_the_suppliers_goods_go_where_the_ruling_has_them(house: World) -> None:
    order = house.funded()
    inspected(house, order, 60, 50)  # of the 65 known ones 5 are missing, 10 were sent back
    assert booked(house.last("despatch")) == [
        ("supplier", "GL", {"1406": 650_000}, {"1405": 650_000})
    ]
    ruled = house.do(ruling(62, 713_000, received=63))
    assert [entry for entry in booked(ruled) if "1406" in {*entry[2], *entry[3]}] == [
        ("supplier", "GL", {"1406": 30_000}, {"1901": 30_000}),  # two are missing, not five
        ("supplier", "GL", {"6401": 120_000}, {"1406": 120_000}),  # 62 were sold, not 50
        ("supplier", "GL", {"1406": 90_000}, {"1405": 90_000}),  # one came back, not ten
    ]
    with transaction(house.engine) as session:
        check_books(session, TOKENS)
    sound(house)


@pytest.mark.parametrize(
    ("amount", "days_late", "field"),
    [(1_092_501, 0, "accepted_amount_minor"), (1_092_500, 1, "days_late")],
)
def test_a_ruling_with_other_numbers_than_ours_is_refused(
    world: World, amount: int, days_late: int, field: str
) -> None:
    paid(world, world.funded())
    with pytest.raises(Disagrees, match=field):
        world.do(ruling(95, amount, days_late=days_late))
    check(world)


def test_a_supplement_without_a_ruling_or_with_other_numbers_is_refused(world: World) -> None:
    order = world.funded()
    paid(world, order)
    with pytest.raises(NothingRuled):
        world.do(supplement(172_500, 172_500, 22_425))
    world.do(ruling(95, 1_092_500))
    for field, changed in (
        ("net_minor", {"net_minor": 172_501}),
        ("penalty_minor", {"penalty_minor": 1}),
        ("paid_minor", {"paid_minor": 1}),
        ("ruling_ref", {"ruling_ref": "0x" + "cd" * 32}),
        ("supplier", {"supplier": account("rival")}),
    ):
        with pytest.raises(Disagrees, match=field):
            world.do(supplement(172_500, 172_500, 22_425, **changed))
    check(world)


def test_who_is_no_party_disputes_nothing_and_who_did_not_dispute_takes_nothing_back(
    world: World,
) -> None:
    paid(world, world.funded())
    with pytest.raises(NotAPartyOfTheOrder):
        world.do(dispute("rival"))
    world.do(dispute())
    joined = world.do(dispute("buyer"))
    assert joined.fields["joined"]
    with pytest.raises(Disagrees, match="disputant"):
        world.do(RecordDisputeWithdrawal(order_id=1, delivery_id=1, disputant=account("buyer")))
    lapse = world.do(RecordDisputeLapse(order_id=1, delivery_id=1))
    assert lapse.fields["dispute"] == world.log()[-3].number
    check(world)


def test_the_end_of_an_order_is_not_asked_for_over_a_dispute_of_its_supplier(world: World) -> None:
    """Its contract refuses the close as long, so the request would wait for nothing."""
    order = world.funded()
    paid(world, order)
    world.do(dispute())
    world.wait(50 * DAY)
    with pytest.raises(SupplierDisputes, match="disputes 1 deliveries"):
        world.do(RequestOrderClose(order=order))
    world.do(RecordDisputeLapse(order_id=1, delivery_id=1))
    assert world.do(RequestOrderClose(order=order)).fields["order"] == order


def test_nothing_is_ruled_in_an_order_that_has_ended(world: World) -> None:
    order = world.funded()
    paid(world, order)
    world.do(world.closing(80, 920_000, 1_350_000 - 1_039_600))
    for late in (ruling(95, 1_092_500), dispute(), supplement(1, 1, 0)):
        with pytest.raises(WrongStatus):
            world.do(late)


def test_tax_that_a_ruling_adds_is_not_certified_with_the_invoice_that_does_not_have_it(
    world: World,
) -> None:
    paid(world, world.funded())
    world.do(ruling(95, 1_092_500))
    world.do(supplement(172_500, 172_500, 22_425))
    invoice = world.last("supplier_invoice").number
    certified = world.do(CertifyInputVat(entity="buyer", invoices=(invoice,)))
    assert certified.fields["tax_minor"] == 119_600
    check(world)


def test_a_discount_that_was_granted_and_used_stays_when_more_is_ruled_good(world: World) -> None:
    order = world.funded()
    inspected(world, order, 100, 80)
    world.do(world.discount(900_000))
    world.invoice(order, 80, 900_000, 117_000)
    world.do(world.payment(world.last("match")))
    ruled = world.do(ruling(95, 1_092_500)).fields
    assert (ruled["net_minor"], ruled["tax_minor"]) == (172_500, 139_425 - 117_000)
    check(world)


def test_a_price_below_the_orders_without_a_discount_is_made_up_by_a_ruling(world: World) -> None:
    order = world.funded()
    inspected(world, order, 100, 80)
    world.invoice(order, 80, 915_000, 118_950)
    world.do(world.payment(world.last("match")))
    ruled = world.do(ruling(80, 920_000))
    assert (ruled.fields["net_minor"], ruled.fields["tax_minor"]) == (5_000, 650)
    assert booked(ruled) == [
        ("buyer", "GL", {"1403": 5_000, "2221.05": 650}, {"2202.01": 5_650}),
        ("supplier", "GL", {"1122.01": 5_650}, {"6001": 5_000, "2221.01.06": 650}),
        ("buyer", "BUD", {"9003": 5_000}, {"9004": 5_000}),
    ]
    world.do(supplement(0, 5_000, 650))
    check(world)
