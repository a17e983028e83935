"""D1: an amount is at most 10^15 - 1 at the door, and however many are posted, the books can be added up and go on."""

from __future__ import annotations

import typing
from dataclasses import replace

import pytest
from pydantic import TypeAdapter, ValidationError

from erp.database import snapshot, transaction
from erp.kernel.entry import Entry, Ledger, Line
from erp.kernel.errors import AmountTooLarge
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_AMOUNT, MAX_BALANCE
from erp.kernel.unit import Unit
from erp.ledger import queries
from erp.ledger.chart import BANK, CAPITAL
from erp.ledger.posting import post
from erp.ledger.rules import mirrored
from erp.ledger.turnover.model import Dimension
from erp.ledger.turnover.queries import LineSums, trial_balance
from erp.payments.schemas import ContributeCapital
from erp.procurement.schemas import MAX_BID, RaiseRequisition
from erp.replay import differences
from erp.rooms import COMMANDS
from erp.stock.schemas import OpenStock
from tests.erp.books import check_cache, check_journal, order_balance
from tests.erp.world import START, World

AMOUNTS = ("_minor", "quantity", "accepted", "rejected")
TIMES = 10_000  # more than 2^63 / MAX_AMOUNT


def capital(times: int) -> Entry:
    """The largest contribution there is, so many times."""
    pair = (Line(BANK, MAX_AMOUNT, 0), Line(CAPITAL, 0, MAX_AMOUNT))
    return Entry("buyer", Ledger.GENERAL, pair * times)


def put(world: World, *entries: Entry) -> None:
    """Posts entries behind a document that is there already."""
    with transaction(world.engine) as session:
        unit = Unit(session)
        post(unit, 1, START, list(entries), carry=False)
        unit.release()


def test_d1_an_amount_at_the_door_is_at_most_ten_to_the_fifteenth_less_one(world: World) -> None:
    assert MAX_AMOUNT == 10**15 - 1
    world.do(ContributeCapital(entity="buyer", amount_minor=MAX_AMOUNT))
    world.do(OpenStock(entity="buyer", item="bolt", quantity=MAX_AMOUNT, value_minor=MAX_AMOUNT))
    for over in (MAX_AMOUNT + 1, 2**60, 2**63 - 1):
        with pytest.raises(ValidationError, match="less than or equal to 999999999999999"):
            ContributeCapital(entity="buyer", amount_minor=over)
        with pytest.raises(ValidationError):
            OpenStock(entity="buyer", item="bolt", quantity=over, value_minor=1)
        with pytest.raises(ValidationError):
            world.policy(estimate_minor=over)


# What others may say outside and nobody posts: the terms of a purchase, and what a bid asks.
UNPOSTED = {
    ("RecordQuotation", "amount_minor"),
    ("RecordAuctionBid", "amount_minor"),
    *(
        (name, field)
        for name in ("RecordTender", "RecordAuction")
        for field in ("quantity", "ceiling_minor", "bond_minor", "day_value_minor")
    ),
}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_d1_no_command_takes_a_whole_number_without_that_bound(name: str) -> None:
    for field, hint in typing.get_type_hints(COMMANDS[name], include_extras=True).items():
        options = [hint, *typing.get_args(hint)] if type(None) in typing.get_args(hint) else [hint]
        for option in options:
            if _whole(option) and (name, field) not in UNPOSTED:
                with pytest.raises(ValidationError):
                    TypeAdapter(option).validate_python(2**53)
        if field.endswith(AMOUNTS) and (name, field) not in UNPOSTED:
            with pytest.raises(ValidationError):
                TypeAdapter(hint).validate_python(MAX_AMOUNT + 1)


def _whole(hint: object) -> bool:
    return hint is int or (typing.get_origin(hint) is typing.Annotated and hint.__origin__ is int)  # type: ignore[attr-defined]


def test_d1_the_largest_amounts_add_up_however_many_are_posted(world: World) -> None:
    """The turnover is far beyond 64 bits while the balance is small."""
    put(world, capital(TIMES), mirrored(capital(TIMES)), capital(1))
    with snapshot(world.engine) as session:
        for by in (None, *Dimension):
            rows = trial_balance(session, by=by)
            assert rows == LineSums(session).trial_balance(by)
            bank = [row for row in rows if row.account == BANK and row.key in ("", "P1", "buyer")]
            before = 5_000_000  # paid in, and out for tokens
            issued = 0 if by in ("entity", "node") else 5_200_000  # paid to the treasury
            assert [(row.debit_minor, row.credit_minor) for row in bank] == [
                ((TIMES + 1) * MAX_AMOUNT + before + issued, TIMES * MAX_AMOUNT + before)
            ]
        assert queries.balance(Rows.of(session), "buyer", BANK) == MAX_AMOUNT
        check_journal(session)
        check_cache(session)


def test_d1_an_account_is_refused_by_its_balance_and_lives_on(world: World) -> None:
    full = MAX_BALANCE // MAX_AMOUNT
    put(world, capital(full))
    with pytest.raises(AmountTooLarge) as refusal:
        world.do(ContributeCapital(entity="buyer", amount_minor=MAX_AMOUNT))
    assert refusal.value.maximum == MAX_BALANCE
    put(world, mirrored(capital(full)))
    for _ in range(3):
        world.do(ContributeCapital(entity="buyer", amount_minor=MAX_AMOUNT))


def test_d1_lines_of_one_order_add_up_however_large(world: World) -> None:
    order = "PO-2026-00001"
    named = replace(
        capital(TIMES), lines=tuple(replace(line, order=order) for line in capital(TIMES).lines)
    )
    put(world, named, mirrored(capital(TIMES)))
    with snapshot(world.engine) as session:
        assert order_balance(session, order, BANK) == TIMES * MAX_AMOUNT
        assert order_balance(session, order, CAPITAL) == -TIMES * MAX_AMOUNT


def test_d1_no_requisition_is_raised_whose_order_could_not_be_booked(world: World) -> None:
    """Tax and tolerance make the deposit of an order larger than its price."""
    with pytest.raises(AmountTooLarge, match="deposit"):
        world.do(world.policy(estimate_minor=MAX_AMOUNT))
    with pytest.raises(AmountTooLarge, match="deposit"):
        world.do(RaiseRequisition(item="bolt", estimate_minor=MAX_AMOUNT))


def test_d1_an_absurd_bid_of_a_rival_stops_no_tender(world: World) -> None:
    """The shared rules take any price up to 2^60: such a bid is recorded, and loses."""
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    for index, name in enumerate(("supplier", "rival"), start=1):
        world.do(world.bid(supplier=name, index=index))
    world.do(world.quotation(MAX_BID, supplier="rival"))
    world.do(world.quotation())
    world.do(world.award(bids=2))
    assert world.do(world.order()).type == "purchase_order"


def test_d1_stock_of_many_largest_openings_is_replayed(world: World) -> None:
    for _ in range(3):
        world.do(
            OpenStock(entity="buyer", item="bolt", quantity=MAX_AMOUNT, value_minor=MAX_AMOUNT)
        )
    with snapshot(world.engine) as session:
        assert differences(session) == []
