"""Matches that a change of the order overtook: entries, budget and invoice go back, and what is refused."""

from __future__ import annotations

import pytest

from erp.kernel.errors import Disagrees, WrongStatus
from erp.procurement.errors import AlreadyAttested, MatchStands
from erp.procurement.rules import DeliveryStatus, InvoiceStatus
from erp.procurement.schemas import RecordMatchVoid, ReleaseInvoice, WithdrawInvoice
from erp.procurement.tables import Delivery, SupplierInvoice
from erp.quality.schemas import AttestInspection
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock
from tests.erp.test_order_changes import amendment, check
from tests.erp.test_rulings import ruling
from tests.erp.test_worked_case import booked
from tests.erp.world import World


def void(match: str) -> RecordMatchVoid:
    """The outside did not take it."""
    return RecordMatchVoid(order_id=1, delivery_id=1, match=match)


def matched(world: World, net: int = 575_000, tax: int = 74_750) -> str:
    """Of 100 for 1,150,000 are 50 accepted and matched, and the outside has heard of neither; the match."""
    order = world.funded()
    world.despatch(50)
    world.inspect(world.receive(order, 50).number, 50)
    world.invoice(order, 50, net, tax)
    assert world.last("match").fields["status"] == InvoiceStatus.MATCHED
    return world.last("match").number


def dearer(world: World) -> None:
    """Both sides signed 1,400,000: the 50 are worth 700,000."""
    world.do(amendment(quantity=100))


def test_a_match_below_the_new_price_goes_back_to_where_it_was_before_the_invoice(
    world: World,
) -> None:
    match = matched(world)
    dearer(world)
    voided = world.do(void(match))
    assert booked(voided) == [
        ("buyer", "GL", {"2202.01": 649_750, "1403": 125_000}, {"2202.02": 700_000, "2221.05": 74_750}),
        ("supplier", "GL", {"1122.02": 700_000, "2221.01.06": 74_750}, {"1122.01": 649_750, "6001": 125_000}),
        ("buyer", "BUD", {"9003": 125_000}, {"9004": 125_000}),
    ]  # fmt: skip
    assert voided.fields["unbudgeted_minor"] == 0
    delivery = world.rows_of(Delivery, 1, 1)
    assert (delivery.status, delivery.match, delivery.invoice) == (
        DeliveryStatus.INSPECTED,
        None,
        None,
    )
    invoice = world.rows_of(SupplierInvoice, "SI-2026-00001")
    assert invoice.status == InvoiceStatus.BLOCKED
    assert (invoice.reason or "").startswith("net amount 575000 is under the floor 693000")
    check(world)


def test_a_match_above_the_new_price_frees_what_it_cost_more_and_is_released_at_the_new_price(
    world: World,
) -> None:
    match = matched(world, 580_000, 75_400)
    world.do(IssueStock(entity="buyer", item="bolt", quantity=20, purpose=Purpose.PRODUCTION))
    world.do(
        amendment(quantity=100, amount_minor=900_000, topped_up_minor=0, refunded_minor=285_325)
    )
    voided = world.do(void(match))
    assert voided.fields["reason"] == "net amount 580000 is over tolerance, 454500 is allowed"
    check(world)
    world.do(
        ReleaseInvoice(invoice="SI-2026-00001", net_minor=450_000, tax_minor=58_500, reason="so"),
        actor="chief",
    )
    again = world.last("match")
    assert (again.fields["status"], again.fields["net_minor"]) == (InvoiceStatus.MATCHED, 450_000)
    check(world)


def test_what_was_released_at_the_old_price_needs_another_release(world: World) -> None:
    order = world.funded()
    world.despatch(50)
    world.inspect(world.receive(order, 50).number, 50)
    world.invoice(order, 50, 600_000, 78_000)
    world.do(
        ReleaseInvoice(invoice="SI-2026-00001", net_minor=575_000, tax_minor=74_750, reason="so"),
        actor="chief",
    )
    match = world.last("match").number
    dearer(world)
    world.do(void(match))
    invoice = world.rows_of(SupplierInvoice, "SI-2026-00001")
    assert (invoice.release, invoice.released_net_minor, invoice.released_tax_minor) == (None,) * 3
    check(world)


def test_a_price_within_the_terms_is_not_taken_back(world: World) -> None:
    match = matched(world)
    with pytest.raises(MatchStands):
        world.do(void(match))
    world.do(world.discount(575_000))
    dearer(world)
    with pytest.raises(MatchStands):  # the supplier granted it
        world.do(void(match))
    check(world)


def test_only_the_match_that_stands_and_that_nobody_settled_is_taken_back(world: World) -> None:
    match = matched(world)
    with pytest.raises(Disagrees, match="match"):
        world.do(void("MAT-2026-00009"))
    dearer(world)
    world.do(void(match))
    with pytest.raises(Disagrees, match="match"):
        world.do(void(match))
    world.do(WithdrawInvoice(invoice="SI-2026-00001", reason="dearer now"))
    world.invoice("PO-2026-00001", 50, 700_000, 91_000, number="INV-2")
    paid = world.last("match")
    number = world.last("inspection").number
    world.do(
        AttestInspection(
            order_id=1, delivery_id=1, inspection=number, accepted=50, rejected=0, accepted_amount_minor=700_000
        )
    )  # fmt: skip
    world.do(world.payment(paid))
    with pytest.raises(WrongStatus):
        world.do(void(paid.number))
    check(world)


def test_a_match_that_a_ruling_stands_for_is_not_taken_back(world: World) -> None:
    match = matched(world)
    world.do(ruling(50, 575_000, received=50))
    with pytest.raises(AlreadyAttested):
        world.do(void(match))
    check(world)
