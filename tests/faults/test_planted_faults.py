"""Faults planted over the rooms of the contracts, each in one operation of the ERP: the audit turns red and says where.

What the ERP does wrong it does again when the log is replayed. So these are found by the chain, or by sums of the books that
must agree (`erp/standing/`), and by no rebuild. What somebody edits in a table is found by the rebuild: the second half.
"""

# ruff: noqa: S608 - the names of tables and columns are this file's own

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import BigInteger, Table

from bridge.audit import AuditReport
from tests.faults.planting import (
    Plant,
    Spoil,
    nothing,
    one_more,
    onto,
    plant,
    told_otherwise,
    twice,
    without,
)
from tests.faults.rooms import FILLED_BY, PLAYS, tables_of
from tests.world import BUYER, World

Patch = pytest.MonkeyPatch
WALLET, COVER, GROUPS, MARKET = "1012.01", "1012.06", "1012.08", "1012.09"


def days_before(command: Any) -> Any:
    """The same number of days, two months before."""
    return command.model_copy(update={"from_day": command.from_day - 60})


def a_point_more(command: Any) -> Any:
    """The score is a basis point higher."""
    return command.model_copy(update={"score_bps": command.score_bps + 1})


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
}


# What is told is taken for something else, in rows that no entry shows: play, fault, invariant, what it names.
MISTAKEN: dict[str, tuple[str, Plant, int, str]] = {
    "days of force majeure are kept for another month": (
        "a bet in a storm", told_otherwise("RecordForceMajeure", days_before), 1, "event BetReported",
    ),
    "an outcome moves a credit a point too far": (
        "groups", told_otherwise("RecordCreditComponent", a_point_more), 6, "I21 credit of",
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


@pytest.mark.parametrize("play", sorted(PLAYED))
def test_the_same_play_without_a_fault_breaks_none_of_these_invariants(
    world: World, play: str
) -> None:
    PLAYS[play](world)
    world.settle()
    report = world.audit()
    assert {n: told(report, n) for n in (1, 2, 3, 6)} == dict.fromkeys((1, 2, 3, 6), "")


def test_there_are_twelve_faults_at_least_and_every_room_has_one() -> None:
    assert len(FAULTS) >= 12
    assert {
        "a bet", "a bet in a storm", "capacity", "groups", "guarantees", "orders", "receivables", "sourcing",
    } <= PLAYED  # fmt: skip


# ---- edits past the triggers ----------------------------------------------------------------------

# Rooms whose tables have rows that no play makes: the table, and why.
WITHOUT_ROWS = {"bet_amendment": "the small bet is not changed"}


def edited(table: Table) -> tuple[str, str]:
    """A column that is no key and refers to nothing, an amount where there is one, and SQL that changes it."""
    free = [c for c in table.columns if not c.primary_key and not c.foreign_keys]
    amounts = [c for c in free if isinstance(c.type, BigInteger)]
    chosen = min(amounts or free, key=lambda column: ("_minor" not in column.name, column.name))
    return chosen.name, f"{chosen.name} + 1" if amounts else f"'x' || {chosen.name}"


@pytest.mark.parametrize("room", sorted(FILLED_BY))
def test_an_edit_of_any_table_of_a_room_is_named(world: World, room: str) -> None:
    PLAYS[FILLED_BY[room]](world)
    world.settle()
    before = told(world.audit(), 5)
    for table in tables_of(room):
        if table.name in WITHOUT_ROWS:
            continue
        column, value = edited(table)
        found = world.sql(
            f"SELECT rowid, {column} FROM {table.name} WHERE {column} IS NOT NULL LIMIT 1"
        )
        assert found, f"the play of {room} leaves {table.name} empty"
        row, kept = found[0]
        world.sql(f"UPDATE {table.name} SET {column} = {value} WHERE rowid = :row", row=row)
        assert f"{table.name} " in told(world.audit(), 5), table.name
        put_back(world, table.name, column, row, kept)
        assert told(world.audit(), 5) == before


def put_back(world: World, table: str, column: str, row: int, kept: Any) -> None:
    """The row is as it was."""
    world.sql(f"UPDATE {table} SET {column} = :kept WHERE rowid = :row", kept=kept, row=row)


def test_a_deleted_holding_is_named_by_the_rebuild_and_by_its_token(world: World) -> None:
    PLAYS["capacity"](world)
    world.sql("DELETE FROM capacity_holding WHERE party = :party", party=BUYER)
    report = world.audit()
    assert "capacity_holding" in told(report, 5)
