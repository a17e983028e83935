"""D15: nobody does two duties on one order, and what moves money without a counterpart takes effect by two."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import event

from erp.budget.schemas import ApproveBudget
from erp.database import transaction
from erp.execute import Submission
from erp.kernel.errors import BatchRefused, NeedsSecondPerson, WrongStatus
from erp.kernel.log.model import Document
from erp.kernel.log.queries import told_by
from erp.kernel.operation import Operation, Told
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.ledger.schemas import ReopenPeriod
from erp.parties.errors import UnknownParty
from erp.payments.schemas import ContributeCapital
from erp.procurement.schemas import (
    RaiseRequisition,
    RecordGoodsReceipt,
    RecordSupplierInvoice,
    ReleaseInvoice,
)
from erp.proposals.errors import (
    ConfirmedByProposer,
    NeedsNoSecondPerson,
    ProposalMalformed,
    UnknownProposal,
)
from erp.proposals.schemas import ConfirmProposal, Propose, WithdrawProposal, proposal_of
from erp.quality.schemas import RecordInspection
from erp.replay import differences
from erp.reversals.schemas import ReverseDocument
from erp.rights.errors import DutyConflict
from erp.rooms import OPERATIONS, execute, execute_many
from erp.stock.schemas import OpenStock
from tests.erp.world import START, World

CAPITAL = ContributeCapital(entity="buyer", amount_minor=700)
SALT = bytes(32)


def tell(world: World, command: Command, actor: str) -> Document:
    """Tells one command just so, by one person."""
    with transaction(world.engine) as session:
        return execute(session, command, at=world.now, salt=SALT, actor=actor)


def next_proposal(world: World) -> str:
    """The number that the next proposal will have."""
    return f"PRP-2026-{sum(one.type == 'proposal' for one in world.log()) + 1:05}"


def sound(world: World) -> None:
    with transaction(world.engine) as session:
        assert differences(session) == []


# ---- two persons


def test_d15_what_needs_two_persons() -> None:
    assert {command for command, made in OPERATIONS.items() if made.second} == {
        ContributeCapital,
        OpenStock,
        ApproveBudget,
        ReverseDocument,
        ReopenPeriod,
    }


@pytest.mark.parametrize(
    "command",
    [
        CAPITAL,
        ApproveBudget(entity="buyer", amount_minor=1),
        ReverseDocument(number="BUD-2026-00001", reason="trial"),
        ReopenPeriod(entity="buyer", period="2026-01", reason="trial"),
    ],
)
def test_d15_nobody_tells_it_alone(world: World, command: Command) -> None:
    before = world.log()
    with pytest.raises(NeedsSecondPerson, match=type(command).__name__):
        tell(world, command, "finance:anna")
    with transaction(world.engine) as session:
        told = [Submission(command, START, SALT, "finance:anna")]
        (outcome,) = execute_many(session, told, atomic=False)
    assert isinstance(outcome, NeedsSecondPerson)
    assert world.log() == before


def test_d15_a_proposal_posts_nothing_and_its_confirmation_by_another_posts_all(
    world: World,
) -> None:
    number = next_proposal(world)
    proposal = tell(world, proposal_of(CAPITAL), "finance:anna")
    assert (proposal.number, proposal.entries) == (number, [])
    confirmation = tell(world, ConfirmProposal(proposal=proposal.number), "finance:ben")
    assert confirmation.entries == []
    assert confirmation.fields == {
        "proposal": proposal.number,
        "command": "ContributeCapital",
        "proposed_by": "finance:anna",
    }
    capital = world.log()[-1]
    assert (capital.type, capital.caused_by) == ("capital", confirmation.sequence)
    assert capital.fields["amount_minor"] == 700
    assert capital.entries
    sound(world)


def test_d15_nobody_confirms_his_own_proposal(world: World) -> None:
    proposal = tell(world, proposal_of(CAPITAL), "finance:anna")
    before = world.log()
    with pytest.raises(ConfirmedByProposer, match="finance:anna"):
        tell(world, ConfirmProposal(proposal=proposal.number), "finance:anna")
    assert world.log() == before
    tell(world, ConfirmProposal(proposal=proposal.number), "finance:ben")


def test_d15_a_proposal_takes_effect_once(world: World) -> None:
    proposal = tell(world, proposal_of(CAPITAL), "finance:anna")
    tell(world, ConfirmProposal(proposal=proposal.number), "finance:ben")
    for again in (
        ConfirmProposal(proposal=proposal.number),
        WithdrawProposal(proposal=proposal.number, reason="late"),
    ):
        with pytest.raises(WrongStatus, match="CONFIRMED"):
            tell(world, again, "finance:carl")
    with pytest.raises(UnknownProposal, match="PRP-2026-00009"):
        tell(world, ConfirmProposal(proposal="PRP-2026-00009"), "finance:ben")


def test_d15_a_withdrawn_proposal_is_confirmed_no_more(world: World) -> None:
    proposal = tell(world, proposal_of(CAPITAL), "finance:anna")
    tell(world, WithdrawProposal(proposal=proposal.number, reason="mistyped"), "finance:anna")
    with pytest.raises(WrongStatus, match="WITHDRAWN"):
        tell(world, ConfirmProposal(proposal=proposal.number), "finance:ben")
    sound(world)


def test_d15_what_refuses_the_command_refuses_the_confirmation_and_the_proposal_stays(
    world: World,
) -> None:
    nobody = ContributeCapital(entity="later", amount_minor=700)
    proposal = tell(world, proposal_of(nobody), "finance:anna")
    before = world.log()
    with pytest.raises(UnknownParty, match="later"):
        tell(world, ConfirmProposal(proposal=proposal.number), "finance:ben")
    assert world.log() == before
    tell(world, WithdrawProposal(proposal=proposal.number, reason="no such firm"), "finance:ben")
    sound(world)


@pytest.mark.parametrize(
    ("propose", "refusal"),
    [
        (Propose(command="CloseOrder", fields={}), NeedsNoSecondPerson),
        (Propose(command="Nonsense", fields={}), NeedsNoSecondPerson),
        (
            Propose(command="ConfirmProposal", fields={"proposal": "PRP-2026-00001"}),
            NeedsNoSecondPerson,
        ),
        (Propose(command="ContributeCapital", fields={}), ProposalMalformed),
        (
            Propose(command="ContributeCapital", fields={"entity": "b", "amount_minor": 1.5}),
            ProposalMalformed,
        ),
        (
            Propose(
                command="ReverseDocument", fields={"number": "CAP-2026-00001", "reason": " why "}
            ),
            ProposalMalformed,
        ),
    ],
)
def test_d15_only_what_could_be_told_is_proposed(
    world: World, propose: Propose, refusal: type[Exception]
) -> None:
    before = world.log()
    with pytest.raises(refusal):
        tell(world, propose, "finance:anna")
    assert world.log() == before


def test_d15_proposals_and_confirmations_go_in_lists(world: World) -> None:
    number = next_proposal(world)
    told = [
        Submission(proposal_of(CAPITAL), START, SALT, "finance:anna"),
        Submission(ConfirmProposal(proposal=number), START, SALT, "finance:ben"),
        Submission(ConfirmProposal(proposal=number), START, SALT, "finance:carl"),
    ]
    with transaction(world.engine) as session:
        with pytest.raises(BatchRefused) as refused:
            execute_many(session, told, atomic=True)
        assert refused.value.index == 2
        made: list[Document] = []
        execute_many(session, told, atomic=False, made=made)
    assert [one.type for one in made] == ["proposal", "confirmation", "capital"]
    sound(world)


def test_d15_only_what_people_tell_has_a_second_person() -> None:
    with pytest.raises(ValueError, match="second person"):
        Operation("t", "T", lambda _c, _d: {}, Told.EXTERNALLY, second=True)


# ---- duties on one order


def received(world: World, receiver: str = "warehouse:ann") -> Document:
    """A delivery of an order, received by somebody; its receipt."""
    number = world.funded()
    world.despatch(100)
    return world.do(
        RecordGoodsReceipt(order=number, delivery_id=1, quantity=100, received_at=world.now),
        actor=receiver,
    )


def invoice(order: str) -> RecordSupplierInvoice:
    return RecordSupplierInvoice(
        order=order,
        delivery_id=1,
        invoice_number="INV-1",
        quantity=100,
        net_minor=1_150_000,
        tax_minor=149_500,
    )


@pytest.mark.parametrize("same", [True, False])
def test_d15_who_received_does_not_inspect(world: World, *, same: bool) -> None:
    receipt = received(world, receiver="warehouse:ann")
    inspection = RecordInspection(receipt=receipt.number, accepted=100, rejected=0)
    before = world.log()
    with pytest.raises(DutyConflict) if same else nullcontext() as refusal:
        world.do(inspection, actor="warehouse:ann" if same else "quality:bob")
    if refusal is not None:
        assert refusal.value.number == receipt.number
        assert refusal.value.facts() == {
            "order": "PO-2026-00001",
            "duty": "inspect",
            "number": receipt.number,
            "actor": "warehouse:ann",
        }
        assert world.log() == before
    sound(world)


@pytest.mark.parametrize("earlier", ["requisition", "goods_receipt", "inspection"])
def test_d15_who_did_another_duty_on_an_order_does_not_enter_its_invoice(
    world: World, earlier: str
) -> None:
    requisition = world.do(RaiseRequisition(item="bolt"), actor="planner:pia")
    world.do(world.tender(1, requisition))
    world.do(world.bid(1))
    world.do(world.quotation(tender_id=1))
    order = str(world.do(world.order(1, requisition)).number)
    world.do(world.award(1))
    world.fund(1)
    world.despatch(100)
    receipt = RecordGoodsReceipt(order=order, delivery_id=1, quantity=100, received_at=world.now)
    made = world.do(receipt, actor="warehouse:ann")
    world.do(RecordInspection(receipt=made.number, accepted=100, rejected=0), actor="quality:bob")
    actor = {
        "requisition": "planner:pia",
        "goods_receipt": "warehouse:ann",
        "inspection": "quality:bob",
    }[earlier]
    with pytest.raises(DutyConflict) as refusal:
        world.do(invoice(order), actor=actor)
    assert refusal.value.number == world.last(earlier).number
    world.do(invoice(order), actor="finance:eve")
    sound(world)


def test_d15_who_received_does_not_release_the_invoice(world: World) -> None:
    order = str(received(world).fields["order"])
    world.do(
        RecordInspection(
            receipt=world.last("goods_receipt").number, accepted=90, rejected=10, reason="bent"
        ),
        actor="quality:bob",
    )
    world.do(invoice(order), actor="finance:eve")
    release = ReleaseInvoice(
        invoice="SI-2026-00001", net_minor=1_035_000, tax_minor=134_550, reason="agreed"
    )
    with pytest.raises(DutyConflict, match="GR-2026-00001"):
        world.do(release, actor="warehouse:ann")


def test_d15_a_duty_within_one_list_counts_as_well(world: World) -> None:
    order = world.funded()
    world.despatch(100)
    receipt = RecordGoodsReceipt(order=order, delivery_id=1, quantity=100, received_at=world.now)
    inspection = RecordInspection(receipt="GR-2026-00001", accepted=100, rejected=0)
    told = [
        Submission(receipt, world.now, SALT, "warehouse:ann"),
        Submission(inspection, world.now, SALT, "warehouse:ann"),
    ]
    with transaction(world.engine) as session:
        done, refusal = execute_many(session, told, atomic=False)
    assert isinstance(done, Document)
    assert isinstance(refusal, DutyConflict)
    sound(world)


def test_d15_the_same_duty_twice_and_other_orders_are_no_conflict(world: World) -> None:
    order = world.funded()
    world.despatch(50)
    world.despatch(50, delivery_id=2)
    for delivery in (1, 2):
        world.do(
            RecordGoodsReceipt(
                order=order, delivery_id=delivery, quantity=50, received_at=world.now
            ),
            actor="warehouse:ann",
        )
    with transaction(world.engine) as session:
        assert Role.WAREHOUSE in OPERATIONS[RecordGoodsReceipt].roles
        assert differences(session) == []


def test_d15_events_and_what_follows_by_itself_are_nobodys_duty(world: World) -> None:
    order = world.funded()  # tender, bid, award, order and deposit are told by the bridge
    world.despatch(100)
    receipt = RecordGoodsReceipt(order=order, delivery_id=1, quantity=100, received_at=world.now)
    made = world.do(receipt, origin="event-r", actor="bridge")
    inspection = RecordInspection(receipt=made.number, accepted=100, rejected=0)
    world.do(inspection, origin="event-i", actor="bridge")
    sound(world)


@pytest.mark.sqlite("it reads SQLite's plan of the query")
def test_who_told_on_an_order_is_found_by_its_index_however_long_the_log(world: World) -> None:
    asked: list[tuple[str, object]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with world.engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", listen)
        told_by(connection, "buyer:one", "PO-2026-00001", "PR-2026-00001")
        event.remove(connection, "before_cursor_execute", listen)
        statement, parameters = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    steps = [str(row[-1]) for row in plan]
    used = {word for step in steps if "USING INDEX" in step for word in step.split("(")[-1:]}
    assert used == {"order_number=?)", "number=?)"}, steps
    assert not any(step.startswith("SCAN") for step in steps), steps
