"""Budget that comes free, in whatever way, pays first for goods that were accepted: blocked invoices are matched again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from erp.kernel.log.model import Document
from erp.procurement.schemas import CancelOrder, CancelRequisition, RecordTenderVoid
from tests.erp.test_invoices import broke, sound
from tests.erp.world import World, account

TAKEN = 850_000  # what another requisition has set aside


def ordered(world: World, amount: int) -> Document:
    """The other requisition, ordered at this amount."""
    requisition = world.last("requisition")
    world.do(world.tender(2, requisition))
    world.do(world.bid(2))
    world.do(world.quotation(amount, 2))
    return world.do(world.order(2, requisition, amount_minor=amount))


def by_cancelling_the_requisition(world: World) -> Document:
    number = world.last("requisition").number
    return world.do(CancelRequisition(requisition=number, reason="not needed"))


def by_a_tender_without_bids(world: World) -> Document:
    requisition = world.last("requisition")
    world.do(world.tender(2, requisition))
    return world.do(RecordTenderVoid(tender_id=2, requisition=requisition.number, bids=0))


def by_a_saving(world: World) -> Document:
    return ordered(world, TAKEN - 8_600)


def by_cancelling_the_order(world: World) -> Document:
    ordered(world, TAKEN)
    return world.do(CancelOrder(order_id=2, caller=account("buyer")))


def by_closing_the_order(world: World) -> Document:
    order = ordered(world, TAKEN)
    deposit = order.fields["deposit_minor"]
    world.fund(2, deposit)
    return world.do(world.closing(0, 0, deposit, 2))


WAYS = (
    by_cancelling_the_requisition,
    by_a_tender_without_bids,
    by_a_saving,
    by_cancelling_the_order,
    by_closing_the_order,
)


@pytest.mark.parametrize("frees", WAYS)
def test_an_invoice_blocked_for_budget_is_matched_once_budget_comes_free(
    world: World, frees: Callable[[World], Document]
) -> None:
    broke(world)
    freed = frees(world)
    match = world.last("match")
    assert (match.fields["status"], match.caused_by) == ("MATCHED", freed.sequence)
    assert match.fields["net_minor"] == 997_600
    sound(world)


def test_too_little_comes_free_and_the_invoice_stays_blocked(world: World) -> None:
    broke(world)
    matches = sum(document.type == "match" for document in world.log())
    ordered(world, TAKEN - 8_599)
    assert sum(document.type == "match" for document in world.log()) == matches
    sound(world)


def test_no_reorder_is_raised_of_freed_budget_so_that_a_void_tender_does_not_come_again(
    world: World,
) -> None:
    broke(world)
    world.do(world.policy(reorder_point=1_000, estimate_minor=1_000))
    raised = sum(document.type == "requisition" for document in world.log())
    by_a_tender_without_bids(world)
    assert sum(document.type == "requisition" for document in world.log()) == raised
