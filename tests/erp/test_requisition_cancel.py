"""D3: a requisition can be cancelled while no tender stands on it, and a tender that opened all the same is booked."""

from __future__ import annotations

import pytest

from erp.database import transaction
from erp.kernel.errors import WrongStatus
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.procurement.errors import TenderExists, UnknownRequisition
from erp.procurement.schemas import CancelRequisition, RaiseRequisition, RecordTenderVoid
from erp.replay import differences
from erp.stock.queries import level
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.books import check_books
from tests.erp.test_refusals import refused
from tests.erp.world import World

TOKENS = 5_200_000
CANCEL = CancelRequisition(requisition="PR-2026-00001", reason="no longer needed")


def budget(world: World) -> tuple[int, int, int]:
    """Available, set aside, and quantity on order; the books are sound."""
    with transaction(world.engine) as session:
        check_books(session, TOKENS)
        assert differences(session) == []
        return (
            -balance(Rows.of(session), "buyer", "9003"),
            -balance(Rows.of(session), "buyer", "9002"),
            level(Rows.of(session), "buyer", "bolt").on_order,
        )


def test_d3_a_cancelled_requisition_frees_its_budget_and_is_not_on_order(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    assert budget(world) == (800_000, 1_200_000, 100)
    cancel = world.do(CANCEL)
    assert cancel.fields["estimate_minor"] == 1_200_000
    assert budget(world) == (2_000_000, 0, 0)


def test_d3_a_cancelled_reorder_is_raised_again_by_the_next_look_only(world: World) -> None:
    world.do(OpenStock(entity="buyer", item="bolt", quantity=5, value_minor=100))
    world.do(world.policy(reorder_point=9))
    world.do(CANCEL)
    assert [d.type for d in world.log()].count("requisition") == 1
    world.do(IssueStock(entity="buyer", item="bolt", quantity=1, purpose=Purpose.PRODUCTION))
    assert world.last("requisition").number == "PR-2026-00002"


def test_d3_what_has_a_tender_or_is_cancelled_is_not_cancelled(world: World) -> None:
    with refused(world, UnknownRequisition, key="PR-2026-00001"):
        world.do(CANCEL)
    requisition = world.do(RaiseRequisition(item="bolt"))
    world.do(world.tender())
    with refused(world, WrongStatus, status="TENDERED", expected="RAISED"):
        world.do(CANCEL)
    world.do(RecordTenderVoid(tender_id=1, requisition=requisition.number, bids=0))
    with refused(world, WrongStatus, status="VOID"):
        world.do(CANCEL)
    second = CancelRequisition(requisition="PR-2026-00002", reason="twice")
    world.do(RaiseRequisition(item="bolt"))
    world.do(second)
    with refused(world, WrongStatus, status="CANCELLED"):
        world.do(second)


def test_d3_a_tender_that_opened_all_the_same_sets_the_budget_aside_again(world: World) -> None:
    requisition = world.do(RaiseRequisition(item="bolt"))
    world.do(CANCEL)
    assert "quantity" in world.do(world.tender(2, quantity=7)).fields["unasked"]
    assert budget(world) == (2_000_000, 0, 0)
    tender = world.do(world.tender(), origin="event 1")
    assert tender.fields["set_aside_again"] is True
    assert budget(world) == (800_000, 1_200_000, 100)
    assert world.do(world.tender(), origin="event 1") == tender
    with refused(world, TenderExists, key=1):
        world.do(world.tender(), origin="event 2")
    world.do(world.bid())
    world.do(world.quotation())
    world.do(world.order(1, requisition))
    world.do(world.award())
    assert budget(world) == (850_000, 0, 100)


def test_d3_a_tender_in_time_sets_nothing_aside_again(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    tender = world.do(world.tender())
    assert (tender.fields["set_aside_again"], tender.entries) == (False, [])


def test_d3_such_a_tender_is_booked_without_its_requisition_when_its_budget_is_spent(
    world: World,
) -> None:
    world.do(RaiseRequisition(item="bolt"))
    tender = world.tender()
    world.do(CANCEL)
    world.do(RaiseRequisition(item="bolt", estimate_minor=1_500_000))
    before = budget(world)
    kept = world.do(tender, origin="event 1")
    assert "500000" in kept.fields["unasked"]
    assert (kept.entries, budget(world)) == ([], before)
    assert world.do(tender, origin="event 1") == kept


@pytest.mark.parametrize("reason", [None, ""])
def test_d3_a_cancel_says_why(reason: str | None) -> None:
    with pytest.raises(ValueError, match="reason"):
        CancelRequisition(requisition="PR-2026-00001", reason=reason)
