"""Everything the ERP says no to, each with its own error, and nothing posted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from erp.budget.errors import BudgetExceeded
from erp.budget.schemas import ApproveBudget
from erp.credit.schemas import RecordCreditOutcome
from erp.items.errors import InvalidPolicy, ItemExists, NoSourcingPolicy, UnknownItem
from erp.items.schemas import RegisterItem
from erp.kernel.errors import Disagrees, Rejected, WrongStatus
from erp.kernel.log.errors import UnknownDocument
from erp.ledger.errors import Overdrawn, PeriodAlreadyClosed, PeriodClosed, PeriodNotOver
from erp.parties.errors import NotActive, PartyExists, UnknownAccount
from erp.parties.schemas import (
    EnrolParty,
    ExtendParty,
    PartyKind,
    RegisterParty,
    ReinstateParty,
    SuspendParty,
)
from erp.payments.errors import AlreadyPaid, DepositTooSmall, NotMatched
from erp.payments.schemas import ContributeCapital, RecordTokenRedemption
from erp.procurement.errors import (
    AlreadyAttested,
    AlreadyInvoiced,
    AlreadyReceived,
    BidExists,
    CloseAlreadyRequested,
    DeliveriesUnsettled,
    DeliveryExists,
    DuplicateInvoiceNumber,
    NoEligibleCandidate,
    NotInspected,
    NotYetClosable,
    OrderExists,
    OverDespatch,
    OverReceipt,
    ReceivedOutOfTime,
    TenderExists,
    TooManyDeliveries,
    UnknownBid,
    UnknownDelivery,
    UnknownInvoice,
    UnknownOrder,
    UnknownReceipt,
    UnknownTender,
)
from erp.procurement.schemas import (
    AttestReceipt,
    CancelOrder,
    MatchInvoice,
    RaiseRequisition,
    RecordBondForfeit,
    RecordGoodsReceipt,
    RecordSilentAcceptance,
    RecordTenderVoid,
    RequestOrderClose,
)
from erp.quality.errors import AlreadyInspected, InspectionIncomplete, ReasonMissing
from erp.quality.schemas import AttestInspection, RecordInspection
from erp.reversals.errors import AlreadyReversed, NotReversible
from erp.reversals.schemas import ReverseDocument
from erp.stock.errors import InsufficientStock
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.test_order_changes import reported
from tests.erp.world import DAY, REF, World, account, closing


@contextmanager
def refused(world: World, error: type[Rejected], **facts: Any) -> Iterator[None]:
    """The step is refused with this very error and facts, and the log stands still."""
    before = len(world.log())
    with pytest.raises(Rejected) as refusal:
        yield
    assert type(refusal.value) is error, refusal.value
    stated = refusal.value.facts()
    assert {name: stated[name] for name in facts} == facts
    assert str(refusal.value)
    assert len(world.log()) == before


# ---- parties, items, stock, ledger
# -------------------------------------------------------------------


def test_party_registered_twice(world: World) -> None:
    twin = RegisterParty(code="buyer", name="x", kind=PartyKind.INTERNAL, account=account("other"))
    with refused(world, PartyExists, key="buyer"):
        world.do(twin)
    with refused(world, PartyExists, key=account("buyer")):
        world.do(twin.model_copy(update={"code": "other", "account": account("buyer")}))


def test_party_enrolled_twice_suspended_twice_reinstated_when_not_suspended(world: World) -> None:
    with refused(world, WrongStatus, status="ENROLLED"):
        world.do(EnrolParty(account=account("buyer"), capabilities=1))
    with refused(world, WrongStatus):
        world.do(ReinstateParty(account=account("buyer")))
    world.do(SuspendParty(account=account("buyer"), reason_ref=REF))
    with refused(world, WrongStatus):
        world.do(SuspendParty(account=account("buyer"), reason_ref=REF))
    world.do(ReinstateParty(account=account("buyer")))


def test_party_extended_before_it_was_enrolled(world: World) -> None:
    world.do(
        RegisterParty(code="node", name="Node", kind=PartyKind.EXTERNAL, account=account("node"))
    )
    with refused(world, WrongStatus, status="REGISTERED"):
        world.do(ExtendParty(account=account("node"), added=2, capabilities=10))


def test_unknown_account(world: World) -> None:
    with refused(world, UnknownAccount, key=account("stranger")):
        world.do(EnrolParty(account=account("stranger"), capabilities=1))


def test_item_registered_twice_and_policies_that_cannot_work(world: World) -> None:
    with refused(world, ItemExists, key="bolt"):
        world.do(RegisterItem(code="bolt", name="Bolt", unit="piece"))
    with refused(world, UnknownItem, key="nut"):
        world.do(world.policy(item="nut"))
    with refused(world, InvalidPolicy):
        world.do(world.policy(candidates=("supplier", "supplier")))
    with refused(world, InvalidPolicy):
        world.do(world.policy(candidates=("buyer",)))


def test_stock_that_is_not_there(world: World) -> None:
    with refused(world, InsufficientStock, on_hand=0, asked=1):
        world.do(IssueStock(entity="buyer", item="bolt", quantity=1, purpose=Purpose.PRODUCTION))


def test_wallet_never_negative(world: World) -> None:
    with refused(world, Overdrawn, account="1012.01", available_minor=100_000, asked_minor=100_001):
        world.do(
            RecordTokenRedemption(account=account("supplier"), amount_minor=100_001, bank_ref=REF)
        )


def test_period_is_closed_once_when_over_and_takes_nothing_more(world: World) -> None:
    with refused(world, PeriodNotOver, current="2026-01"):
        world.do(closing("2026-01"))
    start = world.now
    world.wait(40 * DAY)
    world.do(closing("2026-01"))
    with refused(world, PeriodAlreadyClosed):
        world.do(closing("2026-01"))
    world.now = start
    with refused(world, PeriodClosed, period="2026-01"):
        world.do(ContributeCapital(entity="buyer", amount_minor=1))


def test_reversal_of_what_others_rely_on_or_twice(world: World) -> None:
    capital = world.do(ContributeCapital(entity="buyer", amount_minor=1))
    world.do(ReverseDocument(number=capital.number, reason="typo"))
    with refused(world, AlreadyReversed):
        world.do(ReverseDocument(number=capital.number, reason="typo"))
    with refused(world, UnknownDocument):
        world.do(ReverseDocument(number="CAP-1999-00001", reason="typo"))
    with refused(world, NotReversible, type="sourcing_policy"):
        world.do(ReverseDocument(number=world.last("sourcing_policy").number, reason="typo"))


def test_reversal_of_an_opening_whose_stock_has_gone(world: World) -> None:
    opening = world.do(OpenStock(entity="buyer", item="bolt", quantity=10, value_minor=100))
    world.do(IssueStock(entity="buyer", item="bolt", quantity=1, purpose=Purpose.PRODUCTION))
    with refused(world, NotReversible, type="stock_opening"):
        world.do(ReverseDocument(number=opening.number, reason="typo"))


# ---- requisition and tender
# --------------------------------------------------------------------------


def test_requisition_over_budget(world: World) -> None:
    with refused(world, BudgetExceeded, available_minor=2_000_000, asked_minor=2_000_001):
        world.do(RaiseRequisition(item="bolt", estimate_minor=2_000_001))


def test_requisition_without_policy_buyer_or_candidate(world: World) -> None:
    world.do(RegisterItem(code="nut", name="Nut", unit="piece"))
    with refused(world, NoSourcingPolicy, key="nut"):
        world.do(RaiseRequisition(item="nut"))
    for name in ("supplier", "rival"):
        world.do(SuspendParty(account=account(name), reason_ref=REF))
    with refused(world, NoEligibleCandidate, candidates=2):
        world.do(RaiseRequisition(item="bolt"))
    world.do(SuspendParty(account=account("buyer"), reason_ref=REF))
    with refused(world, NotActive, party="buyer"):
        world.do(RaiseRequisition(item="bolt"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("buyer", account("rival")),
        ("quantity", 99),
        ("ceiling_minor", 1_200_001),
        ("bond_minor", 1),
        ("min_credit_bps", 1),
        ("second_price", True),
        ("review_seconds", 60),
        ("silence_seconds", 1),
    ],
)
def test_tender_that_the_requisition_does_not_ask_for_is_kept_without_it(
    world: World, field: str, value: Any
) -> None:
    world.do(RaiseRequisition(item="bolt"))
    tender = world.do(world.tender(**{field: value}))
    assert f"{field} is said to be" in tender.fields["unasked"]
    assert tender.fields["item"] == "bolt"
    world.do(world.tender(2))  # the requisition still waits for its own
    assert world.last("tender").fields["unasked"] is None


def test_tender_twice_of_nothing_or_with_strangers(world: World) -> None:
    requisition = world.do(RaiseRequisition(item="bolt"))
    nothing = world.tender(2, requisition).model_copy(update={"requisition": "PR-1"})
    unasked = [
        world.do(tender).fields["unasked"]
        for tender in (
            nothing,
            world.tender(3, invited=(account("buyer"),)),
            world.tender(4, invited=()),
        )
    ]
    told = ("No requisition 'PR-1'", account("buyer"), "invited is said to be everybody")
    assert all(part in why for part, why in zip(told, unasked, strict=True)), unasked
    world.do(world.tender())
    with refused(world, TenderExists):
        world.do(world.tender())
    assert "TENDERED" in world.do(world.tender(5)).fields["unasked"]


def test_bids_that_contradict_the_tender(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    with refused(world, UnknownTender, key=9):
        world.do(world.bid(9))
    with refused(world, Disagrees, field="bond_minor"):
        world.do(world.bid(bond_minor=1))
    with refused(world, UnknownBid):
        world.do(world.quotation())
    world.do(world.bid())
    with refused(world, BidExists):
        world.do(world.bid(index=2))
    with refused(world, Disagrees, field="bond_returned_minor"):
        world.do(world.quotation(bond_returned_minor=1))
    with refused(world, Disagrees, field="within_ceiling"):
        world.do(world.quotation(amount=1_200_001, within_ceiling=True))
    world.do(world.quotation())
    with refused(world, WrongStatus, status="REVEALED"):
        world.do(world.quotation())
    forfeit = RecordBondForfeit(
        tender_id=1, supplier=account("supplier"), buyer=account("buyer"), bond_minor=10_000
    )
    with refused(world, WrongStatus, status="REVEALED"):
        world.do(forfeit)


def test_award_to_another_than_the_best(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    world.do(world.bid())
    world.do(world.bid(supplier="rival", index=2, credit_bps=9_000))
    world.do(world.quotation())
    world.do(world.quotation(supplier="rival"))
    with refused(world, Disagrees, field="supplier", said="supplier", recorded="rival"):
        world.do(world.award(bids=2))  # equal amounts: better credit wins
    with refused(world, Disagrees, field="bids"):
        world.do(world.award(bids=1))
    world.do(world.award(supplier=account("rival"), bids=2))
    void = RecordTenderVoid(tender_id=1, requisition=world.last("requisition").number, bids=2)
    with refused(world, WrongStatus, status="AWARDED"):
        world.do(void)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", 99),
        ("amount_minor", 1_150_001),
        ("promised_at", 1),
        ("tax_bps", 0),
        ("tolerance_bps", 0),
        ("lateness_cap_bps", 0),
        ("silence_seconds", 0),
        ("deposit_minor", 1),
        ("requisition", "PR-2026-00009"),
    ],
)
def test_order_on_other_terms_than_its_requisition(world: World, field: str, value: Any) -> None:
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    world.do(world.bid())
    world.do(world.quotation())
    with refused(world, Disagrees, field=field):
        world.do(world.order().model_copy(update={field: value}))


def test_order_twice_or_from_a_sealed_bid(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    world.do(world.bid())
    with refused(world, Disagrees, field="supplier", recorded="nobody"):
        world.do(world.order())
    world.do(world.quotation())
    world.do(world.order())
    with refused(world, OrderExists):
        world.do(world.order())


def test_award_of_another_order_than_the_one_that_stands(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    world.do(world.bid())
    world.do(world.quotation())
    world.do(world.award(order_id=7))
    with refused(world, Disagrees, field="order_id", said=1, recorded=7):
        world.do(world.order())


# ---- escrow, despatch, receipt, inspection
# ------------------------------------------------------------


def test_deposit_too_small_or_twice(world: World) -> None:
    world.ordered()
    with refused(world, DepositTooSmall, amount_minor=1_312_558, required_minor=1_312_559):
        world.fund(amount=1_312_558)
    world.fund(amount=1_312_559)
    with refused(world, WrongStatus, status="FUNDED"):
        world.fund()


def test_despatch_before_escrow_beyond_the_order_or_twice(world: World) -> None:
    world.ordered()
    with refused(world, WrongStatus, status="OPENED"):
        world.despatch(1)
    world.fund()
    with refused(world, OverDespatch, quantity=101, open=100):
        world.despatch(101)
    world.despatch(60)
    with refused(world, OverDespatch, open=40):
        world.despatch(41, delivery_id=2)
    with refused(world, DeliveryExists):
        world.despatch(1)


def test_more_deliveries_than_an_order_may_have(world: World) -> None:
    world.funded()
    for delivery_id in range(1, 65):
        world.despatch(1, delivery_id=delivery_id)
    with refused(world, TooManyDeliveries, maximum=64):
        world.despatch(1, delivery_id=65)


def test_receipt_over_the_despatch_unknown_or_twice(world: World) -> None:
    order = world.funded()
    with refused(world, UnknownOrder, key="PO-1"):
        world.receive("PO-1", 1)
    with refused(world, UnknownDelivery):
        world.receive(order, 1)
    world.despatch(90)
    with refused(world, OverReceipt, quantity=91, shipped=90):
        world.receive(order, 91)
    world.receive(order, 90)
    with refused(world, AlreadyReceived):
        world.receive(order, 90)


def test_receipt_before_the_despatch_or_in_the_future(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    for moment in (world.now - 1, world.now + 1):
        receipt = RecordGoodsReceipt(order=order, delivery_id=1, quantity=90, received_at=moment)
        with refused(world, ReceivedOutOfTime, received_at=moment):
            world.do(receipt)


def test_inspection_that_does_not_add_up_or_comes_twice(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    with refused(world, UnknownReceipt):
        world.inspect("GR-2026-00001", 90)
    receipt = world.receive(order, 90).number
    for accepted, rejected in ((91, 0), (86, 3), (86, 5)):
        with refused(world, InspectionIncomplete, received=90):
            world.inspect(receipt, accepted, rejected)
    with refused(world, ReasonMissing, rejected=4):
        world.do(RecordInspection(receipt=receipt, accepted=86, rejected=4))
    world.inspect(receipt, 86, 4)
    with refused(world, AlreadyInspected):
        world.inspect(receipt, 86, 4)


@pytest.mark.parametrize(
    ("field", "value"),
    [("quantity", 89), ("received_at", 5), ("days_late", 1), ("receipt", "GR-9")],
)
def test_attested_receipt_that_differs(world: World, field: str, value: Any) -> None:
    order = world.funded()
    world.despatch(90)
    receipt = world.receive(order, 90)
    attested = AttestReceipt(
        order_id=1,
        delivery_id=1,
        receipt=receipt.number,
        quantity=90,
        received_at=world.now,
        days_late=0,
    )
    with refused(world, Disagrees, field=field):
        world.do(attested.model_copy(update={field: value}))
    world.do(attested)
    with refused(world, AlreadyAttested):
        world.do(attested)


@pytest.mark.parametrize(
    ("field", "value"),
    [("accepted", 87), ("rejected", 3), ("accepted_amount_minor", 989_001), ("inspection", "QI-9")],
)
def test_attested_inspection_that_differs(world: World, field: str, value: Any) -> None:
    order = world.funded()
    world.despatch(90)
    inspection = world.inspect(world.receive(order, 90).number, 86, 4)
    attested = AttestInspection(
        order_id=1,
        delivery_id=1,
        inspection=inspection.number,
        accepted=86,
        rejected=4,
        accepted_amount_minor=989_000,
    )
    with refused(world, Disagrees, field=field):
        world.do(attested.model_copy(update={field: value}))
    world.do(attested)
    with refused(world, AlreadyAttested):
        world.do(attested)


# ---- invoice, match, payment
# ---------------------------------------------------------------------------


def inspected(world: World) -> str:
    order = world.funded()
    world.despatch(90)
    world.inspect(world.receive(order, 90).number, 86, 4)
    return order


@pytest.mark.parametrize(
    ("quantity", "net", "tax", "reason"),
    [
        (86, 998_891, 1, "net amount 998891 is over tolerance, 998890 is allowed"),
        (90, 989_000, 1, "quantity 90 is invoiced, 86 was accepted"),
        (85, 977_500, 1, "quantity 85 is invoiced, 86 was accepted"),
        (86, 989_000, 128_571, "tax 128571 is over the rate, 128570 is allowed"),
    ],
)
def test_invoice_that_does_not_match_is_blocked_and_posts_nothing(
    world: World, quantity: int, net: int, tax: int, reason: str
) -> None:
    order = inspected(world)
    world.invoice(order, quantity, net, tax)
    match = world.last("match")
    assert (match.fields["status"], match.fields["reason"], match.entries) == (
        "BLOCKED",
        reason,
        [],
    )
    with refused(world, NotMatched, status="INSPECTED"):
        world.do(world.payment(match))
    world.invoice(order, 86, 989_000, 128_570, number="INV-2")  # another may follow a blocked one
    assert world.last("match").fields["status"] == "MATCHED"
    with refused(world, AlreadyInvoiced):
        world.invoice(order, 86, 989_000, 128_570, number="INV-3")


def test_invoice_at_the_very_edge_of_tolerance_matches(world: World) -> None:
    world.invoice(inspected(world), 86, 998_890, 129_856)
    assert world.last("match").fields["status"] == "MATCHED"


def test_price_variance_beyond_the_budget_blocks_until_there_is_more(world: World) -> None:
    order = world.funded()
    world.do(RaiseRequisition(item="bolt", estimate_minor=850_000))  # leaves nothing available
    world.despatch(90)
    receipt = world.receive(order, 90)
    world.invoice(order, 86, 997_600, 129_688)
    world.inspect(receipt.number, 86, 4)
    blocked = world.last("match")
    assert blocked.fields["reason"] == "price variance 8600 exceeds the available budget 0"
    assert world.last("inspection").entries  # the acceptance itself stands
    world.do(ApproveBudget(entity="buyer", amount_minor=8_600))
    assert world.last("match").fields["status"] == "MATCHED"


def test_invoice_number_twice_and_delivery_invoiced_twice(world: World) -> None:
    order = world.funded()
    world.despatch(50)
    world.despatch(50, delivery_id=2)
    world.invoice(order, 50, 575_000, 74_750)
    with refused(world, DuplicateInvoiceNumber, key="INV-1"):
        world.invoice(order, 50, 575_000, 74_750, delivery_id=2)
    with refused(world, AlreadyInvoiced):
        world.invoice(order, 50, 575_000, 74_750, number="INV-2")
    with refused(world, UnknownDelivery):
        world.invoice(order, 50, 575_000, 74_750, delivery_id=3, number="INV-2")


def test_match_of_nothing_or_too_early(world: World) -> None:
    order = world.funded()
    world.despatch(50)
    invoice = world.invoice(order, 50, 575_000, 74_750)
    with refused(world, NotInspected, delivery_id=1):
        world.do(MatchInvoice(invoice=invoice.number))
    with refused(world, UnknownInvoice):
        world.do(MatchInvoice(invoice="SI-1"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("match", "MAT-9"),
        ("match", None),
        ("accepted_amount_minor", 988_999),
        ("net_minor", 997_601),
        ("tax_minor", 129_687),
        ("penalty_minor", 1),
        ("paid_minor", 1_127_287),
        ("supplier", account("rival")),
    ],
)
def test_payment_that_the_books_do_not_owe(world: World, field: str, value: Any) -> None:
    world.invoice(inspected(world), 86, 997_600, 129_688)
    payment = world.payment(world.last("match"))
    with refused(world, Disagrees):
        world.do(payment.model_copy(update={field: value}))
    world.do(payment)
    with refused(world, AlreadyPaid):
        world.do(payment)


# ---- silence, close, cancel
# --------------------------------------------------------------------------


def silent(**changed: Any) -> RecordSilentAcceptance:
    stated: dict[str, Any] = {
        "order_id": 1,
        "delivery_id": 1,
        "accepted": 86,
        "accepted_amount_minor": 989_000,
        "net_minor": 989_000,
        "tax_minor": 128_570,
    }
    return RecordSilentAcceptance(**{**stated, **changed})


def test_claim_that_contradicts_what_is_booked(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    with refused(world, WrongStatus, status="SHIPPED"):
        world.do(silent())
    receipt = world.receive(order, 90)
    with refused(world, Disagrees, field="accepted", said=86, recorded=90):
        world.do(silent())
    inspection = world.inspect(receipt.number, 86, 4)
    with refused(world, Disagrees, field="accepted", said=86, recorded=90):
        world.do(silent())
    reported(world, inspection)
    full = silent(
        accepted=90, accepted_amount_minor=1_035_000, net_minor=1_035_000, tax_minor=134_550
    )
    with refused(world, Disagrees, field="accepted", said=90, recorded=86):
        world.do(full)
    with refused(world, Disagrees, field="tax_minor"):
        world.do(silent(tax_minor=128_571))
    world.do(silent())
    with refused(world, WrongStatus):
        world.do(silent())
    with refused(world, AlreadyInvoiced):
        world.invoice(order, 86, 989_000, 128_570)


@pytest.mark.parametrize(
    "closing", [(85, 989_000, 222_712), (86, 988_999, 222_712), (86, 989_000, 222_711)]
)
def test_close_that_the_books_contradict(world: World, closing: tuple[int, int, int]) -> None:
    world.invoice(inspected(world), 86, 997_600, 129_688)
    world.do(world.payment(world.last("match")))
    with refused(world, Disagrees):
        world.do(world.closing(*closing))
    world.do(world.closing(86, 989_000, 222_712))
    with refused(world, WrongStatus, status="CLOSED"):
        world.do(world.closing(86, 989_000, 222_712))


def test_close_with_accepted_goods_unpaid(world: World) -> None:
    inspected(world)
    with refused(world, DeliveriesUnsettled, unsettled=1):
        world.do(world.closing(86, 989_000, 1_350_000))


def test_close_asked_for_too_early_unsettled_or_twice(world: World) -> None:
    order = world.funded()
    with refused(world, NotYetClosable):
        world.do(RequestOrderClose(order=order))
    world.despatch(90)
    receipt = world.receive(order, 90)
    world.wait(43 * DAY)
    with refused(world, DeliveriesUnsettled, unsettled=1):
        world.do(RequestOrderClose(order=order))
    world.inspect(receipt.number, 0, 90)
    assert world.do(RequestOrderClose(order=order)).fields["order_id"] == 1
    with refused(world, CloseAlreadyRequested):
        world.do(RequestOrderClose(order=order))


def test_cancel_of_a_funded_order(world: World) -> None:
    world.funded()
    with refused(world, WrongStatus, status="FUNDED"):
        world.do(CancelOrder(order_id=1, caller=account("supplier")))


def test_credit_outcome_of_another_than_the_supplier(world: World) -> None:
    world.ordered()
    outcome = RecordCreditOutcome(
        account=account("rival"),
        order_id=1,
        delivery_id=0,
        value_minor=1,
        delivery_bps=0,
        quality_bps=0,
        score_bps=1,
    )
    with refused(world, Disagrees, field="party"):
        world.do(outcome)


def test_every_refusal_has_its_own_code() -> None:
    def leaves(kind: type[Rejected]) -> list[type[Rejected]]:
        return [kind, *(leaf for below in kind.__subclasses__() for leaf in leaves(below))]

    codes = [kind.code for kind in leaves(Rejected)]
    assert len(codes) == len(set(codes))
