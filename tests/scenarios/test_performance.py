"""performance: what a party of a bet reached is measured from the books, reported with its evidence, and counted again."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bridge.commitments.documents import document_root
from erp.bets.queries import bet as bet_named
from erp.database import snapshot, transaction
from erp.kernel.errors import Rejected
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.metrics_cli import app
from erp.performance.due import due, progress
from erp.performance.errors import AlreadyReported, NotMeasured, PeriodNotOver, ReportTooLate
from erp.performance.recompute import recompute
from erp.performance.schemas import ReportPerformance
from scripts.plays.acts.bets import REPORTED
from scripts.plays.acts.tampering import tamper
from tests.lives.performance import AMOUNT, bet_of_a_maker, delivered, report
from tests.world import DAY, World


def run_what_is_due(world: World) -> list[Command]:
    """Whatever can be reported now is."""
    with transaction(world.engine) as session:
        commands = due(session, world.now).reports
    for command in commands:
        world.erp(command)
    world.settle()
    return commands


def test_what_a_maker_reached_is_measured_reported_and_counted_on_chain(world: World) -> None:
    bet = bet_of_a_maker(world)
    delivered(world)
    world.reach(bet.period_end(1))
    (command,) = run_what_is_due(world)
    assert isinstance(command, ReportPerformance)
    assert (command.party, command.period) == ("SUPPLIER", 1)
    made = world.last("performance_report")
    assert made.fields["values"] == [2, 1]
    counted = world.last("bet_measure").fields
    assert (counted["evidence"], counted["values"]) == (made.number, ["2", "1"])
    assert (counted["kept_bps"], counted["attainment_bps"]) == (8_000, 8_000)
    assert counted["evidence_ref"] == "0x" + document_root(made).hex()
    assert made.fields["attainment_bps"] == 8_000
    listed = {sequence for m in made.fields["evidence"]["metrics"] for sequence in m["documents"]}
    types = {
        d.type for d in world.documents("inspection", "receipt_attestation") if d.sequence in listed
    }
    assert types == {"inspection", "receipt_attestation"}
    with snapshot(world.engine) as session:
        assert due(session, world.now).reports == []
        assert all(again.agrees for again in recompute(session, made.number))
    bet.report("NODE-1", 1, REPORTED)
    bet.report_value(0)
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_the_report_waits_until_its_evidence_is_anchored(world: World) -> None:
    bet = bet_of_a_maker(world)
    delivered(world)
    world.reach(bet.period_end(1))
    world.reopen(anchor_wait_seconds=3_600.0)
    made = report(world)
    world.settle_passes(4)
    assert world.documents("bet_measure") == []
    (waits,) = world.sql(
        "SELECT after_sequence FROM bridge_outbox WHERE document_number = :n", n=made.number
    )
    assert int(waits[0]) >= made.fields["evidence"]["log_head"]
    world.reopen(anchor_wait_seconds=0.0)
    world.settle()
    assert world.last("bet_measure").fields["evidence"] == made.number


def test_progress_is_the_same_measuring_before_the_period_is_over(world: World) -> None:
    bet_of_a_maker(world)
    delivered(world, rejected=3, days_late=0)
    with snapshot(world.engine) as session:
        found = bet_named(Rows.of(session), world.last("bet_contract").number)
        now = world.last("inspection").at  # a quick chain has no later second yet
        stands = {each.party: each for each in progress(session, found, now)}
    maker, node = stands["SUPPLIER"], stands["NODE-1"]
    assert (maker.values, maker.over, maker.report) == ((3, 0), False, None)
    assert maker.attainment_bps == (7_000 + 10_000) // 2
    assert (node.values, node.attainment_bps) == ((None,), None)


def test_a_ruling_counts_instead_of_the_inspection_that_it_corrects(world: World) -> None:
    bet = bet_of_a_maker(world)
    order = delivered(world, rejected=10, days_late=0)
    order_id = order.fields["order_id"]
    world.transact("SUPPLIER", "PurchaseOrders", "disputeDelivery", order_id, 1, world.reference())
    arrived = world.last("goods_receipt").fields["received_at"]
    told = (order_id, 1, 100, 99, arrived, world.reference())
    world.transact("arbiter", "PurchaseOrders", "ruleDelivery", *told)
    world.settle()
    world.reach(bet.period_end(1))
    assert report(world).fields["values"] == [1, 0]


def test_what_was_claimed_before_its_inspection_was_reported_is_no_defect(world: World) -> None:
    bet = bet_of_a_maker(world)
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    receipt = world.receive(order, delivery, 100)
    world.settle()
    world.wait(10 * DAY)
    world.inspect(receipt, 90)
    world.transact("RIVAL", "PurchaseOrders", "claim", order.fields["order_id"], delivery)
    world.settle()
    world.reach(bet.period_end(1))
    made = report(world)
    assert made.fields["values"] == [0, 0]
    listed = {n for each in made.fields["evidence"]["metrics"] for n in each["documents"]}
    assert world.last("silent_acceptance").sequence in listed
    with snapshot(world.engine) as session:
        assert all(again.agrees for again in recompute(session, made.number))


def test_an_order_that_is_not_there_at_the_end_counts_its_days(world: World) -> None:
    bet = bet_of_a_maker(world)
    order = world.tender({"SUPPLIER": AMOUNT})
    world.reach(bet.period_end(1))
    late = -(-(bet.period_end(1) - order.fields["promised_at"]) // DAY)
    assert late > 0
    assert report(world).fields["values"] == [0, late]


@pytest.mark.parametrize(
    ("party", "error"), [("SUPPLIER", PeriodNotOver), ("NODE-1", PeriodNotOver)]
)
def test_a_period_that_is_not_over_is_not_reported(
    world: World, party: str, error: type[Rejected]
) -> None:
    bet_of_a_maker(world)
    with pytest.raises(error):
        report(world, party)
    assert world.documents("performance_report") == []


def test_a_period_is_reported_once_in_time_and_only_where_it_is_measured(world: World) -> None:
    bet = bet_of_a_maker(world)
    world.reach(bet.period_end(1))
    with pytest.raises(NotMeasured, match="101 zero defects"):
        report(world, "NODE-1")
    bet.report("SUPPLIER", 1, 0, 0)  # from the console
    world.settle()
    with pytest.raises(AlreadyReported):
        report(world)
    world.reach(bet.period_end(1) + 5 * DAY)
    with pytest.raises(ReportTooLate):
        report(world, "NODE-1")
    assert run_what_is_due(world) == []


def test_a_report_whose_evidence_was_edited_is_told_by_recompute_and_by_the_audit(
    world: World,
) -> None:
    bet = bet_of_a_maker(world)
    delivered(world)
    world.reach(bet.period_end(1))
    number = report(world).number
    world.settle()
    run = CliRunner()
    asked = ["recompute", number, "--db", world.db]
    told = run.invoke(app, asked)
    assert told.exit_code == 0, told.output
    assert "same" in told.output
    tamper(
        world.engine,
        """UPDATE document_log SET payload = replace(payload, '"rejected":2', '"rejected":0') """
        "WHERE type = 'inspection'",
    )
    told = run.invoke(app, asked)
    assert told.exit_code == 1
    assert "DIFFERS" in told.output
    found = world.audit()
    assert {i.id for i in found.invariants if not i.holds} >= {4, 5}
    edited = world.last("inspection").number
    assert any(edited in d.row for i in found.invariants for d in i.differences)
    missing = run.invoke(app, ["recompute", "BRP-2026-99999", "--db", world.db])
    assert missing.exit_code == 1
    assert "No performance report has the number" in missing.output
