"""Somebody has the database's password: the bridge signs nothing for him, and the audit names what he wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from bridge.audit import AuditReport
from bridge.audit.audit import RingMoves
from bridge.errors import DeepReorg
from erp.credit.schemas import RecordCreditOutcome
from erp.kernel.schema import Command
from erp.parties.schemas import SuspendParty
from erp.procurement.schemas import (
    CancelOrder,
    RecordSilentAcceptance,
    RecordTenderVoid,
)
from tests.faults.administrator import (
    AMOUNT,
    copy_database,
    forge,
    inject,
    matched,
    paid,
    shipped,
)
from tests.world import BUYER, World

FAR_AHEAD = 4_000_000_000_000  # unix seconds: never


def balances(world: World) -> dict[str, int]:
    return {who: world.balance(who) for who in (BUYER, "SUPPLIER", "RIVAL")}


def differences(report: AuditReport, invariant: int) -> list[str]:
    return [f"{d.kind} {d.row}: {d.detail}" for d in report.invariants[invariant - 1].differences]


# ---- what the bridge signs --------------------------------------------------------------------


@pytest.mark.parametrize("function", ["transfer", "approve"])
@pytest.mark.parametrize("signer", [BUYER, "attester"])
@pytest.mark.parametrize("type_", [None, "requisition", "bid"])
def test_a_call_that_no_document_ever_asks_for_is_not_signed_whatever_its_row_names(
    world: World, function: str, signer: str, type_: str | None
) -> None:
    world.tender({"SUPPLIER": AMOUNT})
    before = balances(world)
    thief = world.people["RIVAL"].address
    who = "attester" if signer == "attester" else world.people[signer].address
    number = None if type_ is None else world.last(type_).number
    inject(world, who, "SettlementToken", function, [thief, 1_000_000], document=number)
    world.settle()
    assert balances(world) == before
    allowed = world.bridge.gateway.view(
        "SettlementToken", "allowance", world.people[BUYER].address, thief
    )
    assert allowed == (0,)
    assert f"never signs SettlementToken.{function}" in world.alarms()["not signed"]
    assert_refused_without_an_attempt(world)


def assert_refused_without_an_attempt(world: World) -> None:
    (stuck,) = world.status()["stuck"]
    assert (stuck["key"], stuck["status"]) == ("invented", "refused")
    assert world.sql("SELECT 1 FROM bridge_attempt a JOIN bridge_outbox o ON o.id = a.outbox_id "
                     "WHERE o.key = 'invented'") == []  # fmt: skip


@pytest.mark.parametrize(("signer", "function"), [(BUYER, "fund"), ("attester", "acceptDelivery")])
def test_a_row_without_a_document_is_not_signed(world: World, signer: str, function: str) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    before = balances(world)
    who = "attester" if signer == "attester" else world.people[signer].address
    inject(world, who, "PurchaseOrders", function, [order.fields["order_id"]])
    world.settle()
    assert balances(world) == before
    assert "no document asks for this call" in world.alarms()["not signed"]
    assert_refused_without_an_attempt(world)


@pytest.mark.parametrize("type_", ["requisition", "bid", "award", "no such document"])
def test_a_row_that_names_a_document_which_asks_for_something_else_is_not_signed(
    world: World, type_: str
) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    before = balances(world)
    number = world.last(type_).number if " " not in type_ else "XX-2006-00001"
    buyer = world.people[BUYER].address
    inject(world, buyer, "PurchaseOrders", "fund", [order.fields["order_id"]], document=number)
    world.settle()
    assert balances(world) == before
    assert number in world.alarms()["not signed"]
    assert_refused_without_an_attempt(world)


@pytest.mark.parametrize("key", ["stream:mine", "anchor:99"])
def test_a_key_like_the_bridges_own_lets_nothing_else_be_signed(world: World, key: str) -> None:
    before = balances(world)
    buyer, thief = world.people[BUYER].address, world.people["RIVAL"].address
    inject(world, buyer, "SettlementToken", "transfer", [thief, 1_000_000], key=key)
    world.settle()
    assert balances(world) == before
    assert key in world.alarms()["not signed"]


def test_a_changed_argument_of_a_real_row_is_not_signed(world: World) -> None:
    """The match pays one unit less; its document says what it says."""
    number = matched(world)
    before = world.balance("SUPPLIER")
    row = "SELECT args FROM bridge_outbox WHERE document_number = :n"
    args = json.loads(world.sql(row, n=number)[0][0])
    changed = [AMOUNT - 1 if value == AMOUNT else value for value in args]
    assert changed != args
    put = "UPDATE bridge_outbox SET args = :args WHERE document_number = :n"
    world.sql(put, args=json.dumps(changed), n=number)
    world.settle()
    assert world.balance("SUPPLIER") == before
    assert f"{number} asks for another call" in world.alarms()["not signed"]
    (stuck,) = world.status()["stuck"]
    assert any(number in line for line in differences(world.audit(), 1))

    world.retry(stuck["key"])
    world.settle()
    assert world.balance("SUPPLIER") == before + AMOUNT
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_opening_that_invites_another_is_not_signed(world: World) -> None:
    """A stranger's account among the invited of a real requisition's row."""
    world.issue()
    world.bridge.report.run()
    (args,) = world.sql("SELECT args FROM bridge_outbox WHERE function = 'openTender'")[0]
    supplier, stranger = world.people["SUPPLIER"].address, world.people["guardian"].address
    changed = args.replace(supplier.lower(), stranger.lower()).replace(supplier, stranger)
    assert changed != args
    world.sql("UPDATE bridge_outbox SET args = :args WHERE function = 'openTender'", args=changed)
    world.settle()
    assert world.documents("tender") == []
    assert "asks for another call" in world.alarms()["not signed"]


# ---- what the audit believes to be on its way -------------------------------------------------


def test_a_match_pushed_into_the_far_future_is_named(world: World) -> None:
    number = matched(world)
    put = "UPDATE bridge_outbox SET not_before = :never WHERE document_number = :n"
    world.sql(put, never=FAR_AHEAD, n=number)
    world.settle()
    assert world.last("match").number == number
    report = world.audit()
    assert not report.holds
    assert any(f"document {number}: was not reported" in line for line in differences(report, 1))


def test_an_untouched_match_on_its_way_is_no_difference(world: World) -> None:
    matched(world)
    assert world.audit().invariants[0].holds


def test_a_forged_acceptance_behind_an_invented_call_is_named(world: World) -> None:
    order, delivery = shipped(world)
    world.receive(order, delivery, 100)
    world.settle()
    number = forge(
        world,
        RecordSilentAcceptance(
            order_id=order.fields["order_id"],
            delivery_id=delivery,
            accepted=100,
            accepted_amount_minor=AMOUNT,
            net_minor=AMOUNT,
            tax_minor=0,
        ),
    )
    order_id = order.fields["order_id"]
    inject(
        world, "attester", "PurchaseOrders", "close", [order_id], document=number, not_before=2**40
    )
    world.settle()
    report = world.audit()
    assert not report.holds
    assert any(number in line for line in differences(report, 1))


# ---- documents that only an event may make ----------------------------------------------------


def named_without_event(world: World, command: Command, before: Sequence[str] = ()) -> None:
    """Nothing but `before` was wrong; the forged document is named, by its number, as one without its event."""
    world.assert_audit_names_only(*before)
    number = forge(world, command)
    world.settle()
    report = world.audit()
    assert not report.holds
    assert any(
        f"document {number}: " in line and "it names none" in line
        for line in differences(report, 1)
    )


def test_a_tender_voided_without_an_event_is_named(world: World) -> None:
    tender = world.open_tender()
    fields = tender.fields
    command = RecordTenderVoid(
        tender_id=fields["tender_id"], requisition=fields["requisition"], bids=0
    )
    named_without_event(world, command)


def test_a_credit_outcome_without_an_event_is_named(world: World) -> None:
    paid(world)
    command = RecordCreditOutcome(
        account=world.people["SUPPLIER"].address,
        order_id=1,
        delivery_id=1,
        value_minor=5,
        delivery_bps=10_000,
        quality_bps=10_000,
        score_bps=9_999,
    )
    named_without_event(world, command)


def test_a_suspension_without_an_event_is_named(world: World) -> None:
    account = world.people["RIVAL"].address
    named_without_event(world, SuspendParty(account=account, reason_ref="0x" + "00" * 32))


def test_a_cancelled_order_without_an_event_is_named(world: World) -> None:
    world.bid(world.open_tender(), {"SUPPLIER": AMOUNT, "RIVAL": AMOUNT + 1})
    world.transact(
        BUYER, "SettlementToken", "approve", world.deployment.address("PurchaseOrders"), 0
    )
    world.settle()  # the order stands and cannot be funded
    (stuck,) = world.status()["stuck"]
    assert stuck["key"].startswith("purchase_order:")
    key = f"{stuck['key']} is refused and waits for a person"
    command = CancelOrder(order_id=1, caller=world.people[BUYER].address)
    named_without_event(world, command, [key])


# ---- an old copy, another chain ---------------------------------------------------------------


def test_an_old_copy_of_the_database_does_not_pass_the_audit(world: World) -> None:
    world.settle()
    database, backup = world.home / "interlock.db", world.home / "backup.db"
    world.close()
    copy_database(database, backup)
    paid(world)
    world.assert_audit_holds()
    world.close()
    copy_database(backup, database)
    world.reopen()
    with pytest.raises(RingMoves, match="there are events of ours after it"):
        world.audit()


def test_a_cursor_on_another_block_does_not_pass_the_audit(world: World) -> None:
    world.settle()
    block = world.status()["block"]
    world.sql("UPDATE bridge_cursor SET block_hash = :h", h="0x" + "5e" * 32)
    with pytest.raises(DeepReorg, match=f"block {block} is 0x"):
        world.audit()
