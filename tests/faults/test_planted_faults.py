"""Faults planted over the rooms of the contracts, each in one operation of the ERP: the audit turns red and says where.

What the ERP does wrong it does again when the log is replayed. So these are found by the chain, or by sums of the books that
must agree (`erp/standing/`), and by no rebuild. What somebody edits in a table is found by the rebuild: the second half.
"""

# ruff: noqa: S608 - the names of tables and columns are this file's own

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Table

from bridge.audit import AuditReport
from erp.groups import queries as groups
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.needs import queries as needs
from erp.people import queries
from tests.faults.planting import (
    Plant,
    Spoil,
    nothing,
    one_more,
    onto,
    plant,
    told_otherwise,
    twice,
    undone,
    without,
    written_otherwise,
)
from tests.faults.rooms import FILLED_BY, PLAYS, tables_of
from tests.world import BUYER, DAY, World

Patch = pytest.MonkeyPatch
WALLET, COVER, GROUPS, MARKET = "1012.01", "1012.06", "1012.08", "1012.09"


def days_before(command: Any) -> Any:
    """The same number of days, two months before."""
    return command.model_copy(update={"from_day": command.from_day - 60})


def a_point_more(command: Any) -> Any:
    """The score is a basis point higher."""
    return command.model_copy(update={"score_bps": command.score_bps + 1})


def a_figure_more(fields: Fields) -> Fields:
    """The first figure is one more than was counted."""
    first, *others = fields["values"]
    return {**fields, "values": [first + 1, *others]}


def a_duty_less(command: Any) -> Any:
    """The last duty is forgotten."""
    return command.model_copy(update={"duties": command.duties[:-1]})


def still_employed(context: Context, command: Any) -> None:
    """The employment goes on."""
    queries.employment(context.rows, command.employment).until = None


def a_day_before(context: Context, command: Any) -> None:
    """The first holder is a member since the day before."""
    group = groups.group_of(context.rows, command.group_id)
    first = next(each for each in groups.memberships(context.rows, group.code) if each.role_id)
    first.since -= DAY


def a_day_longer(context: Context, command: Any) -> None:
    """Whoever held the role before is a member for another day."""
    group = groups.group_of(context.rows, command.group_id)
    groups.membership(context.rows, group.code, command.role_id, command.round - 1).until = (
        context.at + DAY
    )


def still_proposed(context: Context, command: Any) -> None:
    """The need is not open again."""
    proposal = needs.proposal(context.rows, command.proposal)
    needs.need(context.rows, proposal.need).status = "PROPOSED"


def never_served(context: Context, command: Any) -> None:
    """The need of a group that was settled is open again."""
    group = groups.group_of(context.rows, command.group_id)
    if group.proposal is not None:
        proposal = needs.proposal(context.rows, group.proposal)
        needs.need(context.rows, proposal.need).status = "OPEN"


@dataclass(frozen=True)
class Fault:
    """What goes wrong in an operation of a room, which play shows it, and which invariant of the audit it breaks."""

    play: str
    command: str
    spoil: Spoil
    invariant: int
    named: str  # in the row or the detail of a difference


FAULTS = {
    "the price of minutes goes into another contract's account": Fault(
        "capacity", "RecordCapacityPurchase", onto(MARKET, GROUPS), 3, "contract CapacityMarket"
    ),
    "the holder's side of a settled run is forgotten": Fault(
        "capacity", "RecordRunSettlement", without(1), 2, "redemption 1"
    ),
    "a fen too much is fulfilled by an expiry": Fault(
        "capacity", "RecordCapacityExpiry", one_more, 2, "expired"
    ),
    "a payout of the market is booked twice": Fault(
        "capacity", "RecordCapacityPayout", twice, 1, "event CapacityProceedsWithdrawn"
    ),
    "minutes that were given away stay on their sender's books": Fault(
        "capacity", "RecordCapacityTransfer", without(0), 6, "I19 machine-minutes of BUYER, held"
    ),
    "a stake that was given back stays in the custody of groups": Fault(
        "groups", "RecordStakeRelease", nothing, 3, "contract GroupPay"
    ),
    "what a role is paid stays in the custody of groups": Fault(
        "groups", "RecordRolePayment", nothing, 6, "2d groups"
    ),
    "what a group gives back is not freed in the budget": Fault(
        "groups", "RecordGroupSettlement", nothing, 6, "I20 commitments of LEADER"
    ),
    "what an amended order costs more is not put into escrow": Fault(
        "orders", "RecordOrderAmendment", without(0), 3, "contract PurchaseOrders"
    ),
    "what is given up of an order stays encumbered": Fault(
        "orders", "RecordOrderPartCancel", without(1), 6, "I20 commitments of BUYER"
    ),
    "a supplier's side of a payment is forgotten": Fault(
        "procurement", "RecordPayment", without(1), 3, "wallet of"
    ),
    "a bond that was given back stays in the custody of tenders": Fault(
        "procurement", "RecordQuotation", nothing, 3, "contract Tenders"
    ),
    "the bond of an auction that was given back stays in its custody": Fault(
        "sourcing", "RecordAuctionBondReturn", nothing, 3, "contract ReverseAuctions"
    ),
    "the buyer's side of a forfeited bond is forgotten": Fault(
        "sourcing", "RecordBondForfeit", without(1), 3, "wallet of"
    ),
    "the sponsor's side of a settled bet is forgotten": Fault(
        "a bet", "RecordBetSettlement", without(2), 3, "contract BetContracts"
    ),
    "what a bet paid out stays in its custody": Fault(
        "a bet", "RecordBetPayout", nothing, 3, "contract BetContracts"
    ),
    "what a buyer owes by a claim is booked as if it were paid": Fault(
        "receivables", "RecordPayment", onto(COVER, WALLET), 6, "I18 claims of BUYER, covered"
    ),
    "the financier's side of a sold claim is forgotten": Fault(
        "receivables", "RecordDiscounting", without(1), 3, "wallet of"
    ),
    "a claim that was paid is still owed": Fault(
        "receivables", "RecordClaimPayment", without(1), 3, "contract Receivables"
    ),
    "a guarantee stays in the supplier's wallet": Fault(
        "guarantees", "RecordGuaranteeRelease", nothing, 3, "contract Guarantees"
    ),
    "what a defect costs its supplier is a fen too much": Fault(
        "guarantees", "RecordDefectSettlement", one_more, 2, "lost in the ledger 60001"
    ),
    "what a customer paid is still owed": Fault(
        "reviews", "RecordReceipt", nothing, 6, "I22 sales of LEADER, owed"
    ),
    "what customers may never pay is not provided for": Fault(
        "reviews", "ProvideBadDebt", nothing, 6, "I22 sales of LEADER, provided"
    ),
    "pay by reviews is booked a fen too high": Fault(
        "reviews", "AccrueReviewPay", one_more, 6, "I25 review pay of N1"
    ),
    "goods stay on their way after they came": Fault(
        "market", "DeliverSale", without(1), 6, "I22 sales of N1, on their way"
    ),
}


# What is told is taken or written for something else, in rows that no entry shows: play, fault, invariant, what it names.
MISTAKEN: dict[str, tuple[str, Plant, int, str]] = {
    "days of force majeure are kept for another month": (
        "a bet in a storm", told_otherwise("RecordForceMajeure", days_before), 1, "event BetReported",
    ),
    "an outcome moves a credit a point too far": (
        "groups", told_otherwise("RecordCreditComponent", a_point_more), 6, "I21 credit of",
    ),
    "a supplier's figure is told higher than its documents say": (
        "performance", written_otherwise("ReportPerformance", a_figure_more), 6, "I24 reports BRP-2006-00001, zero defects",
    ),
    "an index is told higher than the orders say": (
        "market", written_otherwise("ReportIndex", a_figure_more), 6, "I24 reports BXR-",
    ),
    "somebody is employed for a duty less than the paper says": (
        "a hand is hired", told_otherwise("EmployPerson", a_duty_less), 6, "I26 people EMP-2006-00001",
    ),
    "who was dismissed still works": (
        "a hand is hired", undone("EndEmployment", still_employed), 6, "I26 people EMP-2006-00001",
    ),
    "a holder is a member before it holds its role": (
        "groups", undone("RecordGroupForming", a_day_before), 6, "I27 members of groups of GRP-",
    ),
    "who left a role is a member for a day more": (
        "groups", undone("RecordRoleReopening", a_day_longer), 6, "I27 members of groups of GRP-",
    ),
    "a need is not open again when its proposal is withdrawn": (
        "groups", undone("WithdrawGroupProposal", still_proposed), 6, "I28 needs NED-",
    ),
    "a need waits though a group that was settled served it": (
        "groups", undone("RecordGroupSettlement", never_served), 6, "I28 needs NED-",
    ),
}  # fmt: skip


def told(report: AuditReport, invariant: int) -> str:
    """What the report says of one invariant, line by line."""
    (found,) = (each for each in report.invariants if each.id == invariant)
    return "\n".join(f"{d.row}: {d.detail}" for d in found.differences)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_planted_in_an_operation_turns_the_audit_red(
    world: World, monkeypatch: Patch, fault: Fault
) -> None:
    plant(monkeypatch, fault.command, fault.spoil)
    PLAYS[fault.play](world)
    world.settle()
    report = world.audit()
    assert not report.holds
    assert fault.named in told(report, fault.invariant), report.as_json()


@pytest.mark.parametrize("mistake", MISTAKEN.values(), ids=list(MISTAKEN))
def test_what_an_operation_takes_for_something_else_turns_the_audit_red(
    world: World, monkeypatch: Patch, mistake: tuple[str, Plant, int, str]
) -> None:
    play, plant_it, invariant, named = mistake
    plant_it(monkeypatch)
    PLAYS[play](world)
    world.settle()
    report = world.audit()
    assert not report.holds
    assert named in told(report, invariant), report.as_json()


PLAYED = {fault.play for fault in FAULTS.values()} | {play for play, *_ in MISTAKEN.values()}


def test_there_are_twelve_faults_at_least_and_every_room_has_one() -> None:
    assert len(FAULTS) >= 12
    assert {
        "a bet", "a bet in a storm", "capacity", "groups", "guarantees", "market", "orders", "performance", "receivables",
        "reviews", "sourcing",
    } <= PLAYED  # fmt: skip


# ---- plays without a fault, and edits past the triggers --------------------------------------------


def edited(table: Table) -> tuple[str, str]:
    """A column to change and SQL that changes it: an amount, else a number, else a free text, else a text of the key.

    One that no row leaves empty comes before one that some do.
    """
    own = [c for c in table.columns if not c.foreign_keys]
    free = [c for c in own if not c.primary_key]
    amounts = [c for c in free if isinstance(c.type, BigInteger)]
    texts = [c for c in free or own if not isinstance(c.type, Boolean)]
    chosen = min(amounts or texts, key=lambda c: ("_minor" not in c.name, bool(c.nullable), c.name))
    return chosen.name, f"{chosen.name} + 1" if amounts else f"'x' || {chosen.name}"


@pytest.mark.parametrize("play", sorted(PLAYED | set(FILLED_BY.values())))
def test_a_play_without_a_fault_is_clean_and_an_edit_of_any_table_of_its_rooms_is_named(
    world: World, play: str
) -> None:
    PLAYS[play](world)
    world.settle()
    before = world.audit()
    assert {n: told(before, n) for n in (1, 2, 3, 6)} == dict.fromkeys((1, 2, 3, 6), "")
    tables = [table for room in FILLED_BY if FILLED_BY[room] == play for table in tables_of(room)]
    for table in tables:
        assert_an_edit_is_named(world, table)
    if tables:
        assert told(world.audit(), 5) == told(before, 5)


def assert_an_edit_is_named(world: World, table: Table) -> None:
    """One row of a table is changed by hand, the audit names the table, and the row is as it was."""
    column, value = edited(table)
    found = world.sql(
        f"SELECT rowid, {column} FROM {table.name} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 1"
    )
    assert found, f"the play leaves {table.name} empty"
    row, kept = found[0]
    change = f"UPDATE {table.name} SET {column} = {{}} WHERE rowid = :row"
    world.sql(change.format(value), row=row)
    assert f"{table.name} " in told(world.audit(), 5), table.name
    world.sql(change.format(":kept"), row=row, kept=kept)


def test_a_deleted_holding_is_named_by_the_rebuild_and_by_its_token(world: World) -> None:
    PLAYS["capacity"](world)
    world.sql("DELETE FROM capacity_holding WHERE party = :party", party=BUYER)
    report = world.audit()
    assert "capacity_holding" in told(report, 5)
