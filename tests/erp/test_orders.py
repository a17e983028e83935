"""Orders with several deliveries, lateness, rejection, silence, forfeit and loss, with every amount checked."""

from __future__ import annotations

from collections.abc import Iterator

from erp.budget.schemas import ApproveBudget
from erp.credit.schemas import RecordCreditOutcome
from erp.database import transaction
from erp.kernel import amounts
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.ledger.turnover.model import Dimension
from erp.ledger.turnover.queries import trial_balance
from erp.parties.queries import party
from erp.payments.schemas import RecordPayment, RecordTokenRedemption, RecordTokenTransfer
from erp.procurement.queries import deliveries, invoices_of, order_by_number
from erp.procurement.schemas import (
    RaiseRequisition,
    RecordBondForfeit,
    RecordSilentAcceptance,
)
from erp.replay import differences
from tests.erp.books import order_balance
from tests.erp.conftest import NewEngine, prepared
from tests.erp.test_worked_case import booked
from tests.erp.world import DAY, REF, World, account


def sound(world: World) -> None:
    with transaction(world.engine) as session:
        assert differences(session) == []


def test_part_deliveries_add_up_and_lateness_is_kept_from_the_payment(world: World) -> None:
    order = world.funded()
    world.despatch(33)
    world.inspect(world.receive(order, 33).number, 33)
    world.invoice(order, 33, 379_500, 49_335)
    world.do(world.payment(world.last("match")))
    world.wait(32 * DAY + 1)  # promised after 30: three days begun
    world.despatch(70 - 3, delivery_id=2)
    receipt = world.receive(order, 67, delivery_id=2)
    assert receipt.fields["days_late"] == 3
    world.inspect(receipt.number, 67)
    world.invoice(order, 67, 770_500, 100_165, delivery_id=2, number="INV-2")
    penalty = amounts.penalty(770_500, 3, 50, 500)
    payment = world.do(world.payment(world.last("match"), penalty_minor=penalty))
    assert penalty == 11_557
    assert booked(payment) == [
        (
            "buyer",
            "GL",
            {"2202.01": 870_665},
            {"1012.02": 859_108, "1403": 10_227, "2221.05": 1_330},
        ),
        (
            "supplier",
            "GL",
            {"1012.01": 859_108, "6001": 10_227, "2221.09": 1_330},
            {"1122.01": 870_665},
        ),
    ]
    world.do(world.closing(100, 1_150_000, 1_350_000 - 428_835 - 859_108))
    with transaction(world.engine) as session:
        row = order_by_number(Rows.of(session), order)
        assert (row.accepted_amount_minor, row.penalty_minor) == (1_150_000, 11_557)
        assert row.paid_minor + row.refunded_minor == 1_350_000
        assert row.paid_minor == row.matched_minor + row.tax_minor - row.penalty_minor
        assert [
            order_balance(session, order, code)
            for code in ("1012.02", "2202.01", "2202.02", "9001")
        ] == [
            0,
            0,
            0,
            0,
        ]
    sound(world)


def test_missing_and_rejected_units_may_be_despatched_again(world: World) -> None:
    order = world.funded()
    world.despatch(100)
    receipt = world.receive(order, 90)
    world.inspect(receipt.number, 86, 4)
    world.despatch(14, delivery_id=2)
    world.inspect(world.receive(order, 14, delivery_id=2).number, 14)
    assert world.last("inspection").fields["accepted_amount_minor"] == 161_000
    sound(world)


def test_wholly_rejected_delivery_is_never_valued_and_its_invoice_is_blocked(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    inspection = world.inspect(world.receive(order, 90).number, 0, 90)
    assert inspection.entries == []
    world.invoice(order, 90, 1_035_000, 134_550)
    assert world.last("match").fields["reason"] == "nothing of this delivery was accepted"
    world.do(world.closing(0, 0, 1_350_000))
    sound(world)


def test_invoice_before_the_inspection_waits_for_it(world: World) -> None:
    order = world.funded()
    world.despatch(100)
    invoice = world.invoice(order, 100, 1_150_000, 149_500)
    receipt = world.receive(order, 100)
    inspection = world.inspect(receipt.number, 100)
    match = world.last("match")
    assert (match.caused_by, match.fields["invoice"]) == (inspection.sequence, invoice.number)
    assert match.fields["status"] == "MATCHED"


def test_invoice_below_the_order_price_gives_budget_back(world: World) -> None:
    order = world.funded()
    world.despatch(100)
    world.inspect(world.receive(order, 100).number, 100)
    world.invoice(order, 100, 1_140_000, 148_200)
    entries = booked(world.last("match"))
    assert entries[0] == (
        "buyer",
        "GL",
        {"2202.02": 1_150_000, "2221.05": 148_200},
        {"1403": 10_000, "2202.01": 1_288_200},
    )
    assert entries[1] == ("buyer", "BUD", {"9004": 10_000}, {"9003": 10_000})
    sound(world)


def test_penalty_above_a_tiny_invoice_takes_all_of_it_and_no_more(world: World) -> None:
    order = world.funded()
    world.wait(32 * DAY)
    world.despatch(100)
    world.inspect(world.receive(order, 100).number, 100)
    world.do(world.discount(5))
    world.invoice(order, 100, 5, 0)
    payment = world.do(world.payment(world.last("match"), penalty_minor=5))
    assert booked(payment) == [
        ("buyer", "GL", {"2202.01": 5}, {"1403": 5}),
        ("supplier", "GL", {"6001": 5}, {"1122.01": 5}),
    ]
    sound(world)


CLAIM = RecordSilentAcceptance(
    order_id=1,
    delivery_id=1,
    accepted=90,
    accepted_amount_minor=1_035_000,
    net_minor=1_035_000,
    tax_minor=134_550,
)
CLAIMED = RecordPayment(
    order_id=1,
    delivery_id=1,
    match=None,
    supplier=account("supplier"),
    accepted_amount_minor=1_035_000,
    net_minor=1_035_000,
    tax_minor=134_550,
    penalty_minor=0,
    paid_minor=1_169_550,
    contestable_until=0,
)


def test_silence_stands_for_inspection_and_match(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    world.receive(order, 90)
    world.invoice(order, 90, 1_030_000, 133_900)  # waits, and is overtaken
    claim = world.do(CLAIM)
    assert [entry[:2] for entry in booked(claim)] == [
        ("buyer", "GL"),
        ("supplier", "GL"),
        ("buyer", "GL"),
        ("supplier", "GL"),
        ("buyer", "BUD"),
    ]
    world.do(CLAIMED)
    with transaction(world.engine) as session:
        assert deliveries(Rows.of(session), 1)[0].status == "PAID"
        assert invoices_of(Rows.of(session), 1, 1)[0].status == "BLOCKED"
        assert (
            balance(Rows.of(session), "buyer", "2202.01")
            == balance(Rows.of(session), "supplier", "1122.01")
            == 0
        )
    sound(world)


def test_silence_after_inspection_stands_for_the_match_alone(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    world.inspect(world.receive(order, 90).number, 90)
    claim = world.do(CLAIM)
    assert [entry[2] for entry in booked(claim)] == [
        {"2202.02": 1_035_000, "2221.05": 134_550},
        {"1122.01": 1_169_550},
    ]
    world.do(CLAIMED)
    sound(world)


def test_silence_after_an_equal_match_posts_nothing_again(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    world.inspect(world.receive(order, 90).number, 90)
    world.invoice(order, 90, 1_035_000, 134_550)
    assert world.do(CLAIM).entries == []
    match = world.last("match").number
    fields = world.do(CLAIMED).fields
    assert (fields["match"], fields["delivery_match"]) == (None, match)
    sound(world)


def test_close_loses_what_was_on_its_way(world: World) -> None:
    order = world.funded()
    world.despatch(40)
    world.despatch(60, delivery_id=2)
    world.receive(order, 60, delivery_id=2)
    closing = world.do(world.closing(0, 0, 1_350_000))
    assert (closing.fields["lost"], closing.fields["released_minor"]) == ([1, 2], 1_150_000)
    sound(world)


def test_forfeited_bond_is_income_of_the_buyer_even_after_the_award(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    world.do(world.bid())
    world.do(world.bid(supplier="rival", index=2))
    world.do(world.quotation())
    world.do(world.award(bids=2))  # before the order, this time
    world.do(world.order())
    forfeit = world.do(
        RecordBondForfeit(
            tender_id=1, supplier=account("rival"), buyer=account("buyer"), bond_minor=10_000
        )
    )
    assert booked(forfeit) == [
        ("rival", "GL", {"6711.01": 10_000}, {"1012.03": 10_000}),
        ("buyer", "GL", {"1012.01": 10_000}, {"6301.02": 10_000}),
    ]
    sound(world)


def test_award_and_order_may_come_in_either_order(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    world.do(world.bid())
    world.do(world.quotation())
    order = world.do(world.order())
    award = world.do(world.award())
    assert (award.fields["order"], award.fields["order_id"]) == (order.number, 1)


def test_credit_outcome_moves_the_score_of_the_supplier(world: World) -> None:
    order = world.funded()
    world.do(
        RecordCreditOutcome(
            account=account("supplier"),
            order_id=1,
            delivery_id=1,
            value_minor=5,
            delivery_bps=10_000,
            quality_bps=9_556,
            score_bps=8_100,
        )
    )
    assert world.last("credit_outcome").fields["order"] == order
    with transaction(world.engine) as session:
        assert party(Rows.of(session), "supplier").credit_bps == 8_100


def test_tokens_sent_outside_any_contract_wait_in_suspense(world: World) -> None:
    transfer = world.do(
        RecordTokenTransfer(sender=account("buyer"), receiver=account("rival"), amount_minor=70)
    )
    assert booked(transfer) == [
        ("rival", "GL", {"1012.01": 70}, {"2241.09": 70}),
        ("buyer", "GL", {"1221.09": 70}, {"1012.01": 70}),
    ]
    world.do(RecordTokenRedemption(account=account("rival"), amount_minor=100_070, bank_ref=REF))
    with transaction(world.engine) as session:
        assert balance(Rows.of(session), "rival", "1012.01") == 0


def test_every_document_of_an_order_carries_its_number_and_parties(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    world.inspect(world.receive(order, 90).number, 86, 4)
    world.invoice(order, 86, 997_600, 129_688)
    world.do(world.payment(world.last("match")))
    concerned = world.log()[[d.type for d in world.log()].index("purchase_order") :]
    assert len(concerned) == 9
    for document in concerned:
        assert (document.fields["order"], document.fields["order_id"]) == (order, 1)
        assert document.fields["supplier_code"] == "supplier"
        assert document.fields["buyer_code"] == "buyer"
        assert document.fields["item"] == "bolt"


def test_events_of_different_orders_commute(new_engine: NewEngine) -> None:
    def ends(turns: str) -> tuple[object, ...]:
        engine = new_engine(prepared)
        world = World(engine)
        world.do(ApproveBudget(entity="buyer", amount_minor=2_000_000))
        orders = {"1": world.ordered(1).number, "2": world.ordered(2).number}
        steps = {name: settle(world, int(name), number) for name, number in orders.items()}
        for turn in turns:
            next(steps[turn])
        with transaction(engine) as session:
            rows = [
                order_by_number(Rows.of(session), number).model_dump() for number in orders.values()
            ]
            return (trial_balance(session, by=Dimension.ENTITY), rows)

    def settle(world: World, order_id: int, number: str) -> Iterator[None]:
        yield world.fund(order_id) and None
        yield world.despatch(90, order_id=order_id) and None
        receipt = world.receive(number, 90)
        yield None
        world.inspect(receipt.number, 80 + order_id, 10 - order_id)
        yield None
        accepted = 11_500 * (80 + order_id)
        world.invoice(number, 80 + order_id, accepted, 0, number=f"INV-{order_id}")
        yield None
        match = next(d for d in world.log() if d.type == "match" and d.fields["order"] == number)
        yield world.do(world.payment(match)) and None
        refund = 1_350_000 - accepted
        yield world.do(world.closing(80 + order_id, accepted, refund, order_id)) and None

    assert ends("11111112222222") == ends("12121212122121") == ends("22222221111111")
