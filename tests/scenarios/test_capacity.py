"""idle-capacity: a plant sells minutes of an idle machine; what becomes of them is booked and paid by itself."""

from __future__ import annotations

import pytest

from bridge.errors import CallRefused
from bridge.operator.flows import flows_of
from erp.capacity import rules
from erp.capacity.schemas import ExplainCapacityTransfer
from scripts.plays.acts.minutes import MARKET, PLANT, SLOT_SECONDS, Machine
from tests.world import BUYER, DAY, World

WALLET, FUND, PREPAID, LIABLE = "1012.01", "1012.09", "1123.02", "2205"
EARNED, RUN_COST, EXPIRED, GAIN = "6051.01", "5001", "6711.03", "6111.01"
SUSPENSE_SENT, SUSPENSE_RECEIVED = "1221.09", "2241.09"
BEFORE = 10_000_000
HOLDERS = (BUYER, "RIVAL")


def assert_all_is_paid(world: World) -> None:
    """No money waits in the market, no minutes stand on anybody's books, and every wallet is what the chain says."""
    for who in (PLANT, *HOLDERS):
        assert world.account(who, WALLET) == world.balance(who)
        for code in (FUND, PREPAID, LIABLE, SUSPENSE_SENT, SUSPENSE_RECEIVED):
            assert world.account(who, code) == 0, (who, code)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_sold_run_and_expired_minutes_are_paid_to_the_fen(world: World) -> None:
    """The figures of idle-capacity: 200 at 1.40 of which 180 run, 50 at 1.20 that nobody redeems, 50 unsold."""
    machine = Machine(world, 300)
    token = machine.buy(BUYER, 200, 140)
    machine.buy("RIVAL", 50, 120)
    world.settle()
    assert world.account(PLANT, FUND) == -world.account(PLANT, LIABLE) == 28_000 + 6_000
    assert world.account(BUYER, PREPAID) == 28_000
    world.assert_audit_holds()
    run = machine.redeem(BUYER, token, 200)
    machine.run(run, 180)
    world.settle()
    world.assert_audit_holds()
    machine.pass_all()
    assert world.account(PLANT, EARNED) == -31_200
    assert world.account(BUYER, RUN_COST) == 25_200
    assert world.account("RIVAL", EXPIRED) == 6_000
    assert world.balance(PLANT) == BEFORE + 31_200
    assert world.balance(BUYER) == BEFORE - 25_200
    assert world.balance("RIVAL") == BEFORE - 6_000
    assert world.last("capacity_outcome").fields["outcome_bps"] == 9_000
    assert len(world.documents("capacity_payout")) == 3
    assert_all_is_paid(world)
    line = flows_of(world.bridge, "capacity", str(token))
    assert [step.what for step in line.steps] == [
        "capacity_purchase",
        "capacity_redemption",
        "run_attestation",
        "run_settlement",
    ]
    assert (line.gaps, line.booked, line.cash_agrees, line.anchored) == (0, True, True, True)


def test_resold_minutes_leave_their_gain_with_the_seller(world: World) -> None:
    """20 of 200 minutes go to another for 35.00; they stood at 28.00."""
    machine = Machine(world)
    token = machine.buy(BUYER, 200, 140)
    machine.send(BUYER, "RIVAL", token, 20)
    to = world.people[BUYER].address
    world.transact("RIVAL", "SettlementToken", "transfer", to, 3_500)
    world.settle()
    moved, paid = world.last("capacity_transfer"), world.last("token_transfer")
    assert world.account(BUYER, SUSPENSE_SENT) == 2_800
    assert world.account("RIVAL", SUSPENSE_RECEIVED) == -2_800
    world.assert_audit_holds()
    world.erp(
        ExplainCapacityTransfer(
            transfer=moved.number, paid_by=paid.number, reason="twenty minutes to spare"
        )
    )
    assert world.account(BUYER, GAIN) == -700
    assert world.account("RIVAL", PREPAID) == 3_500
    machine.pass_all()  # nobody redeems: all of them expire by themselves, whoever holds them
    assert world.account("RIVAL", EXPIRED) == 3_500
    assert world.account(BUYER, EXPIRED) == 25_200
    assert_all_is_paid(world)


def test_a_failed_slot_is_refunded_to_every_holder_by_itself(world: World) -> None:
    machine = Machine(world)
    token = machine.buy(BUYER, 200, 140)
    machine.buy("RIVAL", 50, 120)
    machine.redeem(BUYER, token, 80)
    machine.fail()
    world.settle()
    world.settle()
    assert sorted(d.fields["amount_minor"] for d in world.documents("capacity_refund")) == [
        6_000,
        16_800,
    ]
    assert world.last("run_settlement").fields["ran"] == 0
    assert [world.balance(who) for who in (PLANT, *HOLDERS)] == [BEFORE] * 3
    machine.pass_all()
    assert world.last("capacity_outcome").fields["outcome_bps"] == 0
    assert_all_is_paid(world)


def test_a_failed_slot_of_more_than_one_document_names_is_refunded_in_batches_to_everybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_REFUNDS_NAMED", 1)
    machine = Machine(world)
    tokens = [machine.buy(who, 20, price) for price in (150, 140, 130) for who in HOLDERS]
    machine.redeem(BUYER, tokens[0], 5)
    machine.redeem("RIVAL", tokens[1], 20)
    machine.fail()
    for _ in range(4):  # it dies between batches
        world.settle_passes(1)
        world.reopen()
    world.settle()
    machine.pass_all()
    named = [world.last("slot_failure_attestation"), *world.documents("slot_refund_batch")]
    assert [len(each.fields["held"]) for each in named] == [1] * 5
    assert [len(each.fields["redemptions"]) for each in named] == [1, 1, 0, 0, 0]
    assert len(world.documents("capacity_refund")) == 5
    assert len(world.documents("run_settlement")) == 2
    assert [world.balance(who) for who in (PLANT, *HOLDERS)] == [BEFORE] * 3
    assert_all_is_paid(world)


def test_a_ruling_a_withdrawn_dispute_and_a_silence_each_end_their_run(world: World) -> None:
    machine = Machine(world)
    token = machine.buy(BUYER, 200, 140)
    ruled, withdrawn, silent, lapsed = (
        machine.redeem(BUYER, token, minutes) for minutes in (100, 50, 30, 20)
    )
    machine.run(ruled, 90)
    machine.report(withdrawn, 50)
    machine.report(lapsed, 15)
    for run in (ruled, withdrawn, lapsed):
        machine.dispute(BUYER, run)
    world.transact(BUYER, MARKET, "withdrawRunDispute", withdrawn)
    world.transact("arbiter", MARKET, "rule", ruled, 60, world.reference())
    world.settle()
    world.assert_audit_holds()
    machine.pass_all()
    settled = {d.fields["redemption_id"]: d.fields for d in world.documents("run_settlement")}
    assert [settled[run]["ran"] for run in (ruled, withdrawn, silent, lapsed)] == [60, 50, 0, 15]
    assert len(world.documents("run_dispute_lapse")) == 1
    assert world.balance(PLANT) == BEFORE + 125 * 140
    assert_all_is_paid(world)


def test_several_lots_in_one_transfer_are_one_document(world: World) -> None:
    machine = Machine(world)
    dear, cheap = machine.buy(BUYER, 10, 150), machine.buy(BUYER, 10, 120)
    ends = world.people[BUYER].address, world.people["RIVAL"].address
    lots = [dear, cheap, dear], [3, 4, 2]
    world.transact(BUYER, "CapacityTokens", "safeBatchTransferFrom", *ends, *lots, b"")
    world.transact(BUYER, "CapacityTokens", "safeTransferFrom", ends[0], ends[0], dear, 1, b"")
    world.transact(BUYER, "CapacityTokens", "safeTransferFrom", *ends, dear, 0, b"")
    world.settle()
    (moved,) = world.documents("capacity_transfer")
    assert [line["minutes"] for line in moved.fields["lines"]] == [3, 4, 2]
    assert moved.fields["face_minor"] == 5 * 150 + 4 * 120
    back = [dear, cheap], [5, 4]
    world.transact("RIVAL", "CapacityTokens", "safeBatchTransferFrom", *reversed(ends), *back, b"")
    world.settle()
    machine.pass_all()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_change_of_a_holding_past_the_triggers_is_named(world: World) -> None:
    machine = Machine(world)
    machine.buy(BUYER, 200, 140)
    world.settle()
    world.assert_audit_holds()
    world.sql("UPDATE capacity_holding SET minutes = minutes + 1")
    report = world.audit()
    found = {(i.id, d.row) for i in report.invariants for d in i.differences}
    assert any(row.startswith("trial balance I19 machine-minutes token") for _, row in found)
    assert any(id_ == 5 and row.startswith("capacity_holding") for id_, row in found)


def test_a_run_is_settled_and_paid_once_whenever_the_bridge_dies(world: World) -> None:
    machine = Machine(world)
    token = machine.buy(BUYER, 200, 140)
    run = machine.redeem(BUYER, token, 200)
    machine.run(run, 180)
    world.node.reach_time(machine.start + SLOT_SECONDS + 4 * DAY)
    for _ in range(12):  # it dies after each pass, with calls under way
        world.settle_passes(1)
        world.reopen()
    world.settle()
    assert len(world.documents("run_settlement")) == 1
    paid = [d.fields["amount_minor"] for d in world.documents("capacity_payout")]
    assert sorted(paid) == [20 * 140, 180 * 140]
    assert_all_is_paid(world)


def test_the_minutes_that_were_not_attested_are_not_sold_and_not_booked(world: World) -> None:
    machine = Machine(world, 300)
    machine.buy(BUYER, 299, 140)
    with pytest.raises(CallRefused, match="QuantityOutOfBounds"):
        machine.buy("RIVAL", 2, 130)
    world.settle()
    assert world.sql("SELECT attested, issued FROM capacity_slot") == [(300, 299)]
    world.assert_audit_holds()
