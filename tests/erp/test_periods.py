"""D8: months are closed in order, once over; the newest closed one can be reopened; nothing falls into an older hole."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from erp.database import snapshot
from erp.ledger.closing import CHECKS, CheckName
from erp.ledger.errors import (
    NothingToWaive,
    PeriodAlreadyClosed,
    PeriodClosed,
    PeriodNotNewest,
    PeriodNotOver,
    PeriodNotReady,
    PeriodOutOfOrder,
)
from erp.ledger.schemas import ClosePeriod, ReopenPeriod
from erp.parties.errors import UnknownParty
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital, RecordTokenRedemption, RecordTokenTransfer
from erp.replay import differences
from tests.erp.test_refusals import refused
from tests.erp.world import REF, World, account, closing

BEIJING = ZoneInfo("Asia/Shanghai")


def at(year: int, month: int, day: int) -> int:
    """Unix seconds of the beginning of a day in Beijing."""
    return int(datetime(year, month, day, tzinfo=BEIJING).timestamp())


def close(world: World, *months: str) -> None:
    """These months are closed, on the second day of May."""
    world.now = at(2026, 5, 2)
    for month in months:
        world.do(closing(month))


def capital(world: World, year: int, month: int, day: int, origin: str | None = None) -> str:
    """Money comes in on that day, by a clerk or, with an origin, by an event; the month it is booked in."""
    world.now = at(year, month, day)
    if origin is None:
        made = world.do(ContributeCapital(entity="buyer", amount_minor=1))
    else:
        issue = RecordTokenRedemption(account=account("buyer"), amount_minor=1, bank_ref=REF)
        made = world.do(issue, origin=origin)
    query = text(
        "SELECT period FROM journal_entry WHERE document_sequence = :sequence AND entity = 'buyer'"
    )
    with world.engine.connect() as connection:
        return str(connection.execute(query, {"sequence": made.sequence}).scalar_one())


@pytest.mark.parametrize(
    "period", ["0000-01", "0999-12", "2026-00", "2026-13", "2026-1", "26-01", "2026-01\n", "x"]
)
def test_d8_a_month_that_is_none_cannot_be_named(period: str) -> None:
    with pytest.raises(ValidationError):
        closing(period)
    with pytest.raises(ValidationError):
        ReopenPeriod(entity="buyer", period=period, reason="late invoice")


def test_d8_months_are_closed_in_order_from_the_first_of_the_books(world: World) -> None:
    capital(world, 2026, 3, 5)
    world.now = at(2026, 5, 2)
    for period in ("2025-12", "1970-01", "2026-02", "2026-04"):
        with refused(world, PeriodOutOfOrder, period=period, next="2026-01"):
            world.do(closing(period))
    close(world, "2026-01")
    with refused(world, PeriodOutOfOrder, period="2026-03", next="2026-02"):
        world.do(closing("2026-03"))
    close(world, "2026-02", "2026-03")
    for period in ("2026-01", "2026-03", "2025-12"):
        with refused(world, PeriodAlreadyClosed, key=f"{period} of buyer"):
            world.do(closing(period))


def test_d8_no_month_is_closed_before_it_is_over(world: World) -> None:
    for now in (at(2026, 1, 1), at(2026, 2, 1) - 1):
        world.now = now
        for period in ("2026-01", "2026-02", "9999-12"):
            with refused(world, PeriodNotOver, period=period, current="2026-01"):
                world.do(closing(period))
    world.now = at(2026, 2, 1)
    world.do(closing("2026-01"))


def test_d8_the_books_of_an_entity_begin_when_it_is_registered(world: World) -> None:
    world.now = at(2026, 4, 30)
    world.do(
        RegisterParty(code="late", name="Late", kind=PartyKind.INTERNAL, account=account("late"))
    )
    world.now = at(2026, 5, 2)
    with refused(world, PeriodOutOfOrder, next="2026-04"):
        world.do(ClosePeriod(entity="late", period="2026-01"))
    made = world.do(ClosePeriod(entity="late", period="2026-04"))
    assert made.fields["waived"] == []
    assert {check["balance_minor"] for check in made.fields["checks"]} == {0}


def test_d8_each_entity_closes_its_own_months(world: World) -> None:
    close(world, "2026-01", "2026-02")
    world.do(closing("2026-01", "treasury"))
    with refused(world, PeriodOutOfOrder, next="2026-02"):
        world.do(closing("2026-03", "treasury"))
    world.now = at(2026, 2, 10)
    with refused(world, PeriodClosed, entity="buyer", period="2026-02"):
        world.do(ContributeCapital(entity="buyer", amount_minor=1))
    assert world.do(ContributeCapital(entity="treasury", amount_minor=1)).number
    world.now = at(2026, 5, 2)
    with refused(world, UnknownParty, key="nobody"):
        world.do(closing("2026-01", "nobody"))


def suspense(world: World, amount: int) -> None:
    """Tokens go from the buyer to the supplier without a reason that the books know."""
    world.do(
        RecordTokenTransfer(
            sender=account("buyer"), receiver=account("supplier"), amount_minor=amount
        )
    )


def test_d8_a_month_is_not_closed_while_a_point_of_the_check_list_is_open(world: World) -> None:
    suspense(world, 700)
    world.now = at(2026, 5, 2)
    told = "suspense_sent (700)"
    with refused(world, PeriodNotReady, entity="buyer", period="2026-01", checks=told):
        world.do(ClosePeriod(entity="buyer", period="2026-01"))
    with refused(world, NothingToWaive, check="goods_received"):
        points = (CheckName.SUSPENSE_SENT, CheckName.GOODS_RECEIVED)
        world.do(
            ClosePeriod(entity="buyer", period="2026-01", waived=points, reason="asked the bank")
        )


def test_d8_the_close_keeps_the_check_list_with_what_was_waived_and_why(world: World) -> None:
    suspense(world, 700)
    world.now = at(2026, 2, 2)
    suspense(world, 50)  # of the next month: no business of January's list
    made = world.do(
        ClosePeriod(
            entity="buyer",
            period="2026-01",
            waived=(CheckName.SUSPENSE_SENT,),
            reason="the bank was asked",
        )
    )
    assert made.fields["waived"] == ["suspense_sent"]
    assert made.fields["reason"] == "the bank was asked"
    found = {
        check["name"]: (check["balance_minor"], check["open"]) for check in made.fields["checks"]
    }
    assert found.keys() == {name.value for name in CHECKS}
    assert found["suspense_sent"] == (700, True)
    assert found["suspense_received"] == found["unbilled"] == (0, False)


@pytest.mark.parametrize(
    ("waived", "reason"),
    [
        (("opening",), None),
        ((), "just so"),
        (("opening", "opening"), "twice"),
        (("weather",), "rain"),
    ],
)
def test_d8_points_are_waived_once_and_with_a_reason(
    waived: tuple[str, ...], reason: str | None
) -> None:
    with pytest.raises(ValidationError):
        ClosePeriod.model_validate(
            {"entity": "buyer", "period": "2026-01", "waived": waived, "reason": reason}
        )


def test_d8_an_event_before_the_first_document_begins_the_books(world: World) -> None:
    assert capital(world, 2025, 11, 20, origin="event-1") == "2025-11"
    world.now = at(2026, 5, 2)
    with refused(world, PeriodOutOfOrder, next="2025-11"):
        world.do(closing("2026-01"))
    close(world, "2025-11", "2025-12", "2026-01")


def test_d8_what_is_carried_goes_after_the_newest_closed_month_and_into_no_older_hole(
    world: World,
) -> None:
    close(world, "2026-01", "2026-02", "2026-03")
    for index, date in enumerate(((2025, 6, 1), (2026, 1, 31), (2026, 3, 31))):
        assert capital(world, *date, origin=f"event-{index}") == "2026-04"
        with refused(world, PeriodClosed):
            capital(world, *date)
    assert capital(world, 2026, 4, 30, origin="event-9") == "2026-04"
    assert capital(world, 2026, 5, 1) == "2026-05"
    with snapshot(world.engine) as session:
        assert differences(session) == []


def test_d8_the_newest_closed_month_is_reopened_with_a_reason_and_closed_again(
    world: World,
) -> None:
    close(world, "2026-01", "2026-02")
    with refused(world, PeriodNotNewest, period="2026-01", newest="2026-02"):
        world.do(ReopenPeriod(entity="buyer", period="2026-01", reason="late invoice"))
    reopening = world.do(ReopenPeriod(entity="buyer", period="2026-02", reason="late invoice"))
    assert reopening.type == "period_reopening"
    assert reopening.fields["reason"] == "late invoice"
    assert reopening.fields["closed_by"] == "CLP-2026-00002"
    assert reopening.entries == []
    assert capital(world, 2026, 2, 10) == "2026-02"
    world.now = at(2026, 5, 2)
    with refused(world, PeriodOutOfOrder, next="2026-02"):
        world.do(closing("2026-03"))
    with refused(world, PeriodNotNewest, newest="2026-01"):
        world.do(ReopenPeriod(entity="buyer", period="2026-02", reason="late invoice"))
    close(world, "2026-02", "2026-03")
    for period in ("2026-03", "2026-02", "2026-01"):
        world.do(ReopenPeriod(entity="buyer", period=period, reason="all wrong"))
    with refused(world, PeriodNotNewest, newest="none"):
        world.do(ReopenPeriod(entity="buyer", period="2026-01", reason="again"))
    with snapshot(world.engine) as session:
        assert differences(session) == []


def test_d8_reopening_asks_for_a_reason() -> None:
    with pytest.raises(ValidationError):
        ReopenPeriod(entity="buyer", period="2026-01", reason=" ")
