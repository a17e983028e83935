"""Days of force majeure in the books: kept once, counted as the register outside counts them, and excusing lateness."""

from __future__ import annotations

import pytest

from erp.database import transaction
from erp.forcemajeure.queries import days_in
from erp.forcemajeure.rules import MAX_RANGE_DAYS, day_range
from erp.forcemajeure.schemas import RecordForceMajeure
from erp.kernel.errors import Disagrees
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.procurement.schemas import AttestReceipt, RaiseRequisition, RecordDeliveryRuling
from tests.erp.test_orders import sound
from tests.erp.world import DAY, REF, START, World, account

REGION, ELSEWHERE = "0x" + "07" * 32, "0x" + "08" * 32
TODAY = START // DAY


def stands(
    world: World, day: int, count: int = 1, added: int = 1, region: str = REGION, number: int = 1
) -> None:
    """Days stand from now on."""
    world.do(
        RecordForceMajeure(
            declaration_id=number, region=region, from_day=day, count=count, added=added
        )
    )


def despatched(world: World) -> str:
    """An order of the region, promised in thirty days, of which all is on its way."""
    requisition = world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender(1, requisition))
    world.do(world.bid())
    world.do(world.quotation())
    order = world.do(world.order(1, requisition, region=REGION)).number
    world.do(world.award())
    world.fund()
    world.despatch(100)
    return order


def attest(world: World, receipt: Document, days_late: int) -> None:
    """The receipt stands outside as well."""
    f = receipt.fields
    world.do(
        AttestReceipt(
            order_id=1, delivery_id=1, receipt=receipt.number, quantity=f["quantity"],
            received_at=f["received_at"], days_late=days_late,
        )
    )  # fmt: skip


def test_a_day_that_two_declarations_name_stands_once(world: World) -> None:
    stands(world, TODAY, 3, 3)
    with pytest.raises(Disagrees, match="added"):
        stands(world, TODAY + 1, 3, 3, number=2)
    stands(world, TODAY + 1, 3, 1, number=2)
    stands(world, TODAY, 1, 1, ELSEWHERE, 3)
    with transaction(world.engine) as session:
        rows = Rows.of(session)
        assert days_in(rows, REGION, START, START + 9 * DAY) == 4
        assert days_in(rows, REGION, START - 9 * DAY, START) == 0
        assert days_in(rows, REGION, START + DAY - 1, START + 2 * DAY + 1) == 3
        assert days_in(rows, REGION, START + DAY, START + DAY) == 0
        assert days_in(rows, ELSEWHERE, START, START + 9 * DAY) == 1
    sound(world)


def test_of_a_long_range_the_first_days_are_counted_as_outside() -> None:
    first, last = day_range(0, 10**10)
    assert (first, last) == (0, MAX_RANGE_DAYS - 1)
    assert day_range(DAY, DAY) == (0, -1)


def test_days_that_stand_when_the_receipt_is_recorded_outside_make_it_less_late(
    world: World,
) -> None:
    order = despatched(world)
    world.wait(33 * DAY)
    promised = TODAY + 30
    stands(world, promised, 1, 1)
    receipt = world.receive(order, 100)
    assert receipt.fields["days_late"] == 2
    stands(world, promised + 1, 1, 1, number=2)  # between the clerk and the chain
    attest(world, receipt, 1)
    world.inspect(receipt.number, 100)
    world.invoice(order, 100, 1_150_000, 149_500)
    penalty = 1_150_000 * 50 // 10_000
    with pytest.raises(Disagrees, match="penalty_minor"):
        world.do(world.payment(world.last("match"), penalty_minor=2 * penalty))
    world.do(world.payment(world.last("match"), penalty_minor=penalty))
    sound(world)


def test_a_ruled_day_of_arrival_makes_nothing_later_than_it_was_reported(world: World) -> None:
    """A second earlier is no whole day less, and yet no longer touches the day that was excused."""
    world.wait(DAY // 2)
    order = despatched(world)
    world.wait(32 * DAY + DAY // 2 + 1)  # promised at noon; a second into the third day after
    stands(world, TODAY + 33)
    receipt = world.receive(order, 90)
    assert receipt.fields["days_late"] == 2
    attest(world, receipt, 2)
    ruled = RecordDeliveryRuling(
        order_id=1, delivery_id=1, ruling_ref=REF, ruling=None, arbiter=account("arbiter"), received=90, accepted=90,
        accepted_amount_minor=1_035_000, received_at=world.now - 1, days_late=2,
    )  # fmt: skip
    world.do(ruled)
    sound(world)
