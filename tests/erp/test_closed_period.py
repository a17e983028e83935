"""A month is closed while an event of it is still on its way: it is booked in the next open month, and says when it was."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from erp.database import snapshot, transaction
from erp.kernel.calendar import month_after, month_of
from erp.kernel.log.model import Document
from erp.ledger import posting
from erp.ledger.errors import PeriodClosed
from erp.parties.schemas import ReinstateParty, SuspendParty
from erp.parties.tables import Party
from erp.payments.schemas import ContributeCapital
from erp.replay import differences
from tests.erp.books import check_books
from tests.erp.walk.checks import check_walk
from tests.erp.world import REF, World, account, closing

BEIJING = ZoneInfo("Asia/Shanghai")
ORIGIN = "31337:0x" + "ab" * 32 + ":0"
IN_CIRCULATION = 5_000_000 + 100_000 + 100_000


def at(year: int, month: int, day: int) -> int:
    """Unix seconds of the beginning of a day in Beijing."""
    return int(datetime(year, month, day, tzinfo=BEIJING).timestamp())


def matched(world: World) -> Document:
    """An order of January, received, inspected and invoiced on the last day."""
    order = world.funded()
    world.despatch(100)
    world.now = at(2026, 1, 31)
    receipt = world.receive(order, 100)
    world.inspect(receipt.number, 100)
    world.invoice(order, 100, 1_150_000, 149_500)
    return world.last("match")


def close(world: World, *months: str) -> None:
    """Buyer and supplier close these months, on the second day of April."""
    world.now = at(2026, 4, 2)
    for month in months:
        for entity in ("buyer", "supplier"):
            world.do(closing(month, entity))


def periods(world: World, number: str) -> list[str]:
    """Where the entries of a document are booked."""
    with world.engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT DISTINCT e.period FROM journal_entry e JOIN document_log d "
                "ON d.sequence = e.document_sequence WHERE d.number = :n"
            ),
            {"n": number},
        )
        return [period for (period,) in found]


@pytest.mark.parametrize(
    ("closed", "booked"),
    [
        ([], "2026-01"),
        (["2026-01"], "2026-02"),
        (["2026-01", "2026-02"], "2026-03"),
        (["2026-01", "2026-02", "2026-03"], "2026-04"),
    ],
)
def test_a_payment_of_a_closed_month_is_booked_in_the_next_open_one(
    world: World, closed: list[str], booked: str
) -> None:
    match = matched(world)
    close(world, *closed)
    world.now = at(2026, 1, 31)  # the block of the payment
    payment = world.do(world.payment(match), origin=ORIGIN)
    assert payment.at == at(2026, 1, 31)
    assert periods(world, payment.number) == [booked]
    with transaction(world.engine) as session:
        check_books(session, IN_CIRCULATION)
    with snapshot(world.engine) as session:
        assert differences(session) == []


def test_a_clerk_posts_nothing_into_a_closed_month(world: World) -> None:
    matched(world)
    close(world, "2026-01")
    world.now = at(2026, 1, 31)
    before = len(world.log())
    with pytest.raises(PeriodClosed):
        world.do(ContributeCapital(entity="buyer", amount_minor=1))
    assert len(world.log()) == before


def test_an_event_that_was_carried_and_is_told_again_is_one_document(world: World) -> None:
    match = matched(world)
    close(world, "2026-01")
    world.now = at(2026, 1, 31)
    first = world.do(world.payment(match), origin=ORIGIN)
    again = world.do(world.payment(match), origin=ORIGIN)
    assert first.number == again.number
    assert [d.number for d in world.log() if d.type == "payment"] == [first.number]


def test_the_walk_sees_an_entry_in_a_month_that_was_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault of invariant I16: no walk is long enough to meet it for certain."""
    match = matched(world)
    close(world, "2026-01")

    def closed_or_not(_rows: object, owner: Party, moment: int, _carry: object) -> str:
        return month_of(moment, owner.time_zone)

    monkeypatch.setattr(posting, "_open_period", closed_or_not)
    world.now = at(2026, 1, 31)
    world.do(world.payment(match), origin=ORIGIN)
    with transaction(world.engine) as session, pytest.raises(AssertionError, match="I16"):
        check_walk(session)


def test_what_follows_from_an_event_is_carried_with_it(world: World) -> None:
    """A buyer comes back in a month that was closed meanwhile: its held reorder becomes a requisition all the same."""
    world.do(SuspendParty(account=account("buyer"), reason_ref=REF))
    world.do(world.policy(reorder_point=5))
    assert world.last("reorder_hold").fields["item"] == "bolt"
    close(world, "2026-01")
    world.now = at(2026, 1, 31)
    world.do(ReinstateParty(account=account("buyer")), origin=ORIGIN)
    requisition = world.last("requisition")
    assert requisition.at == at(2026, 1, 31)
    assert periods(world, requisition.number) == ["2026-02"]
    with snapshot(world.engine) as session:
        assert differences(session) == []


def test_the_year_ends_with_december() -> None:
    assert month_after("2026-12") == "2027-01"
    assert month_after("2026-09") == "2026-10"
    assert month_after("2026-11") == "2026-12"
