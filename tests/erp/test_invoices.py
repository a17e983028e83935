"""D3: a blocked invoice is released, withdrawn, or matched again by itself; its number is used once, however it is spelt."""

from __future__ import annotations

import pytest

from erp.budget.errors import BudgetExceeded
from erp.budget.schemas import ApproveBudget
from erp.database import transaction
from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.kernel.schema import legible
from erp.procurement.errors import (
    DuplicateInvoiceNumber,
    ReleasedByItsEnterer,
    ReleaseOutOfTerms,
    UnderTheFloor,
    UnknownInvoice,
)
from erp.procurement.queries import invoice, invoices_of
from erp.procurement.rules import invoice_key
from erp.procurement.schemas import (
    MatchInvoice,
    RaiseRequisition,
    RecordSilentAcceptance,
    ReleaseInvoice,
    WithdrawInvoice,
)
from erp.replay import differences
from tests.erp.books import check_books
from tests.erp.test_refusals import inspected, refused
from tests.erp.world import World, account

WORTH = 989_000  # 86 accepted of 100 for 1,150,000
MOST = 998_890  # 1 % above, rounded down
TOKENS = 5_200_000
SOMEBODY_ELSE = "finance li"


def release(world: World, net: int | None = None, tax: int | None = None) -> Document:
    command = ReleaseInvoice(
        invoice="SI-2026-00001", net_minor=net, tax_minor=tax, reason="agreed by telephone"
    )
    return world.do(command, actor=SOMEBODY_ELSE)


def broke(world: World) -> str:
    """A delivery of which 86 were accepted, and an invoice within tolerance that no budget is left for."""
    order = inspected(world)
    world.do(RaiseRequisition(item="bolt", estimate_minor=850_000))
    world.invoice(order, 86, 997_600, 129_688)
    blocked = world.last("match").fields
    assert (blocked["status"], blocked["reason"]) == (
        "BLOCKED",
        "price variance 8600 exceeds the available budget 0",
    )
    return order


def sound(world: World) -> None:
    with transaction(world.engine) as session:
        check_books(session, TOKENS)
        assert differences(session) == []


# ---- matched again


def test_d3_an_invoice_blocked_for_budget_is_matched_by_itself_once_it_is_approved(
    world: World,
) -> None:
    broke(world)
    world.do(ApproveBudget(entity="treasury", amount_minor=8_600))  # not the buyer's
    world.do(ApproveBudget(entity="buyer", amount_minor=8_599))
    assert world.last("match").fields["status"] == "BLOCKED"
    approval = world.do(ApproveBudget(entity="buyer", amount_minor=1))
    match = world.last("match")
    assert (match.fields["status"], match.caused_by) == ("MATCHED", approval.sequence)
    assert match.fields["net_minor"] == 997_600
    assert world.do(world.payment(match)).fields["invoice"] == "SI-2026-00001"
    sound(world)


def test_d3_of_several_blocked_invoices_of_a_delivery_one_is_matched_again(world: World) -> None:
    order = broke(world)
    world.invoice(order, 86, 997_600, 129_688, number="INV-2")
    world.invoice(order, 85, WORTH, 128_570, number="INV-3")  # not for want of budget
    world.do(ApproveBudget(entity="buyer", amount_minor=50_000))
    with transaction(world.engine) as session:
        states = [found.status for found in invoices_of(Rows.of(session), 1, 1)]
    assert states == ["MATCHED", "BLOCKED", "BLOCKED"]
    world.do(ApproveBudget(entity="buyer", amount_minor=50_000))  # and not a second time
    assert [d.fields["status"] for d in world.log() if d.type == "match"].count("MATCHED") == 1
    sound(world)


def test_d3_owed_money_goes_before_a_reorder_that_waits_for_the_same_budget(world: World) -> None:
    broke(world)
    world.do(world.policy(reorder_point=1_000, estimate_minor=8_600))
    assert world.last("reorder_hold").fields["item"] == "bolt"
    raised = [d.number for d in world.log() if d.type == "requisition"]
    world.do(ApproveBudget(entity="buyer", amount_minor=8_600))
    assert world.last("match").fields["status"] == "MATCHED"
    assert [d.number for d in world.log() if d.type == "requisition"] == raised


# ---- released


def test_d3_another_quantity_is_released_by_somebody_else_with_a_reason(world: World) -> None:
    world.invoice(inspected(world), 90, WORTH, 128_570)
    document = release(world)
    assert document.fields["reason"] == "agreed by telephone"
    assert document.fields["blocked_for"] == "quantity 90 is invoiced, 86 was accepted"
    match = world.last("match")
    assert match.caused_by == document.sequence
    assert (match.fields["status"], match.fields["release"]) == ("MATCHED", document.number)
    assert (match.fields["net_minor"], match.fields["tax_minor"]) == (WORTH, 128_570)
    world.do(world.payment(match))
    sound(world)


def test_d3_an_invoice_over_tolerance_is_released_down_to_what_the_terms_allow(
    world: World,
) -> None:
    world.invoice(inspected(world), 86, 1_100_000, 143_000)
    with refused(world, ReleaseOutOfTerms, net_minor=1_100_000, net_least=WORTH, net_most=MOST):
        release(world)
    for net, tax in ((MOST + 1, 129_855), (WORTH - 1, 128_570), (MOST, 129_857), (MOST, 129_854)):
        with refused(world, ReleaseOutOfTerms, tax_least=128_570 if net < WORTH else 129_855):
            release(world, net, tax)
    release(world, MOST, 129_856)
    match = world.last("match")
    assert (match.fields["status"], match.fields["net_minor"]) == ("MATCHED", MOST)
    assert match.fields["tax_minor"] == 129_856
    with transaction(world.engine) as session:
        kept = invoice(Rows.of(session), "SI-2026-00001")
        assert (kept.net_minor, kept.released_net_minor) == (1_100_000, MOST)
    world.do(world.payment(match))
    sound(world)


def test_d3_a_release_never_pays_more_than_the_invoice_asks(world: World) -> None:
    world.invoice(inspected(world), 90, 980_000, 100)
    for net, tax in ((980_001, 100), (979_999, 100), (980_000, 101), (980_000, 99)):
        with refused(world, ReleaseOutOfTerms, net_most=980_000, tax_most=100):
            release(world, net, tax)
    release(world)
    assert world.last("match").fields["net_minor"] == 980_000


FLOOR = 979_110  # 989,000 less one per cent, rounded up


def test_an_invoice_below_the_floor_is_blocked_with_the_reason_and_not_released(
    world: World,
) -> None:
    world.invoice(inspected(world), 86, FLOOR - 1, 100)
    match = world.last("match").fields
    assert match["status"] == "BLOCKED"
    assert f"under the floor {FLOOR} that the supplier is owed" in match["reason"]
    with refused(world, UnderTheFloor, net_minor=FLOOR - 1, floor=FLOOR):
        release(world)
    world.do(WithdrawInvoice(invoice="SI-2026-00001", reason="too little"))
    order = world.last("purchase_order").number
    world.invoice(order, 86, FLOOR, 100, number="INV-2")
    assert world.last("match").fields["status"] == "MATCHED"


def test_a_discount_that_the_supplier_granted_lowers_the_floor_and_lets_the_blocked_invoice_pass(
    world: World,
) -> None:
    world.invoice(inspected(world), 86, 500_000, 100)
    world.do(world.discount(500_001))
    assert world.last("match").fields["status"] == "BLOCKED"
    world.do(world.discount(500_000))
    match = world.last("match")
    assert (match.fields["status"], match.fields["net_minor"]) == ("MATCHED", 500_000)
    world.do(world.payment(match))
    sound(world)


def test_a_discount_is_the_suppliers_to_grant(world: World) -> None:
    inspected(world)
    other = world.discount(500_000).model_copy(update={"supplier": account("buyer")})
    with refused(world, Disagrees):
        world.do(other)


def test_d3_a_release_is_not_a_way_around_the_budget(world: World) -> None:
    broke(world)
    with refused(world, BudgetExceeded, available_minor=0, asked_minor=8_600):
        release(world)
    release(world, WORTH, 128_570)  # at the order's price nothing more is needed
    assert world.last("match").fields["variance"] == 0
    sound(world)


def test_d3_who_entered_an_invoice_does_not_release_it(world: World) -> None:
    world.invoice(inspected(world), 90, WORTH, 128_570)
    with refused(world, ReleasedByItsEnterer, invoice="SI-2026-00001", actor="finance:test"):
        world.do(ReleaseInvoice(invoice="SI-2026-00001", reason="mine"))


def test_d3_what_is_not_blocked_or_not_to_be_paid_is_not_released(world: World) -> None:
    order = world.funded()
    world.despatch(50)
    world.despatch(50, delivery_id=2)
    with refused(world, UnknownInvoice, key="SI-2026-00001"):
        release(world)
    world.invoice(order, 50, 575_000, 74_750)
    with refused(world, WrongStatus, status="OPEN", expected="BLOCKED"):
        release(world)
    world.inspect(world.receive(order, 50).number, 0, 50)  # nothing accepted: blocked
    with refused(world, WrongStatus, what="Delivery", status="REJECTED", expected="INSPECTED"):
        release(world)
    receipt = world.receive(order, 50, delivery_id=2).number
    world.invoice(order, 50, 575_000, 74_750, delivery_id=2, number="INV-2")
    world.inspect(receipt, 50)
    matched = ReleaseInvoice(invoice="SI-2026-00002", reason="why not")
    with refused(world, WrongStatus, what="Invoice", status="MATCHED"):
        world.do(matched, actor=SOMEBODY_ELSE)


def test_d3_an_invoice_that_silence_overtook_is_not_released(world: World) -> None:
    order = world.funded()
    world.despatch(50)
    world.receive(order, 50)
    world.invoice(order, 50, 575_000, 74_750)
    claim = RecordSilentAcceptance(
        order_id=1,
        delivery_id=1,
        accepted=50,
        accepted_amount_minor=575_000,
        net_minor=575_000,
        tax_minor=74_750,
    )
    world.do(claim)
    with refused(world, WrongStatus, what="Delivery", status="MATCHED"):
        release(world)


# ---- withdrawn


def test_d3_a_withdrawn_invoice_frees_its_number_and_stays(world: World) -> None:
    order = inspected(world)
    world.invoice(order, 90, WORTH, 128_570)
    withdrawal = world.do(WithdrawInvoice(invoice="SI-2026-00001", reason="wrong quantity"))
    assert withdrawal.fields["order"] == order
    with transaction(world.engine) as session:
        kept = invoice(Rows.of(session), "SI-2026-00001")
        assert (kept.status, kept.invoice_number, kept.reason) == (
            "WITHDRAWN",
            "INV-1",
            "wrong quantity",
        )
    world.invoice(order, 86, WORTH, 128_570)  # INV-1 again
    assert world.last("match").fields["status"] == "MATCHED"
    sound(world)


def test_d3_an_invoice_that_waits_for_inspection_is_withdrawn_and_another_follows(
    world: World,
) -> None:
    order = world.funded()
    world.despatch(50)
    receipt = world.receive(order, 50).number
    world.invoice(order, 50, 575_000, 74_750)
    world.do(WithdrawInvoice(invoice="SI-2026-00001", reason="wrong delivery"))
    world.invoice(order, 50, 575_000, 74_750, number="INV-2")
    world.inspect(receipt, 50)
    assert world.last("match").fields["invoice"] == "SI-2026-00002"


def test_d3_what_is_withdrawn_is_never_matched_released_or_withdrawn_again(world: World) -> None:
    broke(world)
    world.do(WithdrawInvoice(invoice="SI-2026-00001", reason="wrong"))
    world.do(ApproveBudget(entity="buyer", amount_minor=50_000))
    assert world.last("match").fields["status"] == "BLOCKED"
    for command in (
        MatchInvoice(invoice="SI-2026-00001"),
        ReleaseInvoice(invoice="SI-2026-00001", reason="again"),
        WithdrawInvoice(invoice="SI-2026-00001", reason="again"),
    ):
        with refused(world, WrongStatus, what="Invoice", status="WITHDRAWN"):
            world.do(command, actor=SOMEBODY_ELSE)


def test_d3_a_matched_invoice_is_not_withdrawn(world: World) -> None:
    world.invoice(inspected(world), 86, WORTH, 128_570)
    with refused(world, WrongStatus, what="Invoice", status="MATCHED"):
        world.do(WithdrawInvoice(invoice="SI-2026-00001", reason="too late"))
    with refused(world, UnknownInvoice):
        world.do(WithdrawInvoice(invoice="SI-9", reason="no such"))


# ---- numbers

SPELLINGS = [
    "b1",
    "B-1",
    " B 1 ",
    "Ｂ１",  # full width
    "B–1",  # en dash
    "B\u00a01",  # no-break space
    "B\u22121",  # minus sign
]  # characters that are not seen, such as a zero width space, no text may hold (D11)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_d3_an_invoice_number_is_used_once_however_it_is_spelt(world: World, spelling: str) -> None:
    order = world.funded()
    world.despatch(50)
    world.despatch(50, delivery_id=2)
    world.invoice(order, 50, 575_000, 74_750, number="B1")
    with refused(world, DuplicateInvoiceNumber, key=legible(spelling)):
        world.invoice(order, 50, 575_000, 74_750, delivery_id=2, number=spelling)
    world.invoice(order, 50, 575_000, 74_750, delivery_id=2, number="B2")


def test_d3_the_key_of_a_number_is_stable_and_keeps_what_tells_numbers_apart() -> None:
    for number in (*SPELLINGS, "Straße", "ﬀ", "ΐ", "発票—１２３"):
        assert invoice_key(invoice_key(number)) == invoice_key(number)
    assert invoice_key("発票—１２３") == "発票123"
    apart = ["B1", "B2", "B.1", "B/1", "B_1", "B01"]
    assert len({invoice_key(number) for number in apart}) == len(apart)
