"""Sales on the books: every entry from order to money, limits that hold, behaviour that moves them, bad debts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from erp.database import snapshot
from erp.kernel.amounts import DAY_SECONDS
from erp.kernel.errors import WrongStatus
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.needs.schemas import DropNeed
from erp.replay import differences
from erp.sales import queries, rules
from erp.sales.errors import (
    CustomerExists,
    MoreGoodThanReturned,
    NotDue,
    NothingToRefund,
    NotOfThisKind,
    ReceiptExists,
    SaleOutOfTime,
    TooManyReturned,
    UnknownCustomer,
    UnknownSalesOrder,
)
from erp.sales.rules import Behaviour, CustomerKind, SaleKind
from erp.sales.schemas import (
    CancelSalesOrder,
    DespatchSale,
    ProvideBadDebt,
    RefundCustomer,
    RegisterCustomer,
    ReleaseSalesOrder,
    SetCreditLimit,
)
from erp.standing.queries import net_of_rules
from erp.stock.errors import InsufficientStock
from tests.erp.sales import LIMIT, OVEN, SHOP, USER, WASH, Shop
from tests.erp.test_worked_case import booked
from tests.erp.world import DAY, World

GL = "GL"
GROUP = "GRP-2026-00001"
GROSS = 113_000


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    """A shop that is open; afterwards the log rebuilds the books, and every rule stands at zero."""
    opened = Shop(world)
    opened.open()
    yield opened
    with snapshot(world.engine) as session:
        assert differences(session) == []
        assert {name: net for name, net in net_of_rules(session).items() if net} == {}


def standing(world: World, code: str) -> int:
    with snapshot(world.engine) as session:
        return balance(Rows.of(session), SHOP, code)


def status(world: World, number: str) -> str:
    with snapshot(world.engine) as session:
        return queries.sale(Rows.of(session), number).status


def owed(world: World, number: str) -> int:
    with snapshot(world.engine) as session:
        return queries.owed(queries.sale(Rows.of(session), number))


# ---- the worked case ------------------------------------------------------------------------------


def test_goods_from_the_order_to_the_money(world: World, shop: Shop) -> None:
    ordered = shop.order(chain_group=GROUP)
    assert booked(ordered) == []
    assert ordered.fields["tax_minor"] == 13_000
    assert (ordered.fields["allowed_minor"], ordered.fields["score_bps"]) == (800_000, 8_000)
    sent = world.do(DespatchSale(sales_order=ordered.number))
    assert booked(sent) == [(SHOP, GL, {"1406": 60_000}, {"1405": 60_000})]
    delivered = shop.deliver(ordered.number)
    assert booked(delivered) == [
        (SHOP, GL, {"1122.01": GROSS}, {"6001": 100_000, "2221.01.06": 13_000}),
        (SHOP, GL, {"6401": 60_000}, {"1406": 60_000}),
    ]
    assert {entry["chain_group"] for entry in delivered.entries} == {GROUP}
    assert delivered.fields["due_at"] == world.now + 30 * DAY
    paid = shop.pay(ordered.number, GROSS)
    assert booked(paid) == [(SHOP, GL, {"1002": GROSS}, {"1122.01": GROSS})]
    assert status(world, ordered.number) == "PAID"


def test_a_service_needs_no_stock_and_earns_the_ecosystems_income(world: World, shop: Shop) -> None:
    of_wash = {"item": WASH, "kind": SaleKind.SERVICE, "quantity": 1, "net_minor": 10_000}
    ordered = shop.order(**of_wash, tax_bps=600)
    with pytest.raises(NotOfThisKind, match="only delivered"):
        world.do(DespatchSale(sales_order=ordered.number))
    delivered = shop.deliver(ordered.number, cost_minor=1_111)
    assert booked(delivered) == [
        (SHOP, GL, {"1122.01": 10_600}, {"6051.04": 10_000, "2221.01.06": 600}),
        (SHOP, GL, {"6401": 1_111}, {"5001": 1_111}),
    ]
    back = shop.take_back(ordered.number, 1, 0)
    assert booked(back) == [(SHOP, GL, {"6051.04": 10_000, "2221.01.06": 600}, {"1122.01": 10_600})]
    assert status(world, ordered.number) == "RETURNED"


def test_what_comes_back_is_the_mirror_of_its_share_and_good_units_are_stock_again(
    world: World, shop: Shop
) -> None:
    number = shop.delivered(quantity=3, net_minor=100_000)  # cost 180.00
    first = shop.take_back(number, 1, 1)
    assert booked(first) == [
        (SHOP, GL, {"6001": 33_333, "2221.01.06": 4_333}, {"1122.01": 37_666}),
        (SHOP, GL, {"1405": 6_000}, {"6401": 6_000}),
    ]
    with pytest.raises(TooManyReturned, match="has 2 units"):
        shop.take_back(number, 3, 0)
    with pytest.raises(MoreGoodThanReturned):
        shop.take_back(number, 1, 2)
    shop.pay(number, GROSS - 37_666)
    scratched = shop.take_back(number, 2, 0)
    assert booked(scratched) == [
        (SHOP, GL, {"6001": 66_667, "2221.01.06": 8_667}, {"1122.01": 75_334})
    ]
    assert status(world, number) == "RETURNED"
    with pytest.raises(NothingToRefund, match="75334 was paid above"):
        world.do(RefundCustomer(sales_order=number, amount_minor=75_335))
    refunded = world.do(RefundCustomer(sales_order=number, amount_minor=75_334))
    assert booked(refunded) == [(SHOP, GL, {"1122.01": 75_334}, {"1002": 75_334})]
    assert owed(world, number) == standing(world, "1122.01") == 0
    assert standing(world, "6001") == standing(world, "2221.01.06") == 0
    assert standing(world, "6401") == 12_000, "two scratched ovens are lost"


def test_a_return_of_what_is_still_owed_settles_the_rest(world: World, shop: Shop) -> None:
    number = shop.delivered()
    shop.pay(number, GROSS // 2)
    shop.take_back(number, 5, 5)
    assert (status(world, number), owed(world, number)) == ("PAID", 0)


# ---- limits -------------------------------------------------------------------------------------


def test_an_order_above_limit_times_score_waits_for_finance(world: World, shop: Shop) -> None:
    first = shop.order(net_minor=600_000)  # 6,780.00 of 8,000.00
    assert first.fields["within_limit"]
    held = shop.order(net_minor=108_000)  # 1,220.40 more: 0.40 too much
    assert (held.fields["owing_minor"], held.fields["within_limit"]) == (678_000, False)
    hold = world.last("sales_hold")
    assert hold.caused_by == held.sequence
    assert status(world, held.number) == "HELD"
    with pytest.raises(WrongStatus):
        world.do(DespatchSale(sales_order=held.number))
    fits = shop.order(quantity=1, net_minor=107_964)  # 1,220.00 to the fen: held ones do not count
    assert fits.fields["within_limit"]
    world.do(ReleaseSalesOrder(sales_order=held.number, reason="their bank vouches"))
    world.do(DespatchSale(sales_order=held.number))
    assert status(world, held.number) == "DESPATCHED"
    with pytest.raises(WrongStatus):
        world.do(ReleaseSalesOrder(sales_order=held.number, reason="twice"))


def test_a_cancelled_order_frees_the_limit_and_a_sent_one_cannot_be_cancelled(
    world: World, shop: Shop
) -> None:
    first = shop.order(net_minor=700_000)
    world.do(CancelSalesOrder(sales_order=first.number, reason="changed their mind"))
    again = shop.order(net_minor=700_000)
    assert again.fields["within_limit"]
    world.do(DespatchSale(sales_order=again.number))
    with pytest.raises(WrongStatus):
        world.do(CancelSalesOrder(sales_order=again.number, reason="too late"))


def test_who_has_no_limit_buys_nothing_without_finance(world: World, shop: Shop) -> None:
    world.do(RegisterCustomer(code="C-2", kind=CustomerKind.FIRM))
    assert not shop.order(customer="C-2", net_minor=1, tax_bps=0).fields["within_limit"]


def test_paying_late_lowers_the_limit_and_paying_in_time_raises_it(
    world: World, shop: Shop
) -> None:
    shop.customer("C-2")
    good, bad = shop.delivered(), shop.delivered(customer="C-2")
    world.wait(30 * DAY)
    in_time = shop.pay(good, GROSS)
    world.wait(40 * DAY)
    late = shop.pay(bad, GROSS)
    assert (in_time.fields["days_late"], late.fields["days_late"]) == (0, 40)
    # (1,000,000 × 8,000 + 113,000 × 10,000) ÷ 1,113,000, and the same with 2,000
    assert (in_time.fields["score_bps"], late.fields["score_bps"]) == (8_203, 7_390)
    assert shop.order(net_minor=1).fields["allowed_minor"] == 820_300
    assert shop.order(net_minor=1, customer="C-2").fields["allowed_minor"] == 739_000


def test_who_never_pays_is_held_though_no_receipt_ever_says_so(world: World, shop: Shop) -> None:
    shop.delivered(net_minor=600_000, payment_seconds=0)
    world.wait(100 * DAY)
    asked = shop.order(quantity=1, net_minor=1_000)
    # (1,000,000 × 8,000 + 678,000 × 0) ÷ 1,678,000: of 4,767.00 he owes 6,780.00
    assert asked.fields["score_bps"] == 4_767
    assert (asked.fields["allowed_minor"], asked.fields["owing_minor"]) == (476_700, 678_000)
    assert not asked.fields["within_limit"]


def test_a_new_limit_counts_from_then_on(world: World, shop: Shop) -> None:
    changed = world.do(SetCreditLimit(customer=USER, limit_minor=0))
    assert changed.fields["former_minor"] == LIMIT
    assert not shop.order().fields["within_limit"]


# ---- refusals -----------------------------------------------------------------------------------


def test_more_than_is_there_does_not_leave(world: World, shop: Shop) -> None:
    ordered = shop.order(quantity=101, net_minor=1_000)
    with pytest.raises(InsufficientStock):
        world.do(DespatchSale(sales_order=ordered.number))
    assert standing(world, "1406") == 0


def test_no_money_above_what_is_owed_and_none_twice(world: World, shop: Shop) -> None:
    number = shop.delivered()
    with pytest.raises(NotDue, match="113000 is owed"):
        shop.pay(number, GROSS + 1)
    shop.pay(number, 1, bank_ref="once")
    with pytest.raises(ReceiptExists):
        shop.pay(number, 1, bank_ref="once")
    with pytest.raises(SaleOutOfTime):
        shop.pay(number, 1, received_at=world.now + 1)
    with pytest.raises(SaleOutOfTime):
        shop.pay(number, 1, received_at=world.now - 1)
    shop.pay(number, GROSS - 1)
    with pytest.raises(WrongStatus):
        shop.pay(number, 1)


def test_nothing_is_delivered_before_it_left_or_in_the_future(world: World, shop: Shop) -> None:
    ordered = shop.order()
    with pytest.raises(WrongStatus):
        shop.deliver(ordered.number)
    world.do(DespatchSale(sales_order=ordered.number))
    with pytest.raises(SaleOutOfTime):
        shop.deliver(ordered.number, delivered_at=world.now - 1)
    with pytest.raises(NotOfThisKind, match="stood at in stock"):
        shop.deliver(ordered.number, cost_minor=1)
    with pytest.raises(WrongStatus):
        shop.take_back(ordered.number, 1, 1)


def test_unknown_ones_and_twins_are_told_apart(world: World, shop: Shop) -> None:
    with pytest.raises(UnknownCustomer):
        shop.order(customer="nobody")
    with pytest.raises(UnknownSalesOrder):
        world.do(DespatchSale(sales_order="SO-2026-00099"))
    with pytest.raises(CustomerExists):
        world.do(RegisterCustomer(code=USER, kind=CustomerKind.PERSON))
    with pytest.raises(ValidationError, match="digest and its length"):
        RegisterCustomer(code="C-9", kind=CustomerKind.PERSON, text_bytes=7)


# ---- bad debts ------------------------------------------------------------------------------------


def test_the_provision_follows_age_and_behaviour_and_goes_back_when_the_money_comes(
    world: World, shop: Shop
) -> None:
    number = shop.delivered(chain_group=GROUP)
    fresh = world.do(ProvideBadDebt(entity=SHOP))
    # not due, score 8,000: 1,000 × 2,000 ÷ 10,000 = 200 bps of 1,130.00
    assert booked(fresh) == [(SHOP, GL, {"6702": 2_260}, {"1231": 2_260})]
    assert {entry["chain_group"] for entry in fresh.entries} == {GROUP}
    assert booked(world.do(ProvideBadDebt(entity=SHOP))) == [], "told again it changes nothing"
    world.wait(90 * DAY)  # 60 days late: score (8,000,000,000 + 0) ÷ 1,113,000 = 7,187
    aged = world.do(ProvideBadDebt(entity=SHOP))
    # 5,000 × 2,813 ÷ 10,000 = 1,406 bps of 1,130.00 = 158.878, up
    assert aged.fields["provision_minor"] == 15_888
    assert booked(aged) == [(SHOP, GL, {"6702": 13_628}, {"1231": 13_628})]
    assert aged.fields["lines"] == [
        {"customer": USER, "chain_group": GROUP, "score_bps": 7_187, "owed_minor": GROSS,
         "provision_minor": 15_888}
    ]  # fmt: skip
    shop.pay(number, GROSS)
    back = world.do(ProvideBadDebt(entity=SHOP))
    assert booked(back) == [(SHOP, GL, {"1231": 15_888}, {"6702": 15_888})]


def test_what_is_older_than_a_year_is_lost_whatever_the_score(world: World, shop: Shop) -> None:
    shop.delivered(payment_seconds=0)
    world.wait(365 * DAY)
    almost = world.do(ProvideBadDebt(entity=SHOP)).fields["provision_minor"]
    world.wait(1)
    assert world.do(ProvideBadDebt(entity=SHOP)).fields["provision_minor"] == GROSS > almost


@pytest.mark.parametrize(
    ("days", "place"), [(0, 0), (1, 1), (30, 1), (31, 2), (90, 2), (91, 3), (365, 3), (366, 4)]
)
def test_an_ageing_list_has_its_edges_where_it_says(days: int, place: int) -> None:
    assert rules.bucket(1_000 + days * DAY_SECONDS, 1_000) == place


def test_no_score_leaves_zero_to_ten_thousand() -> None:
    for outcome in (0, 10_000):
        seen = Behaviour(0, 0)
        for _ in range(100):
            seen = seen.with_outcome(10**15, outcome)
            assert 0 <= seen.score_bps <= 10_000
    assert rules.payment_outcome(0) == 10_000
    assert rules.payment_outcome(50) == rules.payment_outcome(5_000) == 0


# ---- signals --------------------------------------------------------------------------------------


def test_a_week_above_one_and_a_half_times_the_mean_before_is_a_signal(
    world: World, shop: Shop
) -> None:
    shop.customer("C-2", 10**9)
    began = world.now
    for week in range(4):
        world.now = began + week * 7 * DAY
        shop.order(customer="C-2", quantity=10, net_minor=1_000)
    world.now = began + 28 * DAY
    shop.order(customer="C-2", quantity=15, net_minor=1_000)
    at = began + 28 * DAY + 1
    with snapshot(world.engine) as session:
        assert queries.sales_signals(session, at) == [], "15 is 1.5 times ten, not more"
    one_more = shop.order(customer="C-2", quantity=1, net_minor=1_000)
    with snapshot(world.engine) as session:
        (found,) = queries.sales_signals(session, at)
        assert (found.entity, found.item, found.week, found.weeks_before) == (SHOP, OVEN, 16, 40)
        assert queries.sales_signals(session, at, "supplier") == []
        assert queries.sales_signals(session, at + 28 * DAY) == []
    world.do(CancelSalesOrder(sales_order=one_more.number, reason="a slip"))
    with snapshot(world.engine) as session:
        assert queries.sales_signals(session, at) == []


def test_a_signal_raises_one_need_and_no_second_while_it_stands(world: World, shop: Shop) -> None:
    shop.customer("C-2", 10**9)
    shop.order(customer="C-2", quantity=4, net_minor=1_000)
    world.wait(8 * DAY)
    quiet = shop.order(customer="C-2", quantity=1, net_minor=1_000)
    assert [d.type for d in world.log() if d.caused_by == quiet.sequence] == []
    loud = shop.order(customer="C-2", quantity=1, net_minor=1_000)  # two of a mean of one
    need = world.last("need")
    assert (need.caused_by, need.fields["source"]) == (loud.sequence, "sales_signal")
    assert (need.fields["item"], need.fields["about"]) == (OVEN, loud.number)
    shop.order(customer="C-2", quantity=9, net_minor=1_000)
    assert world.last("need").number == need.number
    world.do(DropNeed(need=need.number, reason="a wedding"))
    shop.order(customer="C-2", quantity=1, net_minor=1_000)
    assert world.last("need").number != need.number


def test_the_first_week_of_an_item_is_no_signal() -> None:
    assert not rules.is_signal(1_000, 0)
