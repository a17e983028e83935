"""People: hired and let go by HR, never with duties that exclude each other, and known by whatever token they use."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from erp.attachments.schemas import EraseSideData
from erp.attachments.service import content_of
from erp.attachments.tables import Attachment
from erp.budget.schemas import ApproveBudget
from erp.database import transaction
from erp.groups.schemas import RecordRoleSeating
from erp.kernel.errors import WrongStatus
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.needs.errors import ApprovedByProposer
from erp.needs.schemas import ApproveGroup
from erp.parties.errors import UnknownParty
from erp.payments.schemas import ContributeCapital
from erp.people import queries
from erp.people.duties import FOR_PARTNERS, PAIRS, ROLES, Duty, exclude, standing_conflict
from erp.people.errors import (
    AlreadyEmployed,
    ExclusiveDuties,
    NoDutyThere,
    OwnEmployment,
    PersonExists,
    UnknownEmployment,
    UnknownPerson,
)
from erp.people.schemas import EmployPerson, EndEmployment, RegisterPerson
from erp.procurement.schemas import (
    RaiseRequisition,
    RecordGoodsReceipt,
    RecordSupplierInvoice,
    ReleaseInvoice,
)
from erp.proposals.errors import ConfirmedByProposer
from erp.proposals.schemas import ConfirmProposal, proposal_of
from erp.quality.schemas import RecordInspection
from erp.replay import differences, rebuild
from erp.reversals.schemas import ReverseDocument
from erp.rights.acts import COUNTED, DUTIES_FOR
from erp.rights.errors import Denied, DutyConflict, NotEmployedFor
from erp.rooms import OPERATIONS, execute
from tests.erp import groups
from tests.erp.people import hire, register
from tests.erp.world import World, account

SALT = bytes(32)


def sound(world: World) -> None:
    with transaction(world.engine) as session:
        assert differences(session) == []


def alone(world: World, command: Any, actor: str) -> Any:
    """Tells one command just so, by one person."""
    with transaction(world.engine) as session:
        return execute(session, command, at=world.now, salt=SALT, actor=actor)


def ended(world: World, employment: str, actor: str | None = None) -> None:
    world.do(EndEmployment(employment=employment, reason="left the house"), actor=actor)


# ---- who is hired


def test_a_person_is_registered_employed_and_let_go_and_the_log_rebuilds_it(world: World) -> None:
    made = register(world, "P-1")
    assert (made.number, made.entries) == ("PSN-2026-00001", [])
    world.wait(10)
    employment = hire(world, "P-1", "buyer", Duty.RECEIVE, Duty.INSPECT)
    assert employment == "EMP-2026-00001"
    since = world.now
    world.wait(10)
    ended(world, employment)
    end = world.last("employment_end")
    assert (end.number, end.fields["person"], end.fields["party"]) == (
        "EME-2026-00001", "P-1", "buyer",
    )  # fmt: skip
    with transaction(world.engine) as session:
        rows = Rows.of(session)
        found = queries.employment(rows, employment)
        assert (found.party, found.since, found.until) == ("buyer", since, world.now)
        assert queries.duties_of(rows, found) == {Duty.RECEIVE, Duty.INSPECT}
        assert queries.current(rows, "P-1") == []
        tables = ("person", "employment", "employment_duty")
        live = {one: session.execute(text(f"SELECT * FROM {one}")).all() for one in tables}  # noqa: S608
    sound(world)
    again = rebuild(world.log())
    with again.connect() as connection:
        for one, rows_of in live.items():
            assert connection.execute(text(f"SELECT * FROM {one}")).all() == rows_of  # noqa: S608
    again.dispose()


def test_no_name_stands_in_the_log_and_it_is_erased_for_good(world: World) -> None:
    register(world, "P-1", name="Wang Xiaoming")
    with transaction(world.engine) as session:
        log = session.execute(text("SELECT payload FROM document_log")).scalars().all()
        assert log
        assert not [one for one in log if "Xiaoming" in one]
        (name,) = Rows.of(session).select(Attachment)
        assert content_of(session, name)[0] == b"Wang Xiaoming"
    attached = world.last("attachment")
    assert (attached.fields["about"], attached.fields["personal"]) == ("PSN-2026-00001", True)
    assert attached.caused_by == world.last("person").sequence
    world.do(EraseSideData(attachment=attached.number, reason="asked for"))
    with transaction(world.engine) as session:
        assert session.execute(text("SELECT count(*) FROM side_data")).scalar() == 0
    sound(world)


def test_a_name_exchanged_past_the_log_is_found_by_the_audit(world: World) -> None:
    register(world, "P-1")
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE side_data SET content = :other"), {"other": b"Li Ning"})
    with transaction(world.engine) as session:
        (found,) = differences(session)
    assert (found.table, found.live) == ("side_data", "other bytes")


def test_what_hr_mistypes_is_refused_and_leaves_nothing(world: World) -> None:
    register(world, "P-1")
    employment = hire(world, "P-1", "buyer", Duty.RECEIVE)
    before = world.log()
    for command, refusal in (
        (EmployPerson(person="P-9", party="buyer", duties=(Duty.PLAN,)), UnknownPerson),
        (EmployPerson(person="P-1", party="nowhere", duties=(Duty.PLAN,)), UnknownParty),
        (EmployPerson(person="P-1", party="buyer", duties=(Duty.PLAN,)), AlreadyEmployed),
        (EmployPerson(person="P-1", party="supplier", duties=(Duty.PLAN,)), NoDutyThere),
        (EndEmployment(employment="EMP-2026-00009", reason="trial"), UnknownEmployment),
    ):
        with pytest.raises(refusal):
            world.do(command)
    with pytest.raises(PersonExists, match="P-1"):
        register(world, "P-1")
    double = {"code": "P-2", "login": "p-1", "name_bytes": 1, "name_digest": "0" * 64}
    with pytest.raises(PersonExists, match="p-1"):
        world.do(RegisterPerson(**double))
    assert world.log() == before
    ended(world, employment)
    with pytest.raises(WrongStatus, match="ENDED"):
        ended(world, employment)
    hire(world, "P-1", "buyer", Duty.PLAN)
    with pytest.raises(ValidationError, match="once"):
        EmployPerson(person="P-1", party="buyer", duties=(Duty.PLAN, Duty.PLAN))
    sound(world)


def test_nobody_employs_himself_nor_ends_his_own_employment(world: World) -> None:
    own = hire(world, "P-1", "buyer", Duty.HIRE)
    actor = "hr:desk@P-1"
    with pytest.raises(OwnEmployment):
        ended(world, own, actor)
    ended(world, hire(world, "P-2", "buyer", Duty.PLAN), actor)
    world.party("sister", 1)
    with pytest.raises(OwnEmployment):
        world.do(EmployPerson(person="P-1", party="buyer", duties=(Duty.APPROVE,)), actor=actor)
    register(world, "P-3")
    with pytest.raises(NotEmployedFor, match="sister"):
        world.do(EmployPerson(person="P-3", party="sister", duties=(Duty.PLAN,)), actor=actor)
    sound(world)


# ---- duties that exclude each other


# Written down apart from the code, after the design: these are never given to one person at a time ...
NEVER_ONE_PERSON = {
    frozenset({"propose_group", "approve_group"}),
    frozenset({"propose_bet", "approve_bet"}),
    frozenset({"receive", "match"}),
    frozenset({"order", "approve"}),
    frozenset({"write_review", "attest_progress"}),
}
# ... and no two of these are done by one person on one order.
ON_ONE_ORDER = ("order", "receive", "inspect", "match", "approve")


@pytest.mark.parametrize("both", list(combinations(Duty, 2)), ids=" and ".join)
def test_two_duties_are_in_one_person_unless_the_table_says_not(both: tuple[Duty, Duty]) -> None:
    conflict = standing_conflict(both)
    assert (conflict is not None) == (frozenset(both) in NEVER_ONE_PERSON)
    on_one = frozenset(both) in NEVER_ONE_PERSON or set(both) <= set(ON_ONE_ORDER)
    assert exclude(*both) == exclude(*reversed(both)) == on_one


def test_each_pair_of_duties_stands_in_the_table_once_and_each_act_has_its_document() -> None:
    assert len({pair.duties for pair in PAIRS}) == len(PAIRS)
    types = {made.doc_type for made in OPERATIONS.values()}
    assert DUTIES_FOR.keys() | COUNTED.keys() <= types
    roles = {made.doc_type: made.roles for made in OPERATIONS.values()}
    for doc_type, duties in DUTIES_FOR.items():
        for duty in duties:
            assert ROLES[duty] & roles[doc_type], (doc_type, duty)
    assert set(Role) == set().union(*ROLES.values())
    assert set(FOR_PARTNERS) == {
        Duty.PROPOSE_GROUP,
        Duty.APPROVE_GROUP,
        Duty.PROPOSE_BET,
        Duty.APPROVE_BET,
        Duty.ATTEST_PROGRESS,
        Duty.REPRESENT,
        Duty.SUPPLY,
    }


@pytest.mark.parametrize("pair", sorted(map(sorted, NEVER_ONE_PERSON)), ids=" and ".join)
def test_duties_that_exclude_each_other_are_refused_in_one_person_whoever_employs_for_them(
    world: World, pair: list[str]
) -> None:
    world.party("sister", 1)
    first, second = map(Duty, pair)
    register(world, "P-1")
    with pytest.raises(ExclusiveDuties, match=first):
        hire(world, "P-1", "buyer", first, second)
    employment = hire(world, "P-1", "buyer", first)
    with pytest.raises(ExclusiveDuties, match=second):
        hire(world, "P-1", "sister", second)
    ended(world, employment)
    hire(world, "P-1", "sister", second)
    sound(world)


# ---- a person, not a token, is who did it


def received(world: World, actor: str) -> tuple[str, str]:
    """An order whose delivery somebody received; the numbers of the order and of the receipt."""
    order = world.funded()
    world.despatch(100)
    receipt = RecordGoodsReceipt(order=order, delivery_id=1, quantity=100, received_at=world.now)
    return order, world.do(receipt, actor=actor).number


def test_two_tokens_of_one_person_do_not_receive_and_inspect_one_delivery(world: World) -> None:
    hire(world, "P-1", "buyer", Duty.RECEIVE, Duty.INSPECT)
    hire(world, "P-2", "buyer", Duty.INSPECT)
    _, receipt = received(world, "warehouse:dock@P-1")
    inspection = RecordInspection(receipt=receipt, accepted=100, rejected=0)
    with pytest.raises(DutyConflict) as refusal:
        world.do(inspection, actor="quality:bench@P-1")
    assert refusal.value.number == receipt
    assert refusal.value.actor == "quality:bench@P-1"
    world.do(inspection, actor="quality:bench@P-2")
    sound(world)


def test_a_supplier_who_works_on_the_dock_does_not_receive_and_bill_one_delivery(
    world: World,
) -> None:
    hire(world, "P-1", "buyer", Duty.RECEIVE)
    hire(world, "P-1", "supplier", Duty.SUPPLY)
    order, receipt = received(world, "warehouse:dock@P-1")
    world.do(RecordInspection(receipt=receipt, accepted=100, rejected=0), actor="quality:bob")
    invoice = RecordSupplierInvoice(
        order=order,
        delivery_id=1,
        invoice_number="INV-1",
        quantity=100,
        net_minor=1_150_000,
        tax_minor=149_500,
    )
    with pytest.raises(DutyConflict, match=receipt):
        world.do(invoice, actor="supplier:portal@P-1")
    sound(world)


def test_who_entered_an_invoice_with_one_token_does_not_release_it_with_another(
    world: World,
) -> None:
    hire(world, "P-1", "buyer", Duty.MATCH, Duty.APPROVE)
    order, receipt = received(world, "warehouse:dock")
    world.do(RecordInspection(receipt=receipt, accepted=100, rejected=0), actor="quality:bob")
    invoice = RecordSupplierInvoice(
        order=order,
        delivery_id=1,
        invoice_number="INV-1",
        quantity=100,
        net_minor=1_300_000,
        tax_minor=169_000,
    )
    made = world.do(invoice, actor="finance:desk@P-1")
    release = ReleaseInvoice(
        invoice=made.number, net_minor=1_150_000, tax_minor=149_500, reason="agreed"
    )
    with pytest.raises(Exception, match=made.number):
        alone(world, release, "finance:office@P-1")
    alone(world, release, "finance:office")
    sound(world)


def test_nobody_confirms_with_a_second_token_what_he_proposed_with_the_first(world: World) -> None:
    hire(world, "P-1", "buyer", Duty.KEEP_BOOKS, Duty.APPROVE)
    hire(world, "P-2", "buyer", Duty.APPROVE)
    capital = ContributeCapital(entity="buyer", amount_minor=700)
    proposal = alone(world, proposal_of(capital), "finance:one@P-1")
    with pytest.raises(ConfirmedByProposer, match="two@P-1"):
        alone(world, ConfirmProposal(proposal=proposal.number), "finance:two@P-1")
    alone(world, ConfirmProposal(proposal=proposal.number), "finance:two@P-2")
    sound(world)


def test_nobody_approves_with_another_token_the_group_he_proposed(world: World) -> None:
    groups.prepare(world)
    world.party("sister", 1)
    hire(world, "P-1", "lead", Duty.PROPOSE_GROUP, Duty.MATCH)
    hire(world, "P-2", "lead", Duty.APPROVE_GROUP)
    hire(world, "P-3", "sister", Duty.APPROVE_GROUP)
    proposed = groups.proposal((300_000,), groups.need(world))
    number = world.do(proposed, actor="node:lead@P-1").number
    approval = ApproveGroup(proposal=number)
    with pytest.raises(ApprovedByProposer, match="P-1"):
        world.do(approval, actor="finance:desk@P-1")
    with pytest.raises(NotEmployedFor, match="of lead"):
        world.do(approval, actor="finance:desk@P-3")
    world.do(approval, actor="finance:desk@P-2")
    sound(world)


def test_a_person_of_a_partner_has_no_role_of_the_house_for_it(world: World) -> None:
    groups.prepare(world)
    hire(world, "P-1", "n1", Duty.PROPOSE_GROUP, Duty.REPRESENT)
    hire(world, "P-1", "buyer", Duty.KEEP_BOOKS)
    proposed = groups.proposal((5_000,), groups.need(world), leader="n1")
    with pytest.raises(NotEmployedFor, match="of n1"):
        world.do(proposed, actor="finance:desk@P-1")
    world.do(proposed, actor="node:own@P-1")
    sound(world)


# ---- rights of an employment


def test_a_person_acts_for_the_party_that_employs_it_and_for_no_other(world: World) -> None:
    world.party("sister", 1, 1_000)
    hire(world, "P-1", "sister", Duty.KEEP_BOOKS, Duty.APPROVE)
    hire(world, "P-2", "sister", Duty.RECEIVE)
    hire(world, "P-3", "sister", Duty.ORDER)
    order = world.funded()
    world.despatch(100)
    capital = ContributeCapital(entity="buyer", amount_minor=700)
    theirs = alone(world, proposal_of(capital), "finance:other")
    reversal = ReverseDocument(number=world.last("budget_approval").number, reason="trial")
    before = world.log()
    for command, actor in (
        (proposal_of(capital), "finance:f@P-1"),
        (proposal_of(reversal), "finance:f@P-1"),
        (ConfirmProposal(proposal=theirs.number), "finance:f@P-1"),
        (
            RecordGoodsReceipt(order=order, delivery_id=1, quantity=100, received_at=world.now),
            "warehouse:w@P-2",
        ),
        (RaiseRequisition(item="bolt", quantity=1, estimate_minor=1_000), "buyer:b@P-3"),
    ):
        with pytest.raises(NotEmployedFor, match="buyer"):
            alone(world, command, actor)
    assert world.log() == before
    own = ApproveBudget(entity="sister", amount_minor=5)
    alone(world, proposal_of(own), "finance:f@P-1")
    sound(world)


def test_a_person_does_the_duties_it_was_given_and_no_other_of_its_role(world: World) -> None:
    hire(world, "P-1", "buyer", Duty.KEEP_BOOKS)
    hire(world, "P-2", "buyer", Duty.PLAN)
    capital = ContributeCapital(entity="buyer", amount_minor=700)
    proposal = alone(world, proposal_of(capital), "finance:f")
    with pytest.raises(NotEmployedFor, match="approve"):
        alone(world, ConfirmProposal(proposal=proposal.number), "finance:f@P-1")
    with pytest.raises(NotEmployedFor, match="order"):
        alone(world, RaiseRequisition(item="bolt"), "planner:p@P-2")
    world.do(world.policy(reorder_point=1), actor="planner:p@P-2")
    sound(world)


def test_an_employment_that_ended_entitles_to_nothing_in_the_same_transaction(world: World) -> None:
    employment = hire(world, "P-1", "buyer", Duty.ORDER)
    asked = RaiseRequisition(item="bolt", quantity=1, estimate_minor=1_000)
    with transaction(world.engine) as session:
        world.tell(session, asked, actor="buyer:b@P-1")
        world.tell(session, EndEmployment(employment=employment, reason="left"))
        with pytest.raises(NotEmployedFor, match="P-1"):
            world.tell(session, asked, actor="buyer:b@P-1")
    with pytest.raises(NotEmployedFor, match="P-1"):
        world.do(asked, actor="buyer:b@P-1")
    sound(world)


# ---- rights of a membership


def prepared_group(world: World) -> str:
    """An open group that lead leads, with the buyer before its one role; its code."""
    groups.prepare(world)
    order = world.do(groups.order(world, (300_000,)))
    world.do(groups.grab("buyer"))
    world.wait(groups.GRAB + groups.SELECT)
    hire(world, "P-1", "buyer", Duty.ORDER)
    return order.number


def asks(world: World, session: Any, code: str, actor: str = "buyer:b@P-1") -> Any:
    command = RaiseRequisition(item="bolt", quantity=1, estimate_minor=1_000, chain_group=code)
    return world.tell(session, command, actor=actor)


def test_form_group_gives_and_reopen_role_takes_in_the_transaction_of_the_event(
    world: World,
) -> None:
    code = prepared_group(world)
    reopening = groups.reopening(world, "buyer", "resigned")
    with transaction(world.engine) as session:
        with pytest.raises(Denied, match=code):
            asks(world, session, code)
        world.tell(session, groups.forming(100))
        assert asks(world, session, code).fields["chain_group"] == code
        world.tell(session, reopening)
        with pytest.raises(Denied, match="former member"):
            asks(world, session, code)
    with transaction(world.engine) as session:
        world.tell(session, groups.grab("buyer", round=2))
        world.wait(groups.GRAB + groups.SELECT)
        with pytest.raises(Denied):
            asks(world, session, code)
        seating = RecordRoleSeating(
            group_id=groups.GROUP_ID, role_id=1, round=2, holder=account("buyer"), pledge="100"
        )
        world.tell(session, seating)
        asks(world, session, code)
        world.tell(session, groups.settlement(300_000, 0))
        with pytest.raises(Denied, match="after it ended"):
            asks(world, session, code)
    sound(world)


def test_nobody_raises_for_a_group_of_others_nor_for_one_that_there_is_not(world: World) -> None:
    code = prepared_group(world)
    world.do(groups.forming(100))
    world.party("sister", 1, 1_000)
    world.do(ApproveBudget(entity="sister", amount_minor=10_000))
    world.do(world.policy(item="bolt", buyer="sister"))
    hire(world, "P-2", "sister", Duty.ORDER)
    with transaction(world.engine) as session:
        with pytest.raises(Denied, match="stranger"):
            asks(world, session, code, "buyer:b@P-2")
        with pytest.raises(Denied, match="GRP-2026-09999"):
            asks(world, session, "GRP-2026-09999", "buyer:b@P-2")
    sound(world)


def test_memberships_are_written_by_events_alone() -> None:
    writers = {"RecordGroupForming", "RecordRoleSeating", "RecordRoleReopening"}
    writers |= {"RecordGroupSettlement", "RecordGroupDissolution", "RecordEndConsent"}
    named = {command.__name__: made for command, made in OPERATIONS.items()}
    assert all(not named[one].roles for one in writers)
