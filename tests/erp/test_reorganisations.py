"""Blocks leave the chain after they were booked: rooms and balances become those of books that never heard of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from erp.attachments.schemas import EraseSideData
from erp.attachments.tables import Attachment
from erp.budget.schemas import ApproveBudget
from erp.database import snapshot
from erp.kernel.base import metadata
from erp.kernel.errors import Rejected
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.model import Document
from erp.kernel.operation import Told
from erp.kernel.schema import Command
from erp.ledger.tables import LedgerBalance
from erp.payments.schemas import ContributeCapital
from erp.procurement.schemas import RaiseRequisition
from erp.reorganisations.queries import KEPT, KEPT_PREFIXES
from erp.reorganisations.schemas import RecordChainReorganisation
from erp.replay import differences
from erp.reversals.schemas import ReverseDocument
from erp.rooms import OPERATIONS
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock
from tests.databases import Prepare
from tests.erp.books import check_books
from tests.erp.conftest import prepared
from tests.erp.test_closed_period import close
from tests.erp.world import START, World

COMMON, GONE = "0x" + "11" * 32, "0x" + "22" * 32
MONEY = 5_000_000 + 100_000 + 100_000
NUMBER = re.compile(r"\b([A-Z]{2,4}-20\d\d)-\d{5}\b")
BALANCE = metadata.tables[LedgerBalance.__tablename__]


class Forked(World):
    """A world whose events have origins on a branch of the chain that may leave it again."""

    branch = "a"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.origins: list[str] = []

    def do(self, command: Command, **more: Any) -> Document:
        """Tells a command, an event with an origin of its own."""
        if OPERATIONS[type(command)].told is Told.EXTERNALLY and "origin" not in more:
            self.origins.append(f"31337:{self.branch}:{self.told}")
            more["origin"] = self.origins[-1]
        return super().do(command, **more)

    def fork(self, branch: str) -> None:
        """What is told from now on stands on another branch."""
        self.branch, self.origins = branch, []

    def leave(self, origins: list[str] | None = None) -> Document:
        """The events of the branch, or these, have left the chain."""
        command = RecordChainReorganisation(
            common_block=7,
            common_hash=COMMON,
            left_block=9,
            left_hash=GONE,
            origins=tuple(self.origins if origins is None else origins),
        )
        return self.do(command, origin=f"31337:reorganisation:{self.told}")


Made = Callable[[], Forked]


@pytest.fixture
def forked(new_engine: Callable[[Prepare], Engine]) -> Made:
    """Makes as many seeded worlds as a test asks for."""
    return lambda: Forked(new_engine(prepared))


def rooms(world: World) -> dict[str, list[str]]:
    """Every row of every table of the rooms; of a document's number the series alone, since none is given twice."""
    with world.engine.connect() as connection:
        return {
            table.name: sorted(
                NUMBER.sub(r"\1", repr(tuple(row))) for row in connection.execute(select(table))
            )
            for table in metadata.sorted_tables
            if table.name not in KEPT and not table.name.startswith(KEPT_PREFIXES)
        }


def balances(world: World) -> dict[tuple[str, str], int]:
    """What stands on every account; those on which nothing does are left out."""
    with world.engine.connect() as connection:
        found = connection.execute(select(BALANCE))
        return {(row.entity, row.account): row.balance_minor for row in found if row.balance_minor}


def check_equal(world: World, clean: World) -> None:
    """Both have the same rooms and balances, both are sound, and the log of each makes its books again."""
    assert rooms(world) == rooms(clean)
    assert balances(world) == balances(clean)
    for each in (world, clean):
        with snapshot(each.engine) as session:
            assert differences(session) == []
            check_books(session, MONEY)


def trade(world: World, amount: int = 1_150_000) -> Document:
    """From the tender of a requisition that stands to a matched delivery."""
    order = accepted(world, amount)
    world.invoice(order, 100, amount, amount * 13 // 100)
    return world.last("match")


def accepted(world: World, amount: int = 1_150_000) -> str:
    """From the tender of a requisition that stands to goods that were accepted and not billed; the order's number."""
    requisition = world.last("requisition")
    world.do(world.tender(1, requisition))
    world.do(world.bid(1))
    world.do(world.quotation(amount, tender_id=1))
    order = world.do(world.order(1, requisition, amount_minor=amount)).number
    world.do(world.award(1, amount_minor=amount))
    world.fund()
    world.despatch(100)
    receipt = world.receive(order, 100)
    world.inspect(receipt.number, 100)
    return order


def test_a_trade_that_left_the_chain_is_reversed_and_another_booked(forked: Made) -> None:
    world, clean = forked(), forked()
    for each in (world, clean):
        each.do(RaiseRequisition(item="bolt"))
    world.fork("a")
    world.do(world.payment(trade(world)))
    world.do(ContributeCapital(entity="buyer", amount_minor=77))
    told = world.leave()
    assert {one["type"] for one in told.fields["voided"]} >= {"purchase_order", "payment"}
    fell = {one["type"] for one in told.fields["fallen"]}
    assert fell == {"goods_receipt", "inspection", "supplier_invoice", "match"}
    assert all(one["reason"] for one in told.fields["fallen"])
    clean.do(ContributeCapital(entity="buyer", amount_minor=77))
    check_equal(world, clean)
    for each in (world, clean):
        each.fork("b")
        trade(each, 1_000_000)
    check_equal(world, clean)


def periods(world: World, *numbers: str) -> set[str]:
    """The months in which these documents are booked."""
    return {
        entry["period"]
        for document in world.log()
        if document.number in numbers
        for entry in document.entries
    }


def test_a_closed_month_stays_closed_and_the_reversal_stands_in_the_open_one(forked: Made) -> None:
    world, clean = forked(), forked()
    for each in (world, clean):
        each.do(RaiseRequisition(item="bolt"))
    world.fork("a")
    accepted(world)  # what stands on a point of the check list when the month is closed
    for each in (world, clean):
        close(each, "2026-01", "2026-02", "2026-03")
    before = world.log()
    told = world.leave()
    assert "period_close" not in {one["type"] for one in told.fields["fallen"]}
    assert periods(world, told.number) == {"2026-04"}
    assert world.log()[: len(before)] == before  # nothing that was posted has changed
    check_equal(world, clean)
    for each in (world, clean):
        each.fork("b")
        each.do(each.tender(1))
    check_equal(world, clean)


def test_a_month_that_was_closed_on_what_is_gone_stays_closed_in_every_later_rebuild(
    forked: Made,
) -> None:
    world, clean = forked(), forked()
    for each in (world, clean):
        each.do(RaiseRequisition(item="bolt"))
        each.fork("a")
    trade(world)
    for each in (world, clean):
        close(each, "2026-01")
        each.now = START  # the new blocks are of the closed month
    assert periods(world, world.leave().number) == {"2026-02"}
    for each in (world, clean):
        each.fork("b")
        each.do(each.tender(1))
    world.leave()
    clean.leave()
    check_equal(world, clean)


def test_a_second_reorganisation_and_one_back_to_the_first_branch(forked: Made) -> None:
    world, clean = forked(), forked()
    for each in (world, clean):
        each.do(RaiseRequisition(item="bolt"))
    for branch, amount in (("a", 1_150_000), ("b", 1_000_000), ("a again", 1_150_000)):
        world.fork(branch)
        trade(world, amount)
        if branch != "a again":
            world.leave()
    trade(clean)
    check_equal(world, clean)


def test_clerks_who_stand_on_nothing_that_left_are_not_touched(forked: Made) -> None:
    world = forked()
    world.do(ApproveBudget(entity="buyer", amount_minor=2_000_000))
    kept = world.do(RaiseRequisition(item="bolt"))
    world.fork("a")
    world.do(world.tender(1, kept))
    other = world.do(RaiseRequisition(item="bolt"))
    told = world.leave()
    assert [one["type"] for one in told.fields["voided"]] == ["tender"]
    assert told.fields["fallen"] == []
    world.fork("b")
    world.do(world.tender(1, other))
    world.do(world.tender(2, kept))


def test_told_twice_it_is_done_once(forked: Made) -> None:
    world = forked()
    kept = world.do(RaiseRequisition(item="bolt"))
    world.fork("a")
    world.do(world.tender(1, kept))
    first = world.leave()
    again = world.do(
        RecordChainReorganisation(
            common_block=7,
            common_hash=COMMON,
            left_block=9,
            left_hash=GONE,
            origins=tuple(first.fields["origins"]),
        ),
        origin=first.origin,
    )
    assert again == first
    twice = world.leave()
    assert (twice.fields["voided"], twice.fields["fallen"], twice.entries) == ([], [], [])


def test_what_was_voided_can_be_named_by_no_later_command(forked: Made) -> None:
    world = forked()
    world.do(RaiseRequisition(item="bolt"))
    world.fork("a")
    match = trade(world)
    receipt = world.last("goods_receipt").number
    issue = IssueStock(entity="buyer", item="bolt", quantity=1, purpose=Purpose.PRODUCTION)
    issued = world.do(issue).number  # of what was received
    assert issued in {one["number"] for one in world.leave().fields["fallen"]}
    with pytest.raises(UnknownDocument):
        world.do(ReverseDocument(number=issued, reason="typo"))
    with pytest.raises(Rejected):
        world.inspect(receipt, 100)
    with pytest.raises(Rejected):
        world.do(world.payment(match))


def test_bytes_beside_voided_documents_stay_and_can_be_erased(forked: Made) -> None:
    world, clean = forked(), forked()
    for each in (world, clean):
        each.do(RaiseRequisition(item="bolt"))
    world.fork("a")
    accepted(world)
    receipt = world.last("goods_receipt").number
    kept = world.attach(receipt, b"a photo").number
    erased = world.attach(receipt, b"a name", personal=True).number
    told = world.leave()
    assert not {kept, erased} & {one["number"] for one in told.fields["fallen"]}
    check_equal(world, clean)
    world.do(EraseSideData(attachment=erased, reason="asked for"))
    check_equal(world, clean)
    world.fork("b")
    world.do(world.tender(1))
    assert world.leave().fields["fallen"] == []
    check_equal(world, clean)
    assert world.rows_of(Attachment, kept).about == receipt
