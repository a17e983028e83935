"""The chain group of a need stands on every line of every document that follows from it, and on no other."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pytest
from sqlalchemy import Engine

from erp.budget.schemas import ApproveBudget
from erp.database import snapshot
from erp.kernel.entry import NO_GROUP, Entry
from erp.kernel.journal import PostingRule
from erp.kernel.log.model import Document
from erp.ledger.turnover.model import Dimension
from erp.ledger.turnover.queries import trial_balance
from erp.payments import journals as payments
from erp.procurement import journals as procurement
from erp.procurement.schemas import (
    CancelOrder,
    CancelRequisition,
    CertifyInputVat,
    RaiseRequisition,
    RecordBondForfeit,
    RecordRedLetterInvoice,
    RecordSilentAcceptance,
    RecordTenderVoid,
)
from erp.reversals.schemas import ReverseDocument
from erp.stock.rules import Purpose, StockKind
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.books import check_groups
from tests.erp.world import BOND, DAY, World, account

GROUP = "GRP-2026-00001"
OTHER = "GRP-2026-00002"


def groups_of(document: Document) -> set[str]:
    """The chain groups on the entries of a document, as the log keeps them."""
    return {entry["chain_group"] for entry in document.entries}


def live(world: World) -> list[Document]:
    """Everything that can happen to needs of GROUP: an order with penalty, silence and close, and all that ends early."""
    before = len(world.log())
    world.do(ApproveBudget(entity="buyer", amount_minor=5_000_000, chain_group=GROUP))
    whole_order(world)
    ended_early(world)
    issue = world.do(
        IssueStock(
            entity="buyer", item="bolt", quantity=5, purpose=Purpose.PRODUCTION, chain_group=GROUP
        )
    )
    world.do(ReverseDocument(number=issue.number, reason="another order of production"))
    return world.log()[before:]


def whole_order(world: World) -> None:
    """A bidder that stays silent, a late delivery with a variance, a claimed one, one that is lost; then the close."""
    world.do(RaiseRequisition(item="bolt", chain_group=GROUP))
    world.do(world.tender(1))
    world.do(world.bid(1))
    world.do(world.bid(1, "rival", 2))
    world.do(world.quotation(tender_id=1))
    order = world.do(world.order(1)).number
    world.do(world.award(1, bids=2))
    world.do(
        RecordBondForfeit(
            tender_id=1, supplier=account("rival"), buyer=account("buyer"), bond_minor=BOND
        )
    )
    world.fund(1)
    world.wait(33 * DAY)
    world.despatch(40)
    world.inspect(world.receive(order, 40).number, 38, 2)
    world.invoice(order, 38, 439_000, 57_070)
    paid = world.do(world.payment(world.last("match"), penalty_minor=6_555))
    invoice = world.last("supplier_invoice").number
    world.do(CertifyInputVat(entity="buyer", invoices=(invoice,)))
    tax = paid.fields["penalty_tax_minor"]
    world.do(
        RecordRedLetterInvoice(
            order=order,
            delivery_id=1,
            invoice_number="RED-1",
            net_minor=6_555 - tax,
            tax_minor=tax,
        )
    )
    world.despatch(20, 2)
    world.receive(order, 20, 2)
    claimed = {"accepted_amount_minor": 230_000, "net_minor": 230_000, "tax_minor": 29_900}
    world.do(RecordSilentAcceptance(order_id=1, delivery_id=2, accepted=20, **claimed))
    world.do(
        world.payment_of(
            order_id=1,
            delivery_id=2,
            match=None,
            supplier=account("supplier"),
            **claimed,
            penalty_minor=3_450,
            paid_minor=256_450,
        )
    )
    world.despatch(10, 3)
    refund = 1_350_000 - paid.fields["paid_minor"] - 256_450
    world.do(world.closing(58, 667_000, refund))


def ended_early(world: World) -> None:
    """A requisition that is cancelled and stands again, a tender without a bid, an order that is not funded."""
    cancelled = world.do(RaiseRequisition(item="bolt", chain_group=GROUP))
    world.do(CancelRequisition(requisition=cancelled.number, reason="the user changed its mind"))
    world.do(world.tender(2, cancelled))
    world.do(RecordTenderVoid(tender_id=2, requisition=cancelled.number, bids=0))
    world.ordered(3, GROUP)
    world.do(CancelOrder(order_id=3, caller=account("buyer")))


@pytest.fixture
def world(engine: Engine) -> World:
    """Buyer and supplier of one house, so that goods of both are in the books; a rival from outside."""
    made = World(engine, sisters=("supplier",))
    made.prepare()
    goods = {"item": "bolt", "quantity": 65, "value_minor": 650_000}
    made.do(OpenStock(entity="supplier", **goods, kind=StockKind.FINISHED))
    return made


def test_every_line_of_every_document_of_a_group_carries_it(world: World) -> None:
    documents = live(world)
    posting = [document for document in documents if document.entries]
    assert [one.number for one in posting if groups_of(one) != {GROUP}] == []
    told = {document.type for document in posting}
    assert told >= {
        "budget_approval", "requisition", "requisition_cancel", "tender", "tender_void", "bid", "quotation",
        "bond_forfeit", "purchase_order", "escrow_deposit", "inspection", "match", "payment", "silent_acceptance",
        "order_close", "order_cancel", "despatch", "vat_certification", "red_letter_invoice",
        "goods_issue", "reversal",
    }  # fmt: skip
    assert {document.entries[0]["entity"] for document in posting} >= {"buyer", "supplier", "rival"}
    with snapshot(world.engine) as session:
        check_groups(session)


def test_the_trial_balance_of_a_group_nets_to_zero_in_each_ledger(world: World) -> None:
    live(world)
    world.ordered(4, OTHER)
    world.fund(4)
    with snapshot(world.engine) as session:
        nets: dict[tuple[str, str], int] = {}
        for row in trial_balance(session, Dimension.CHAIN_GROUP):
            key = row.key, row.ledger
            nets[key] = nets.get(key, 0) + row.debit_minor - row.credit_minor
    assert set(nets.values()) == {0}
    assert nets.keys() >= {(group, ledger) for group in (GROUP, OTHER) for ledger in ("GL", "BUD")}


def test_requisition_tender_and_order_name_the_group_in_the_log(world: World) -> None:
    world.ordered(1, GROUP)
    for kind in ("requisition", "tender", "purchase_order"):
        assert world.last(kind).fields["chain_group"] == GROUP


def test_what_no_group_asked_for_carries_none(world: World) -> None:
    world.ordered(1)
    assert set().union(*map(groups_of, world.log())) == {NO_GROUP}
    for kind in ("requisition", "tender", "purchase_order"):
        assert world.last(kind).fields["chain_group"] is None


def test_a_reorder_by_itself_is_of_no_group_even_after_an_issue_for_one(world: World) -> None:
    world.do(OpenStock(entity="buyer", item="bolt", quantity=500, value_minor=50_000))
    world.do(world.policy(reorder_point=500))
    world.do(
        IssueStock(
            entity="buyer", item="bolt", quantity=1, purpose=Purpose.PRODUCTION, chain_group=GROUP
        )
    )
    requisition = world.last("requisition")
    assert requisition.caused_by is not None
    assert groups_of(requisition) == {NO_GROUP}


def forgetful(rule: PostingRule) -> Callable[..., Entry | None]:
    """A posting that leaves the group out."""
    return lambda *args, **dimensions: rule.entry(*args, **{**dimensions, "chain_group": NO_GROUP})


@pytest.mark.parametrize(
    ("room", "rule"),
    [
        (procurement, "RESERVED"),
        (procurement, "BOND_STAKED"),
        (procurement, "BOND_RETURNED"),
        (procurement, "BOND_LOST"),
        (procurement, "ORDERED"),
        (procurement, "EARNED"),
        (payments, "PAID"),
    ],
)
def test_a_test_of_the_test_a_posting_that_forgets_the_group_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch, room: ModuleType, rule: str
) -> None:
    monkeypatch.setattr(room, rule, SimpleNamespace(entry=forgetful(getattr(room, rule))))
    whole_order(world)
    with snapshot(world.engine) as session, pytest.raises(AssertionError, match="another group"):
        check_groups(session)
