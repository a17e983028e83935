"""Guarantees and defects on the books: every entry of their life, what is refused, and that the log rebuilds it all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from erp.database import snapshot, transaction
from erp.guarantees import defects
from erp.guarantees.errors import (
    DefectOutOfBounds,
    DefectPending,
    PledgeBelowRequest,
    ShareClaimedBefore,
    UnknownDefect,
    UnknownGuarantee,
    WarrantyOver,
    WarrantyRunning,
)
from erp.guarantees.rules import DefectStatus, defect_worth, undelivered_share
from erp.guarantees.schemas import (
    AttestDefect,
    RecordDefectDispute,
    RecordDefectDisputeWithdrawal,
    RecordDefectVoid,
    RecordGuaranteePledge,
    RecordGuaranteeRelease,
    RecordGuaranteeRequest,
    RecordGuaranteeShare,
    ReportDefect,
    RequestGuarantee,
)
from erp.guarantees.tables import Defect
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.procurement.budgeting import Budgeted
from erp.procurement.errors import UnknownDelivery, UnknownOrder
from erp.procurement.schemas import CancelOrder, CloseOrder
from erp.replay import differences
from erp.standing.queries import net_of_rules
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock
from tests.erp.claims import AMOUNT, WARRANTY, Deal, settled
from tests.erp.test_worked_case import booked
from tests.erp.world import DAY, REF, World, account

GL, BUD = "GL", "BUD"


@pytest.fixture
def deal(world: World) -> Iterator[Deal]:
    """An order paid at once; afterwards the log rebuilds the books, and every rule stands at zero."""
    yield Deal(world, payment_seconds=0)
    with snapshot(world.engine) as session:
        assert differences(session) == []
        assert {name: net for name, net in net_of_rules(session).items() if net} == {}


def standing(world: World, entity: str, code: str) -> int:
    with transaction(world.engine) as session:
        return balance(Rows.of(session), entity, code)


def delivered(deal: Deal, quantity: int = 100, amount: int = 200_000) -> None:
    """A guarantee, and a delivery that was paid."""
    deal.pledged(amount)
    deal.fund()
    deal.pay(quantity)


def closed(world: World, accepted: int) -> None:
    """The order ends with so much accepted."""
    amount = AMOUNT * accepted // 100
    world.do(
        CloseOrder(
            order_id=1,
            buyer=account("buyer"),
            accepted=accepted,
            accepted_amount_minor=amount,
            refunded_minor=AMOUNT - amount,
        )
    )


def share(undelivered: int, paid: int) -> RecordGuaranteeShare:
    return RecordGuaranteeShare(
        order_id=1,
        buyer=account("buyer"),
        undelivered_minor=undelivered,
        ordered_minor=AMOUNT,
        paid_minor=paid,
    )


def release(amount: int) -> RecordGuaranteeRelease:
    return RecordGuaranteeRelease(order_id=1, supplier=account("supplier"), amount_minor=amount)


def test_a_pledge_moves_the_suppliers_tokens_and_returns_whole(world: World, deal: Deal) -> None:
    pledge = deal.pledged()
    assert booked(pledge) == [("supplier", GL, {"1012.05": 200_000}, {"1012.01": 200_000})]
    assert pledge.fields["fund_minor"] == AMOUNT  # the buyer waited for it
    world.do(CancelOrder(order_id=1, caller=account("buyer")))
    end = world.last("guarantee_end").fields
    assert (end["share_due"], end["release_at"]) == (False, world.now)
    returned = world.do(release(200_000))
    assert booked(returned) == [("supplier", GL, {"1012.01": 200_000}, {"1012.05": 200_000})]
    with pytest.raises(WrongStatus):
        world.do(release(0))


def test_a_pledge_of_the_suppliers_own_waits_for_nobody(world: World, deal: Deal) -> None:
    pledge = world.do(RecordGuaranteePledge(**deal.guarantee(5)))
    assert pledge.fields["fund_minor"] == 0
    with pytest.raises(WrongStatus):
        world.do(RecordGuaranteePledge(**deal.guarantee(5)))
    with pytest.raises(WrongStatus):
        world.do(RequestGuarantee(order=deal.order, amount_minor=5, warranty_seconds=1))


def test_a_pledge_below_what_was_requested_is_refused(world: World, deal: Deal) -> None:
    world.do(RecordGuaranteeRequest(**deal.guarantee(10)))
    with pytest.raises(PledgeBelowRequest):
        world.do(RecordGuaranteePledge(**deal.guarantee(9)))


def test_a_pledge_that_crosses_with_a_higher_ask_is_booked_and_funds_nothing(
    world: World, deal: Deal
) -> None:
    world.do(RequestGuarantee(order=deal.order, amount_minor=100, warranty_seconds=WARRANTY))
    world.do(RecordGuaranteeRequest(**deal.guarantee(100)))
    world.do(RequestGuarantee(order=deal.order, amount_minor=500, warranty_seconds=WARRANTY))
    pledge = world.do(RecordGuaranteePledge(**deal.guarantee(100)))
    assert booked(pledge) == [("supplier", GL, {"1012.05": 100}, {"1012.01": 100})]
    assert pledge.fields["fund_minor"] == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"amount_minor": 500, "warranty_seconds": WARRANTY},
        {"amount_minor": 100, "warranty_seconds": WARRANTY + 1},
    ],
)
def test_a_pledge_of_less_than_the_buyer_waits_for_does_not_fund_the_order(
    world: World, deal: Deal, asked: dict[str, int]
) -> None:
    world.do(RequestGuarantee(order=deal.order, **asked))
    pledge = world.do(RecordGuaranteePledge(**deal.guarantee(100)))
    assert pledge.fields["fund_minor"] == 0


def test_a_guarantee_of_other_parties_or_of_a_funded_order_is_refused(
    world: World, deal: Deal
) -> None:
    with pytest.raises(Disagrees):
        world.do(RecordGuaranteePledge(**{**deal.guarantee(10), "supplier": account("rival")}))
    deal.fund()
    with pytest.raises(WrongStatus):
        world.do(RequestGuarantee(order=deal.order, amount_minor=5, warranty_seconds=1))


def test_the_undelivered_share_goes_to_the_buyer_as_income(world: World, deal: Deal) -> None:
    delivered(deal, 60)
    closed(world, 60)
    paid = world.do(share(460_000, 80_000))
    assert booked(paid) == [
        ("supplier", GL, {"6711.02": 80_000}, {"1012.05": 80_000}),
        ("buyer", GL, {"1012.01": 80_000}, {"6301.02": 80_000}),
    ]
    with pytest.raises(ShareClaimedBefore):
        world.do(share(460_000, 80_000))
    with pytest.raises(Disagrees):
        world.do(release(200_000))
    world.do(release(120_000))


@pytest.mark.parametrize("told", [(460_000, 79_999), (460_001, 80_000)])
def test_another_share_than_the_orders_is_refused(
    world: World, deal: Deal, told: tuple[int, int]
) -> None:
    delivered(deal, 60)
    closed(world, 60)
    with pytest.raises(Disagrees):
        world.do(share(*told))


def test_an_order_delivered_whole_leaves_nothing_to_share(world: World, deal: Deal) -> None:
    delivered(deal)
    closed(world, 100)
    assert world.do(share(0, 0)).entries == []
    assert world.last("guarantee_end").fields["release_at"] == world.now + WARRANTY


def test_defective_goods_on_hand_leave_the_stock_and_their_budget_is_free_again(
    world: World, deal: Deal
) -> None:
    delivered(deal)
    deal.defect(10)
    paid = world.do(settled(10, 115_000, 115_000))
    assert booked(paid) == [
        ("supplier", GL, {"6711.02": 115_000}, {"1012.05": 115_000}),
        ("buyer", GL, {"1012.01": 115_000}, {"1403": 115_000}),
        ("buyer", BUD, {"9004": 115_000}, {"9003": 115_000}),
    ]
    assert paid.fields["on_hand"] == 10


def test_defective_goods_that_were_used_have_cost_less(world: World, deal: Deal) -> None:
    delivered(deal)
    issue = IssueStock(entity="buyer", item="bolt", quantity=95, purpose=Purpose.PRODUCTION)
    world.do(issue)
    deal.defect(10)
    paid = world.do(settled(10, 115_000, 115_000))
    assert booked(paid)[1] == (
        "buyer", GL, {"1012.01": 115_000}, {"1403": 57_500, "5001": 57_500},
    )  # fmt: skip


def test_what_the_guarantee_has_not_enough_for_is_a_loss_of_the_buyer(
    world: World, deal: Deal
) -> None:
    delivered(deal, amount=100_000)
    deal.defect(10)
    paid = world.do(settled(10, 115_000, 100_000))
    assert paid.fields["uncovered_minor"] == 15_000
    assert booked(paid)[1] == (
        "buyer", GL, {"1012.01": 100_000, "6711.04": 15_000}, {"1403": 115_000},
    )  # fmt: skip


def test_what_no_budget_spent_is_not_free_again_and_the_payment_is_booked_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = Deal(world, payment_seconds=0)
    delivered(deal)
    deal.defect(10)
    nothing = Budgeted(encumbered=0, expended=40_000)
    monkeypatch.setattr(defects.procurement, "budgeted", lambda _order: nothing)
    paid = world.do(settled(10, 115_000, 115_000))
    assert booked(paid)[2] == ("buyer", BUD, {"9004": 40_000}, {"9003": 40_000})
    deal.defect(1)
    assert [ledger for _, ledger, _, _ in booked(world.do(settled(1, 11_500, 11_500)))] == [GL, GL]


def test_all_defects_of_a_delivery_are_worth_exactly_all_of_it() -> None:
    parts = [defect_worth(1_000_003, 7, n, 1) for n in range(7)]
    assert sum(parts) == 1_000_003
    assert undelivered_share(100, 1, 3, 100) == 33
    assert undelivered_share(100, 3, 3, 40) == 40
    assert undelivered_share(100, 0, 3, 40) == 0


def test_a_disputed_defect_is_settled_by_what_was_ruled(world: World, deal: Deal) -> None:
    delivered(deal)
    deal.defect(10)
    place = {"order_id": 1, "delivery_id": 1, "supplier": account("supplier")}
    dispute = RecordDefectDispute(**place, reason_ref=REF, rule_by=world.now + 40 * DAY)
    world.do(dispute)
    with pytest.raises(WrongStatus):
        world.do(dispute)
    world.do(RecordDefectDisputeWithdrawal(**place))
    assert world.last("defect_dispute_withdrawal").fields["dispute_by"] == world.now + 3 * DAY
    world.do(dispute)
    with pytest.raises(Disagrees):  # more than was reported
        world.do(settled(11, 126_500, 126_500, ruling_ref=REF))
    world.do(settled(4, 46_000, 46_000, ruling_ref=REF))
    with pytest.raises(UnknownDefect):
        world.do(settled(4, 46_000, 46_000))
    assert world.do(settled_again(deal)).fields["amount_minor"] == 1_104_000


def settled_again(deal: Deal) -> object:
    """All other units of the delivery are found defective, too."""
    deal.defect(96)
    return settled(96, 1_104_000, 154_000)


def test_a_ruling_of_nothing_pays_nothing(world: World, deal: Deal) -> None:
    delivered(deal)
    deal.defect(10)
    assert world.do(settled(0, 0, 0, ruling_ref=REF)).entries == []


@pytest.mark.parametrize(
    "told", [(10, 115_000, 114_999), (10, 114_999, 114_999), (9, 115_000, 115_000)]
)
def test_another_settlement_than_the_contracts_is_refused(
    world: World, deal: Deal, told: tuple[int, int, int]
) -> None:
    delivered(deal)
    deal.defect(10)
    with pytest.raises(Disagrees):
        world.do(settled(*told))


def report(deal: Deal, quantity: int) -> ReportDefect:
    return ReportDefect(order=deal.order, delivery_id=1, quantity=quantity, reason="cracks")


def test_a_defect_of_an_order_without_a_guarantee_or_not_yet_paid_is_refused(
    world: World, deal: Deal
) -> None:
    with pytest.raises(UnknownDelivery):
        world.do(report(deal, 1))
    deal.fund()
    world.despatch(100)
    with pytest.raises(UnknownGuarantee):
        world.do(report(deal, 1))


def test_a_defect_beyond_what_was_accepted_or_after_the_warranty_is_refused(
    world: World, deal: Deal
) -> None:
    delivered(deal)
    with pytest.raises(DefectOutOfBounds):
        world.do(report(deal, 101))
    found = deal.defect(10)
    with pytest.raises(DefectPending):
        world.do(report(deal, 1))
    with pytest.raises(Disagrees):
        world.do(release(200_000))
    attested = {"order_id": 1, "delivery_id": 1, "defect": found.number, "dispute_by": 1}
    with pytest.raises(WrongStatus):
        world.do(AttestDefect(**attested, quantity=10))
    world.do(settled(10, 115_000, 115_000))
    with pytest.raises(DefectOutOfBounds):
        world.do(report(deal, 91))
    closed(world, 100)
    world.wait(WARRANTY)
    with pytest.raises(WarrantyOver):
        world.do(report(deal, 1))


def test_a_report_that_came_too_late_for_the_warranty_is_taken_back_by_the_dates_of_the_order(
    world: World, deal: Deal
) -> None:
    delivered(deal)
    found = world.do(report(deal, 10)).number
    void = {"order_id": 1, "delivery_id": 1, "defect": found}
    with pytest.raises(WarrantyRunning):  # the order goes on
        world.do(RecordDefectVoid(**void))
    closed(world, 100)
    world.wait(WARRANTY - 1)
    with pytest.raises(WarrantyRunning):
        world.do(RecordDefectVoid(**void))
    world.wait(1)
    for wrong in ({"delivery_id": 2}, {"order_id": 2}):
        with pytest.raises((Disagrees, UnknownOrder)):
            world.do(RecordDefectVoid(**{**void, **wrong}))
    with pytest.raises(UnknownDefect):
        world.do(RecordDefectVoid(**{**void, "defect": "DFR-2026-00009"}))
    voided = world.do(RecordDefectVoid(**void))
    assert voided.entries == []
    assert world.rows_of(Defect, found).status == DefectStatus.VOID
    with pytest.raises(WrongStatus):
        world.do(RecordDefectVoid(**void))
    world.do(release(200_000))


def test_a_report_is_taken_back_when_the_guarantee_went_back_and_never_when_it_stands_outside(
    world: World, deal: Deal
) -> None:
    delivered(deal)
    known = deal.defect(10).number
    world.do(settled(10, 115_000, 115_000))
    found = world.do(report(deal, 5)).number
    closed(world, 100)
    world.wait(WARRANTY)
    world.do(release(85_000))
    with pytest.raises(WrongStatus):
        world.do(RecordDefectVoid(order_id=1, delivery_id=1, defect=known))
    world.do(RecordDefectVoid(order_id=1, delivery_id=1, defect=found))
    assert world.rows_of(Defect, found).status == DefectStatus.VOID


def test_what_was_attested_must_be_what_was_reported(world: World, deal: Deal) -> None:
    delivered(deal)
    found = world.do(report(deal, 10)).number
    with pytest.raises(Disagrees):
        world.do(AttestDefect(order_id=1, delivery_id=1, defect=found, quantity=9, dispute_by=1))
    with pytest.raises(UnknownDefect):
        world.do(
            AttestDefect(
                order_id=1, delivery_id=1, defect="DFR-2026-00009", quantity=10, dispute_by=1
            )
        )


def test_a_defect_settled_after_the_end_asks_for_the_release_again(
    world: World, deal: Deal
) -> None:
    delivered(deal)
    deal.defect(1)
    closed(world, 100)
    assert world.do(settled(1, 11_500, 11_500)).fields["release_at"] == world.now + WARRANTY
    assert standing(world, "supplier", "1012.05") == 188_500
