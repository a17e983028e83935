"""执行: milestones and shares pay in the run that books their document; a fact on chain starts the group's purchase."""

from __future__ import annotations

from bridge.commitments.documents import document_root
from erp.work.rules import ChainFact
from erp.work.schemas import Condition, PlanRequisition
from scripts.plays.acts.customers import Counter
from tests.groups import BUDGET, LEADER, STAKE, TOKENS
from tests.lives.work import CARRIER, MAKER, PAY, opened, overtaken, said
from tests.world import World

FUNDS = "1012.08"
ITEM = "COPPER"


def statuses(world: World) -> list[str]:
    """Where each report of progress stands, in the order they were made."""
    return [row[0] for row in world.sql("SELECT status FROM role_progress ORDER BY number")]


def earned(world: World, who: str) -> int:
    return world.balance(who) - TOKENS + STAKE


def test_what_is_reached_is_paid_in_the_same_run_and_starts_the_groups_purchase(
    world: World,
) -> None:
    group = opened(world)
    world.stock_item(ITEM)
    counter = Counter(world, group)
    when = Condition(fact=ChainFact.ROLE_EARNED, role_id=MAKER, at_least_bps=4_000)
    asked = PlanRequisition(chain_group=counter.code, when=when, item=ITEM, quantity=7)
    world.erp(asked)
    world.settle()
    assert world.documents("requisition") == []

    milestone = said(world, group)
    world.settle()
    assert earned(world, "N1") == PAY[MAKER] * 4 // 10
    (report,) = world.documents("role_progress")
    assert report.fields["because"] == milestone
    told = world.last("progress_attestation").fields
    assert told["evidence"] == report.number
    assert told["evidence_ref"] == "0x" + document_root(report).hex()
    requisition, tender = world.last("requisition"), world.last("tender")
    assert (requisition.fields["quantity"], requisition.fields["chain_group"]) == (7, counter.code)
    assert tender.fields["requisition"] == requisition.number
    assert tender.fields["chain_group"] == counter.code

    counter.sell(10_000, quantity=10)
    counter.sell(10_000, quantity=7)
    world.settle()
    shares = PAY[CARRIER] * 3_333 // 10_000, PAY[CARRIER] * 5_666 // 10_000
    assert (earned(world, "N1"), earned(world, "N2")) == (PAY[MAKER], shares[1])
    paid = [(d.fields["party"], d.fields["amount_minor"]) for d in world.documents("role_payment")]
    assert sum(amount for who, amount in paid if who == "N2") == shares[1]
    assert statuses(world) == ["REPORTED"] * 4
    left = sum(PAY.values()) - PAY[MAKER] - shares[1]
    assert world.account(LEADER, FUNDS) == left
    assert world.account(LEADER, "9004") == -(PAY[MAKER] + shares[1])
    assert world.account(LEADER, "9003") == -(BUDGET - sum(PAY.values()))
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_what_the_reporter_says_first_or_otherwise_pays_nobody_twice(world: World) -> None:
    group = opened(world)
    overtaken(world, group)
    assert statuses(world) == ["LATE"]
    assert earned(world, "N1") == PAY[MAKER] // 2
    Counter(world, group).sell(10_000, quantity=10)
    world.settle_passes(1)  # the bridge knows both reports, and waits for their anchor
    _, ten, third = world.documents("role_progress")
    lie = (group.id, MAKER, 1, 6_000, document_root(ten))
    world.transact("reporter", "GroupPay", "reportProgress", *lie)
    world.settle()
    assert statuses(world) == ["LATE", "MISREPORTED", "REPORTED", "REPORTED"]
    assert third.fields["role_id"] == CARRIER
    assert (earned(world, "N1"), earned(world, "N2")) == (
        PAY[MAKER],
        PAY[CARRIER] * 3_333 // 10_000,
    )
    world.assert_nothing_waits()
    world.assert_audit_holds()
