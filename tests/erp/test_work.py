"""The work of a group: milestones and shares that earn pay by themselves, processes that facts on chain start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from erp.boards.grab import Asked, grab_page
from erp.budget.queries import available
from erp.budget.schemas import ApproveBudget
from erp.database import snapshot
from erp.groups.schemas import RecordRoleSeating
from erp.kernel.errors import Rejected, WrongStatus
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.needs.errors import ProposalUnsound
from erp.procurement.tables import PurchaseOrder
from erp.replay import differences
from erp.sales.schemas import CancelSalesOrder, ReturnSale
from erp.standing.queries import net_of_rules
from erp.work.errors import (
    ConditionUnsound,
    EarnsByDocuments,
    NobodyWorks,
    NoEvidenceHere,
    NothingMoreEarned,
    NotTheNextMilestone,
    SaleOfNoGroup,
)
from erp.work.queries import planned_for, progress
from erp.work.rules import ChainFact
from erp.work.schemas import Condition, DropPlannedProcess, PlanRelease
from erp.work.tables import WorkTotal
from tests.erp.groups import GROUP_ID, forming, grab, need, prepare, proposal, reopening, settlement
from tests.erp.sales import OVEN, Shop
from tests.erp.test_bets import WHOLE, active, measured
from tests.erp.test_receipt_voids import lose, void
from tests.erp.test_rulings import inspected, ruling
from tests.erp.work import (
    PAY,
    accepted,
    arrives,
    attested,
    delivered,
    earning,
    formed,
    milestone,
    opened,
    planned,
    purchase,
    say,
)
from tests.erp.world import World, account

STEPS = (
    milestone("drawings approved", 2_000),
    milestone("50 bolts accepted", 6_000, accepted(50)),
    milestone("all bolts accepted", 9_000, accepted(90)),
    milestone("papers handed over", 10_000),
)


@pytest.fixture(autouse=True)
def books(world: World) -> Iterator[None]:
    """A leader and nodes; afterwards the log rebuilds the books, and every rule that nets to nothing does."""
    prepare(world)
    world.do(ApproveBudget(entity="buyer", amount_minor=10_000_000))
    yield
    with snapshot(world.engine) as session:
        assert differences(session) == []
        assert {name: net for name, net in net_of_rules(session).items() if net} == {}


def reports(world: World) -> list[Document]:
    return [document for document in world.log() if document.type == "role_progress"]


def told(world: World) -> list[int]:
    """What was to be told of roles, in the order of the log: basis points."""
    return [report.fields["earned_bps"] for report in reports(world)]


def status(world: World, report: Document) -> str:
    with snapshot(world.engine) as session:
        return progress(Rows.of(session), report.number).status


# ---- pay by milestones --------------------------------------------------------------------------


def test_milestones_are_earned_one_after_the_other_by_word_and_by_documents(world: World) -> None:
    code = formed(world, earning(milestones=STEPS))
    with snapshot(world.engine) as session:
        steps = grab_page(session, code, 1, Asked(None, world.now)).role.earning
    assert [(e.earned_bps, e.item, e.quantity) for e in steps[:2]] == [
        (2_000, None, None),
        (6_000, "bolt", 50),
    ]
    order = purchase(world, code)
    world.inspect(arrives(world, order, 60), 60)
    assert told(world) == [], "the drawings come first"
    said = say(world, code, 2_000)
    first, second = reports(world)
    assert (first.fields["earned_bps"], second.fields["earned_bps"]) == (2_000, 6_000)
    assert {r.fields["because"] for r in (first, second)} == {said.number}
    assert (first.fields["party"], first.fields["holder"], first.entries) == (
        "n1",
        account("n1"),
        [],
    )
    (count,) = second.fields["counts"]
    assert (count["quantity"], count["counted"]) == (50, 60)
    inspections = [d.number for d in world.log() if d.type == "inspection"]
    assert (first.fields["counts"], count["documents"]) == ([], inspections)
    world.inspect(arrives(world, order, 30, 2), 30)
    (third,) = reports(world)[2:]
    assert third.fields["earned_bps"] == 9_000
    assert third.fields["counts"][0]["documents"] == [world.last("inspection").number]
    say(world, code, 10_000)
    assert told(world) == [2_000, 6_000, 9_000, 10_000]


def test_what_documents_count_nobody_says_and_nobody_skips_a_step(world: World) -> None:
    code = formed(world, earning(milestones=STEPS), earning(share=accepted(100)), earning())
    for bps, error in ((9_000, NotTheNextMilestone), (1_999, NotTheNextMilestone)):
        with pytest.raises(error, match="drawings approved"):
            say(world, code, bps)
    say(world, code, 2_000)
    with pytest.raises(EarnsByDocuments, match="50 units of bolt accepted"):
        say(world, code, 6_000)
    with pytest.raises(EarnsByDocuments, match="100 units"):
        say(world, code, 5_000, role_id=2)
    say(world, code, 3_333, role_id=3)
    for bps in (3_333, 1):
        with pytest.raises(NothingMoreEarned, match="3333"):
            say(world, code, bps, role_id=3)
    say(world, code, 3_334, role_id=3)


def test_all_is_earned_once(world: World) -> None:
    code = formed(world, earning(milestones=(milestone("all", 8_000),)))
    say(world, code, 8_000)
    with pytest.raises(NothingMoreEarned):
        say(world, code, 9_000)


def test_a_milestone_names_documents_of_its_group_alone(world: World) -> None:
    code = formed(world, earning())
    order = purchase(world, code)
    receipt = arrives(world, order, 10)
    other = world.funded(2)
    foreign = arrives(world, other, 10, order_id=2)
    for number in (foreign, "GR-2026-00099", world.last("budget_approval").number):
        with pytest.raises(NoEvidenceHere, match=number):
            say(world, code, 1_000, documents=(receipt, number))
    said = say(world, code, 1_000, documents=(receipt, order))
    assert said.fields["documents"] == [receipt, order]
    assert (said.fields["leader"], said.fields["holder_code"]) == ("lead", "n1")


def test_nobody_earns_in_a_role_that_nobody_holds(world: World) -> None:
    code = formed(world, earning(share=accepted(100)))
    order = purchase(world, code)
    world.inspect(arrives(world, order, 10), 10)
    (first,) = reports(world)
    world.do(attested(first))
    world.do(reopening(world, "n1", "resigned"))
    world.inspect(arrives(world, order, 20, 2), 20)
    assert told(world) == [1_000]
    with pytest.raises(NobodyWorks):
        say(world, code, 2_000)
    world.do(grab("n2", round=2))
    world.wait(3 * 86_400)
    world.do(
        RecordRoleSeating(group_id=GROUP_ID, role_id=1, round=2, holder=account("n2"), pledge="100")
    )
    world.inspect(arrives(world, order, 5, 3), 5)
    last = reports(world)[-1].fields
    assert (last["earned_bps"], last["round"], last["party"]) == (3_500, 2, "n2")
    assert (
        last["counts"][0]["documents"]
        == [d.number for d in world.log() if d.type == "inspection"][1:]
    )


# ---- pay by shares ------------------------------------------------------------------------------


def test_a_share_is_earned_by_what_customers_keep_and_never_falls(world: World) -> None:
    shop = Shop(world)
    shop.open()
    code = formed(world, earning(share=delivered(30)), earning(share=delivered(30, by_holder=True)))
    sale = shop.delivered(chain_group=code)
    assert told(world) == [3_333], "a third, rounded down; role 2's holder sold nothing itself"
    shop.delivered()  # of no group
    world.do(ReturnSale(sales_order=sale, quantity=4, good=4, reason="too loud"))
    shop.delivered(chain_group=code, quantity=3)
    assert told(world) == [3_333], "six and three are no more than ten"
    shop.delivered(chain_group=code, quantity=40, net_minor=1)
    assert told(world) == [3_333, 10_000], "and all is the most"
    assert reports(world)[-1].fields["counts"] == [
        {"measure": "delivered", "item": OVEN, "quantity": 30, "by_holder": False, "counted": 49}
        | {"documents": [world_return(world), *deliveries(world)[2:]]}
    ]


def world_return(world: World) -> str:
    return world.last("sales_return").number


def deliveries(world: World) -> list[str]:
    return [d.number for d in world.log() if d.type == "sales_delivery"]


def test_a_ruling_counts_in_place_of_the_inspection(world: World) -> None:
    code = formed(world, earning(share=accepted(200)))
    inspected(world, purchase(world, code), 100, 80)
    assert told(world) == [4_000]
    world.do(ruling(90, 90 * 11_500, received_at=world.now))
    assert told(world) == [4_000, 4_500]
    (count,) = reports(world)[-1].fields["counts"]
    assert (count["counted"], count["documents"]) == (90, [world.last("delivery_ruling").number])


@pytest.mark.parametrize("ended", [False, True], ids=["void", "end of the order"])
def test_what_came_too_late_for_its_order_is_not_counted_any_more(
    world: World, ended: bool
) -> None:
    code = formed(world, earning(share=accepted(200)))
    order = purchase(world, code)
    receipt = arrives(world, order, 40)
    world.inspect(receipt, 40)
    assert told(world) == [2_000]
    lose(world)
    if ended:
        world.do(world.closing(0, 0, world.rows_of(PurchaseOrder, 1).escrowed_minor))
    else:
        world.do(void(receipt))
    counted = world.rows_of(WorkTotal, code, "accepted", "bolt", "supplier")
    assert counted.quantity == 0
    assert told(world) == [2_000], "what was earned before stays"


# ---- what the chain makes of reports ------------------------------------------------------------


def test_a_report_that_the_chain_has_otherwise_is_shown_and_told_again(world: World) -> None:
    code = formed(world, earning(share=accepted(100)))
    order = purchase(world, code)
    world.inspect(arrives(world, order, 50), 50)
    (report,) = reports(world)
    world.do(attested(report, earned_bps=3_000))
    assert status(world, report) == "MISREPORTED"
    assert told(world) == [5_000, 5_000], "what documents show is told again"
    again = reports(world)[-1]
    world.do(attested(again, before_bps=3_000))
    assert (status(world, again), told(world)) == ("REPORTED", [5_000, 5_000])


def test_a_report_is_late_when_as_much_is_known_or_the_group_ends(world: World) -> None:
    code = formed(world, earning())
    for bps in (1_000, 2_000, 3_000):
        say(world, code, bps)
    first, second, third = reports(world)
    world.do(attested(first, earned_bps=2_500, evidence=None, amount_minor=PAY // 4))
    assert [status(world, r) for r in (first, second, third)] == ["LATE", "LATE", "OPEN"]
    with pytest.raises(NothingMoreEarned, match="3000"):
        say(world, code, 3_000)
    world.do(settlement(PAY, PAY // 4))
    assert status(world, third) == "LATE"
    assert world.last("progress_lateness").fields["progress"] == third.number
    with pytest.raises(WrongStatus):
        say(world, code, 9_000)


@pytest.mark.sqlite("refused before anything is written")
@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"milestones": (milestone("a", 2_000), milestone("b", 2_000))}, "do not rise"),
        ({"milestones": (milestone("a", 1),), "share": accepted(1)}, "by a share; name one"),
        (
            {"milestones": (milestone("a", 1, accepted(9)), milestone("b", 2, accepted(9)))},
            "no more than those before",
        ),
    ],
)
def test_no_group_is_proposed_whose_pay_nobody_could_earn(
    world: World, how: dict[str, Any], why: str
) -> None:
    with pytest.raises(ProposalUnsound, match=why):
        world.do(proposal((PAY,), need(world), roles=(earning(**how),)))


def test_what_is_counted_is_an_item_of_the_house(world: World) -> None:
    with pytest.raises(Rejected, match="oven"):
        world.do(proposal((PAY,), need(world), roles=(earning(share=delivered(1)),)))


# ---- processes that wait for the chain ----------------------------------------------------------


def states(world: World, code: str) -> list[tuple[str, str | None]]:
    with snapshot(world.engine) as session:
        return [(each.status, each.reason) for each in planned_for(Rows.of(session), code)]


def requisitions(world: World) -> list[tuple[int, str | None]]:
    return [
        (d.fields["quantity"], d.fields["chain_group"])
        for d in world.log()
        if d.type == "requisition"
    ]


def test_each_fact_on_chain_starts_its_requisition_once(world: World) -> None:
    code = opened(world, earning())
    planned(world, code, ChainFact.GROUP_FORMED, quantity=1)
    planned(world, code, ChainFact.ROLE_SEATED, role_id=1, quantity=2)
    planned(world, code, ChainFact.ROLE_EARNED, role_id=1, at_least_bps=5_000, quantity=3)
    planned(world, code, ChainFact.BET_ACTIVE, quantity=4)
    planned(world, code, ChainFact.INDEX_REACHED, at_least_bps=12_000, quantity=5)
    assert requisitions(world) == []
    world.do(forming(100))
    assert requisitions(world) == [(1, code), (2, code)]
    say(world, code, 4_999)
    world.do(attested(reports(world)[-1]))
    say(world, code, 5_000)
    assert len(requisitions(world)) == 2, "the event tells it, not the report"
    world.do(attested(reports(world)[-1], before_bps=4_999))
    assert requisitions(world)[2:] == [(3, code)]
    index = {"index_baseline": "100", "index_elasticity_bps": 10_000, "index_max_up_bps": 5_000}
    active(world, group_id=GROUP_ID, **index)
    assert requisitions(world)[3:] == [(4, code)]
    world.do(measured(None, 119, factor_bps=11_900, weight=WHOLE))
    assert len(requisitions(world)) == 4
    world.do(measured(None, 120, factor_bps=12_000, ruled=True, weight=WHOLE))
    assert requisitions(world)[4:] == [(5, code)]
    assert states(world, code) == [("STARTED", None)] * 5
    started = world.last("process_start")
    assert started.caused_by == world.last("bet_measure").sequence
    planned(world, code, ChainFact.BET_ACTIVE, quantity=6)
    assert requisitions(world)[5:] == [(6, code)], "a fact that is there already starts it at once"


def test_an_event_is_booked_though_what_it_starts_is_hindered_and_is_tried_again(
    world: World,
) -> None:
    code = opened(world, earning())
    with snapshot(world.engine) as session:
        left = available(Rows.of(session), "buyer")
    planned(world, code, ChainFact.GROUP_FORMED, estimate_minor=left + 1)
    formed_by = world.do(forming(100))
    assert formed_by.type == "group_forming"
    ((state, reason),) = states(world, code)
    assert (state, requisitions(world)) == ("HELD", [])
    assert str(left + 1) in str(reason)
    world.do(ApproveBudget(entity="buyer", amount_minor=1))
    assert requisitions(world) == [(100, code)]
    assert states(world, code) == [("STARTED", None)]
    world.do(ApproveBudget(entity="buyer", amount_minor=10**9))
    assert len(requisitions(world)) == 1


def test_a_bet_releases_the_sale_that_waits_for_it(world: World) -> None:
    code = formed(world, earning())
    shop = Shop(world)
    shop.open(limit=1)
    held, other = (shop.order(chain_group=code).number for _ in range(2))
    when = Condition(fact=ChainFact.BET_ACTIVE)
    for sale in (held, other):
        world.do(PlanRelease(sales_order=sale, when=when))
    world.do(CancelSalesOrder(sales_order=other, reason="not wanted"))
    active(world, group_id=GROUP_ID)
    released = world.last("sales_release")
    assert (released.fields["sales_order"], released.actor) == (held, "bridge")
    assert released.fields["reason"] == "planned by PLS-2026-00001: bet_active"
    ((one, _), (two, why)) = states(world, code)
    assert (one, two) == ("STARTED", "HELD")
    assert "CANCELLED" in str(why)
    free = shop.order().number
    with pytest.raises(SaleOfNoGroup):
        world.do(PlanRelease(sales_order=free, when=when))
    with pytest.raises(WrongStatus):
        world.do(PlanRelease(sales_order=held, when=when))


def test_what_waits_is_dropped_by_hand_or_when_the_group_ends(world: World) -> None:
    code = formed(world, earning())
    dropped = planned(world, code, ChainFact.BET_BOUND).number
    planned(world, code, ChainFact.BET_SETTLED)
    world.do(DropPlannedProcess(planned=dropped, reason="bought elsewhere"))
    with pytest.raises(WrongStatus):
        world.do(DropPlannedProcess(planned=dropped, reason="again"))
    world.do(settlement(PAY, 0))
    assert states(world, code) == [
        ("DROPPED", "bought elsewhere"),
        ("DROPPED", "its group has ended"),
    ]
    assert requisitions(world) == []
    with pytest.raises(WrongStatus):
        planned(world, code, ChainFact.GROUP_FORMED)


@pytest.mark.sqlite("refused before anything is written")
@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (ChainFact.GROUP_FORMED, {"role_id": 1}),
        (ChainFact.ROLE_SEATED, {}),
        (ChainFact.ROLE_EARNED, {"role_id": 1}),
        (ChainFact.ROLE_EARNED, {"role_id": 1, "at_least_bps": 10_001}),
        (ChainFact.BET_ACTIVE, {"at_least_bps": 1}),
    ],
)
def test_a_condition_that_no_event_meets_is_refused(
    world: World, fact: ChainFact, told: dict[str, Any]
) -> None:
    code = formed(world, earning())
    with pytest.raises(ConditionUnsound):
        planned(world, code, fact, **told)
    with pytest.raises(Rejected, match="role 9"):
        planned(world, code, ChainFact.ROLE_SEATED, role_id=9)
