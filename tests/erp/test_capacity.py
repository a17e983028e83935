"""Machine-minutes on the books: every entry of their life, what is refused, and that the log rebuilds it all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from erp.capacity.errors import (
    NotHeld,
    RedemptionExists,
    TransferExplained,
    TwoReasons,
    UnknownCapacityTransfer,
    UnknownRedemption,
    UnknownSale,
    UnknownSlot,
    UnknownToken,
)
from erp.capacity.rules import (
    MAX_REFUNDS_NAMED,
    Change,
    RunResult,
    TokenTerms,
    batches,
    change_of_cost,
    days_touched,
    in_batch,
    outcome_bps,
    run_result,
    spread,
    terms_of,
    token_id_of,
)
from erp.capacity.schemas import (
    ExplainCapacityTransfer,
    RecordCapacityOutcome,
    RecordCapacitySaleClose,
    RecordDeviceAttester,
    RecordRunDispute,
    RecordRunDisputeLapse,
    RecordRunDisputeWithdrawal,
    RecordRunRuling,
)
from erp.database import snapshot, transaction
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.payments.errors import AlreadyExplained
from erp.payments.schemas import RecordTokenTransfer
from erp.replay import differences
from erp.standing.queries import net_of_rules
from tests.erp.books import check_counterparties
from tests.erp.capacity import PLANT, PRICE, Market, token
from tests.erp.test_worked_case import booked
from tests.erp.world import DAY, REF, World, account

GL = "GL"


@pytest.fixture
def market(world: World) -> Iterator[Market]:
    """A market with a sale of 300 minutes; afterwards the log rebuilds the books, and every rule stands at zero."""
    made = Market(world)
    made.open()
    yield made
    with snapshot(world.engine) as session:
        assert differences(session) == []
        check_counterparties(session)
        assert {name: net for name, net in net_of_rules(session).items() if net} == {}


def standing(world: World, entity: str, code: str) -> int:
    with transaction(world.engine) as session:
        return balance(Rows.of(session), entity, code)


# ---- sold, run, settled --------------------------------------------------------------------------


def test_the_price_of_minutes_waits_in_the_market_for_the_plant(
    world: World, market: Market
) -> None:
    bought = world.do(market.purchase(200))
    assert booked(bought) == [
        ("buyer", GL, {"1123.02": 28_000}, {"1012.01": 28_000}),
        (PLANT, GL, {"1012.09": 28_000}, {"2205": 28_000}),
    ]
    assert bought.fields["unbudgeted_minor"] == 28_000  # nobody set a budget aside for it
    assert world.do(market.purchase(10, "rival")).fields["unbudgeted_minor"] == 0


def test_what_ran_is_cost_and_revenue_and_the_rest_comes_back(world: World, market: Market) -> None:
    world.do(market.purchase(200))
    world.do(market.redemption(200))
    world.do(market.report(180))
    settled = world.do(market.settlement(180, 200))
    assert booked(settled) == [
        (PLANT, GL, {"2205": 28_000}, {"6051.01": 25_200, "1012.09": 2_800}),
        ("buyer", GL, {"5001": 25_200, "1012.09": 2_800}, {"1123.02": 28_000}),
    ]
    paid = world.do(market.payout(PLANT, 25_200))
    assert booked(paid) == [(PLANT, GL, {"1012.01": 25_200}, {"1012.09": 25_200})]
    world.do(market.payout("buyer", 2_800))
    for entity in (PLANT, "buyer"):
        assert standing(world, entity, "1012.09") == standing(world, entity, "1123.02") == 0


def test_minutes_bought_cheaper_leave_a_gain_when_they_do_not_run(
    world: World, market: Market
) -> None:
    world.do(market.purchase(3))
    sent = world.do(market.transfer(3))
    world.do(ExplainCapacityTransfer(transfer=sent.number, reason="a present"))
    world.do(market.purchase(2, "rival"))  # 3 at 0 and 2 at 140: 280 for five
    world.do(market.redemption(4, "rival"))  # at 224
    settled = world.do(market.settlement(0, 4, "rival"))
    assert booked(settled)[1] == (
        "rival",
        GL,
        {"1012.09": 4 * PRICE},
        {"1123.02": 224, "6111.01": 4 * PRICE - 224},
    )


def test_nobody_redeems_in_time_and_the_plant_keeps_the_price(world: World, market: Market) -> None:
    world.do(market.purchase(50, "rival", 120))
    expired = world.do(market.expiry(50, price=120))
    assert booked(expired) == [
        (PLANT, GL, {"2205": 6_000}, {"6051.01": 6_000}),
        ("rival", GL, {"6711.03": 6_000}, {"1123.02": 6_000}),
    ]
    world.do(market.payout(PLANT, 6_000))


def test_a_failed_slot_is_refunded_and_lists_whom(world: World, market: Market) -> None:
    world.do(market.purchase(200))
    world.do(market.purchase(50, "rival", 120))
    world.do(market.redemption(80))
    failed = world.do(market.failure())
    assert failed.fields["held"] == [
        {"token_id": token(120), "account": account("rival"), "minutes": 50, "sale_id": 1},
        {"token_id": token(), "account": account("buyer"), "minutes": 120, "sale_id": 1},
    ]
    assert failed.fields["redemptions"] == [1]
    refunded = world.do(market.refund(120))
    assert booked(refunded) == [
        (PLANT, GL, {"2205": 16_800}, {"1012.09": 16_800}),
        ("buyer", GL, {"1012.09": 16_800}, {"1123.02": 16_800}),
    ]
    world.do(market.refund(50, "rival", 120))
    world.do(market.settlement(0, 80))
    world.do(market.payout("buyer", 28_000))
    assert standing(world, PLANT, "2205") == standing(world, PLANT, "1012.09") == 0
    with pytest.raises(WrongStatus):
        world.do(market.failure())


# ---- transfers -----------------------------------------------------------------------------------


def test_minutes_that_move_wait_in_suspense_and_are_explained_by_a_payment(
    world: World, market: Market
) -> None:
    world.do(market.purchase(200))
    sent = world.do(market.transfer(20))
    assert booked(sent) == [
        ("buyer", GL, {"1221.09": 2_800}, {"1123.02": 2_800}),
        ("rival", GL, {"1123.02": 2_800}, {"2241.09": 2_800}),
        ("supplier", GL, {"2205": 2_800}, {"2205": 2_800}),  # promised to another now
    ]
    paid = world.do(
        RecordTokenTransfer(sender=account("rival"), receiver=account("buyer"), amount_minor=3_500)
    )
    command = ExplainCapacityTransfer(
        transfer=sent.number, paid_by=paid.number, reason="twenty minutes sold on"
    )
    explained = world.do(command)
    assert booked(explained) == [
        ("buyer", GL, {"2241.09": 3_500}, {"1221.09": 2_800, "6111.01": 700}),
        ("rival", GL, {"2241.09": 2_800, "1123.02": 700}, {"1221.09": 3_500}),
    ]
    for entity in ("buyer", "rival"):
        assert standing(world, entity, "1221.09") == standing(world, entity, "2241.09") == 0
    with pytest.raises(TransferExplained):
        world.do(command)
    world.do(market.transfer(20, "rival", "buyer"))
    again = world.last("capacity_transfer").number
    with pytest.raises(AlreadyExplained):
        world.do(ExplainCapacityTransfer(transfer=again, paid_by=paid.number, reason="again"))


def test_what_is_gone_when_it_is_explained_is_a_gain_or_a_loss(
    world: World, market: Market
) -> None:
    world.do(market.purchase(20))
    world.do(market.transfer(20))
    world.do(market.redemption(15, "rival"))
    world.do(
        RecordTokenTransfer(sender=account("rival"), receiver=account("buyer"), amount_minor=2_000)
    )
    explained = world.last("capacity_explanation")  # by itself: nothing else fits this payment
    assert booked(explained)[1] == (
        "rival",
        GL,
        {"2241.09": 2_800},
        {"1123.02": 200, "6111.01": 600, "1221.09": 2_000},
    )


def test_minutes_sent_by_mistake_and_returned_are_cleared_against_each_other(
    world: World, market: Market
) -> None:
    world.do(market.purchase(20))
    sent = world.do(market.transfer(20))
    back = world.do(market.transfer(20, "rival", "buyer"))
    explained = world.do(
        ExplainCapacityTransfer(
            transfer=sent.number, returned_by=back.number, reason="wrong receiver"
        )
    )
    assert booked(explained) == [
        ("buyer", GL, {"2241.09": 2_800}, {"1221.09": 2_800}),
        ("rival", GL, {"2241.09": 2_800}, {"1221.09": 2_800}),
    ]
    with pytest.raises(TransferExplained):
        world.do(ExplainCapacityTransfer(transfer=back.number, reason="again"))


def test_an_explanation_names_what_fits(world: World, market: Market) -> None:
    world.do(market.purchase(40))
    sent = world.do(market.transfer(20))
    less = world.do(market.transfer(10, "rival", "buyer"))
    for named, refusal in (
        ({"transfer": "CTR-2026-00099"}, UnknownCapacityTransfer),
        ({"returned_by": less.number}, Disagrees),
        ({"returned_by": less.number, "paid_by": "TKT-2026-00001"}, TwoReasons),
    ):
        with pytest.raises(refusal):
            world.do(
                ExplainCapacityTransfer(**{"transfer": sent.number, "reason": "so it was", **named})
            )
    wrong = world.do(
        RecordTokenTransfer(sender=account("buyer"), receiver=account("rival"), amount_minor=5_000)
    )
    with pytest.raises(Disagrees):
        world.do(
            ExplainCapacityTransfer(
                transfer=sent.number, paid_by=wrong.number, reason="the wrong way round"
            )
        )


# ---- disputes and rulings ------------------------------------------------------------------------


def disputed(caller: str) -> RecordRunDispute:
    return RecordRunDispute(
        redemption_id=1, caller=account(caller), reason_ref=REF, rule_by=2_000_000_000
    )


def test_a_ruling_decides_what_a_disputed_run_is_settled_at(world: World, market: Market) -> None:
    world.do(market.purchase(200))
    world.do(market.redemption(200))
    world.do(market.report(180))
    assert world.do(disputed("buyer")).fields["disputant_code"] == "buyer"
    world.do(disputed(PLANT))
    world.do(RecordRunDisputeWithdrawal(redemption_id=1, caller=account(PLANT), settleable_at=5))
    with pytest.raises(Disagrees):
        world.do(disputed("rival"))
    world.do(RecordRunRuling(redemption_id=1, arbiter=account("arbiter"), ruling_ref=REF, ran=150))
    for ran in (180, 200, 0):
        with pytest.raises(Disagrees):
            world.do(market.settlement(ran, 200))
    world.do(market.settlement(150, 200))
    with pytest.raises(WrongStatus):
        world.do(market.settlement(150, 200))


def test_a_dispute_that_nobody_rules_lapses_and_the_report_stands(
    world: World, market: Market
) -> None:
    world.do(market.purchase(200))
    world.do(market.redemption(200))
    with pytest.raises(Disagrees):
        world.do(RecordRunDisputeLapse(redemption_id=1))
    world.do(market.report(180))
    with pytest.raises(WrongStatus):
        world.do(market.report(180))
    world.do(disputed("buyer"))
    world.do(RecordRunDisputeLapse(redemption_id=1))
    world.do(market.settlement(180, 200))


def test_all_acknowledged_and_none_conceded_need_no_report(world: World, market: Market) -> None:
    world.do(market.purchase(200))
    world.do(market.redemption(120))
    world.do(market.redemption(80))
    world.do(market.settlement(120, 120))
    with pytest.raises(Disagrees):
        world.do(market.settlement(40, 80, redemption_id=2))
    world.do(market.settlement(0, 80, redemption_id=2))


@pytest.mark.parametrize(("count", "documents"), [(0, 0), (1, 1), (128, 1), (129, 2), (10_080, 79)])
def test_so_many_documents_name_all_that_a_failed_slot_refunds(count: int, documents: int) -> None:
    assert batches(count) == documents
    named = [each for batch in range(documents) for each in in_batch(range(count), batch)]
    assert named == list(range(count))


def test_holders_and_runs_beyond_those_that_one_document_names_are_named_by_the_next(
    world: World, market: Market
) -> None:
    count = MAX_REFUNDS_NAMED + 2
    world.do(market.purchase(count + 1))
    for index in range(count):
        world.party(f"h{index:03}", 8)
        world.do(market.transfer(1, receiver=f"h{index:03}"))
    world.do(market.redemption(1))
    failed = world.do(market.failure())
    batch = world.last("slot_refund_batch")
    assert batch.caused_by == failed.sequence
    named = [*failed.fields["held"], *batch.fields["held"]]
    assert [each["account"] for each in named] == [account(f"h{i:03}") for i in range(count)]
    assert len(batch.fields["held"]) == 2
    assert (failed.fields["redemptions"], batch.fields["redemptions"]) == ([1], [])
    for index in range(count):
        world.do(market.refund(1, f"h{index:03}"))


def test_what_a_plant_kept_is_counted_once_as_the_contract_counts_it(
    world: World, market: Market
) -> None:
    world.do(market.purchase(200))
    world.do(market.redemption(200))
    world.do(market.report(150))
    assert world.do(market.settlement(150, 200)).fields["counted_from"] == 0
    counted = RecordCapacityOutcome(
        device_id=1, slot_index=0, plant=account(PLANT), quantity=200, ran=150,
        weight_minor=28_000, outcome_bps=7_500, excused_days=0,
    )  # fmt: skip
    for wrong in ({"ran": 151}, {"outcome_bps": 7_501}, {"weight_minor": 28_001}):
        with pytest.raises(Disagrees):
            world.do(counted.model_copy(update=wrong))
    assert world.do(counted).entries == []
    with pytest.raises(Disagrees):
        world.do(counted)


def test_each_market_counts_the_minutes_that_it_sold_of_a_slot(
    world: World, market: Market
) -> None:
    later = token_id_of(TokenTerms(1, 0, 2, PRICE))
    world.do(market.sale(sale_id=2))
    world.do(market.purchase(200))
    bought = world.do(market.purchase(50, "rival", sale_id=2, token_id=later))
    assert bought.fields["sale_id"] == 2
    world.do(market.redemption(200))
    world.do(market.redemption(50, "rival", token_id=later))
    world.do(market.report(150))
    world.do(market.settlement(150, 200))
    world.do(market.settlement(50, 50, "rival", redemption_id=2))

    def count(quantity: int, ran: int, bps: int) -> RecordCapacityOutcome:
        return RecordCapacityOutcome(
            device_id=1, slot_index=0, plant=account(PLANT), quantity=quantity, ran=ran,
            weight_minor=quantity * PRICE, outcome_bps=bps, excused_days=0,
        )  # fmt: skip

    with pytest.raises(Disagrees):
        world.do(count(250, 200, 8_000))  # both together are no market's
    world.do(count(50, 50, 10_000))
    world.do(count(200, 150, 7_500))
    with pytest.raises(Disagrees):
        world.do(count(50, 50, 10_000))


# ---- refusals ------------------------------------------------------------------------------------


def test_what_disagrees_with_the_books_is_refused(world: World, market: Market) -> None:
    for refused in (
        market.purchase(10, amount_minor=1_399),
        market.purchase(10, price=139, token_id=token()),
        market.purchase(10, price=99),  # under the floor
        market.purchase(301),
        market.purchase(10, plant=account("rival")),
        market.attested(10, issued=1),
        market.attested(481),  # the slot has 480
        market.expiry(10),
    ):
        with pytest.raises((Disagrees, UnknownToken)):
            world.do(refused)
    with pytest.raises(UnknownSale):
        world.do(market.purchase(10, sale_id=2))
    with pytest.raises(UnknownRedemption):
        world.do(market.report(1))
    world.do(market.purchase(10))
    with pytest.raises(NotHeld):
        world.do(market.transfer(11))
    with pytest.raises(NotHeld):
        world.do(market.redemption(11))
    with pytest.raises(Disagrees):
        world.do(market.refund(10))  # the slot has not failed
    with pytest.raises(Disagrees):
        world.do(market.payout(PLANT, 1))
    world.do(market.redemption(10, redemption_id=1))
    with pytest.raises(RedemptionExists):
        world.do(market.redemption(10, redemption_id=1))


def test_a_device_changes_its_attester_and_a_sale_ends_early(world: World, market: Market) -> None:
    world.do(RecordDeviceAttester(device_id=1, attester_post=7))
    world.do(market.purchase(10))
    world.do(market.attested(280, issued=10))
    elsewhere = RecordCapacityOutcome(
        device_id=1, slot_index=5, plant=account(PLANT), quantity=1, ran=1,
        weight_minor=1, outcome_bps=10_000, excused_days=0,
    )  # fmt: skip
    with pytest.raises(UnknownSlot):
        world.do(elsewhere)
    closed = RecordCapacitySaleClose(sale_id=1, plant=account(PLANT), sold=10, unsold=290)
    with pytest.raises(Disagrees):
        world.do(closed.model_copy(update={"sold": 9}))
    assert world.do(closed).entries == []


# ---- rules ---------------------------------------------------------------------------------------


def test_a_token_id_says_what_the_contracts_say() -> None:
    packed = 7 << 192 | 9 << 128 | 3 << 96 | 1_400
    terms = terms_of(str(packed))
    assert (terms.device_id, terms.slot_index, terms.market, terms.price_minor) == (7, 9, 3, 1_400)


@pytest.mark.parametrize(
    ("quantity", "ran", "days", "excused", "bps"),
    [
        (120, 120, 2, 0, 10_000), (120, 120, 2, 1, 10_000), (120, 90, 2, 0, 7_500),
        (120, 60, 2, 1, 10_000), (120, 30, 2, 1, 5_000), (120, 60, 2, 2, 0), (120, 0, 2, 0, 0),
    ],
)  # fmt: skip
def test_an_outcome_is_that_of_the_contracts_example(
    quantity: int, ran: int, days: int, excused: int, bps: int
) -> None:
    assert outcome_bps(quantity, ran, days, excused) == bps


def test_amounts_divide_without_a_remainder() -> None:
    assert run_result(100, 3, 1, 40) == RunResult(33, 80, 13)
    assert spread(-10, [3, 3, 3]) == [-4, -4, -2]
    assert change_of_cost(-10, 10, 4, 3) == Change(-3, -7)
    assert change_of_cost(10, 10, 40, 0) == Change(10, 0)
    assert days_touched(0, DAY) == 1
    assert days_touched(DAY - 1, DAY + 1) == 2
