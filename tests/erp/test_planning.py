"""Stock below its threshold raises one requisition by itself, or keeps one hold that says why it cannot."""

from __future__ import annotations

from erp.budget.schemas import ApproveBudget
from erp.database import snapshot, transaction
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.parties.schemas import ExtendParty, SuspendParty
from erp.procurement.planning import reorders_due
from erp.procurement.queries import holds
from erp.procurement.schemas import CancelOrder, RecordTenderVoid
from erp.replay import differences
from erp.reversals.schemas import ReverseDocument
from erp.stock.queries import level
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.world import REF, World, account


def issue(world: World, quantity: int) -> None:
    world.do(IssueStock(entity="buyer", item="bolt", quantity=quantity, purpose=Purpose.PRODUCTION))


def stocked(world: World, quantity: int = 120, reorder_point: int = 100) -> None:
    world.do(OpenStock(entity="buyer", item="bolt", quantity=quantity, value_minor=quantity * 7))
    world.do(world.policy(reorder_point=reorder_point))


def types(world: World) -> list[str]:
    return [document.type for document in world.log()]


def test_issue_below_the_threshold_raises_one_requisition_with_its_terms(world: World) -> None:
    stocked(world)
    issue(world, 20)
    assert "requisition" not in types(world)  # 100 is not below 100
    issue(world, 1)
    requisition = world.last("requisition")
    assert requisition.fields["candidates"] == [
        {"party": "supplier", "account": account("supplier")},
        {"party": "rival", "account": account("rival")},
    ]
    assert requisition.fields["promised_at"] == world.now + 30 * 86_400
    assert (requisition.fields["quantity"], requisition.fields["estimate_minor"]) == (
        100,
        1_200_000,
    )
    issue(world, 1)  # 98 on hand + 100 on order: nothing more is due
    assert types(world).count("requisition") == 1


def test_barred_candidate_is_not_invited(world: World) -> None:
    world.do(SuspendParty(account=account("supplier"), reason_ref=REF))
    stocked(world, 1, 2)
    assert [c["party"] for c in world.last("requisition").fields["candidates"]] == ["rival"]


def test_candidate_that_becomes_a_supplier_ends_the_hold_and_is_invited(world: World) -> None:
    world.party("node", 8)
    stocked(world, 1, 0)
    world.do(world.policy(reorder_point=2, candidates=("node",)))
    assert "None of the 1 candidates" in world.last("reorder_hold").fields["reason"]
    extension = world.do(ExtendParty(account=account("node"), added=2, capabilities=10))
    assert extension.fields["party"] == "node"
    requisition = world.last("requisition")
    assert requisition.caused_by == extension.sequence
    assert [c["party"] for c in requisition.fields["candidates"]] == ["node"]


def test_reorder_over_budget_is_held_once_and_raised_when_money_comes(poor_world: World) -> None:
    world = poor_world
    stocked(world)
    issue(world, 30)
    issue(world, 1)
    hold = world.last("reorder_hold")
    assert types(world).count("reorder_hold") == 1
    assert "0 of budget available; 1200000 is asked" in hold.fields["reason"]
    world.do(ApproveBudget(entity="treasury", amount_minor=1_200_000))  # not the buyer's
    assert "requisition" not in types(world)
    world.do(ApproveBudget(entity="buyer", amount_minor=1_199_999))
    assert types(world).count("reorder_hold") == 2  # another amount is available now
    approval = world.do(ApproveBudget(entity="buyer", amount_minor=1))
    assert world.last("requisition").caused_by == approval.sequence
    with snapshot(world.engine) as session:
        assert holds(Rows.of(session)) == []
        assert differences(session) == []


def test_hold_without_candidate_ends_with_a_new_policy(world: World) -> None:
    for name in ("supplier", "rival"):
        world.do(SuspendParty(account=account(name), reason_ref=REF))
    stocked(world, 1, 2)
    assert "None of the 2 candidates" in world.last("reorder_hold").fields["reason"]
    with transaction(world.engine) as session:
        assert reorders_due(Rows.of(session)) == ["bolt"]
    world.do(world.policy(reorder_point=2, candidates=()))
    assert world.last("requisition").fields["candidates"] == []  # open to every supplier


def test_void_tender_frees_budget_and_is_not_raised_again_by_itself(world: World) -> None:
    stocked(world, 1, 2)
    requisition = world.last("requisition")
    world.do(world.tender())
    world.do(RecordTenderVoid(tender_id=1, requisition=requisition.number, bids=0))
    assert types(world).count("requisition") == 1
    with transaction(world.engine) as session:
        assert balance(Rows.of(session), "buyer", "9003") == -2_000_000
        assert balance(Rows.of(session), "buyer", "9002") == 0
        assert level(Rows.of(session), "buyer", "bolt").on_order == 0
        assert reorders_due(Rows.of(session)) == ["bolt"]
    issue(world, 1)
    assert types(world).count("requisition") == 2


def test_cancelled_order_frees_budget_and_nothing_is_on_order(world: World) -> None:
    world.ordered()
    cancel = world.do(CancelOrder(order_id=1, caller=account("passer-by")))
    assert cancel.fields["caller_code"] is None
    with transaction(world.engine) as session:
        assert balance(Rows.of(session), "buyer", "9001") == 0
        assert balance(Rows.of(session), "buyer", "9003") == -2_000_000
        assert level(Rows.of(session), "buyer", "bolt").on_order == 0
        assert differences(session) == []


def test_issue_costs_moving_average_and_the_last_unit_takes_the_rest(world: World) -> None:
    world.do(OpenStock(entity="buyer", item="bolt", quantity=7, value_minor=100))
    costs = []
    for quantity in (5, 1, 1):
        issue(world, quantity)
        costs.append(world.last("goods_issue").fields["cost_minor"])
    assert costs == [71, 14, 15]  # 5 × 100 / 7 is 71.4: the quotient is rounded, not the unit cost


def test_reversal_restores_every_balance_and_quantity(world: World) -> None:
    def state() -> tuple[object, ...]:
        with transaction(world.engine) as session:
            stock = level(Rows.of(session), "buyer", "bolt")
            codes = ("1002", "1403", "4001", "5001", "9000", "9003")
            return (
                stock.on_hand,
                stock.value_minor,
                *(balance(Rows.of(session), "buyer", code) for code in codes),
            )

    start = state()
    opening = world.do(OpenStock(entity="buyer", item="bolt", quantity=3, value_minor=100))
    middle = state()
    gone = world.do(IssueStock(entity="buyer", item="bolt", quantity=2, purpose=Purpose.PRODUCTION))
    approval = world.do(ApproveBudget(entity="buyer", amount_minor=50))
    for document in (approval, gone):
        world.do(ReverseDocument(number=document.number, reason="typo"))
    assert state() == middle
    world.do(ReverseDocument(number=opening.number, reason="typo"))
    assert state() == start
    with snapshot(world.engine) as session:
        assert differences(session) == []
