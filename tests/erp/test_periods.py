"""D8: months are closed in order, once over; the newest closed one can be reopened; nothing falls into an older hole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, text

from erp.database import snapshot
from erp.ledger.errors import (
    PeriodAlreadyClosed,
    PeriodClosed,
    PeriodNotNewest,
    PeriodNotOver,
    PeriodOutOfOrder,
)
from erp.ledger.schemas import ClosePeriod, ReopenPeriod
from erp.payments.schemas import ContributeCapital, RecordTokenIssue
from erp.replay import differences
from tests.erp.test_refusals import refused
from tests.erp.world import REF, World, account


def at(*date: int) -> int:
    """Unix seconds of a day, UTC."""
    return int(datetime(*date, tzinfo=UTC).timestamp())  # type: ignore[arg-type]


def close(world: World, *months: str) -> None:
    """These months are closed, on the second day of May."""
    world.now = at(2026, 5, 2)
    for month in months:
        world.do(closing(month))


def capital(world: World, *date: int, origin: str | None = None) -> str:
    """Money comes in on that day, by a clerk or, with an origin, by an event; the month it is booked in."""
    world.now = at(*date)
    if origin is None:
        made = world.do(ContributeCapital(entity="buyer", amount_minor=1))
    else:
        issue = RecordTokenIssue(account=account("buyer"), amount_minor=1, bank_ref=REF)
        made = world.do(issue, origin=origin)
    query = text("SELECT period FROM journal_entry WHERE document_sequence = :sequence")
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
        with refused(world, PeriodAlreadyClosed, key=period):
            world.do(closing(period))


def test_d8_no_month_is_closed_before_it_is_over(world: World) -> None:
    for now in (at(2026, 1, 1), at(2026, 2, 1) - 1):
        world.now = now
        for period in ("2026-01", "2026-02", "9999-12"):
            with refused(world, PeriodNotOver, period=period, current="2026-01"):
                world.do(closing(period))
    world.now = at(2026, 2, 1)
    world.do(closing("2026-01"))


def test_d8_books_without_any_document_have_no_month_to_close(engine: Engine) -> None:
    world = World(engine)
    with refused(world, PeriodOutOfOrder, next="2026-01"):
        world.do(closing("2025-12"))


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
