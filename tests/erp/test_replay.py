"""The log alone rebuilds the books; whoever edits the books by hand is named."""

# ruff: noqa: S608 - table names of our own schema

from __future__ import annotations

import pytest
from sqlalchemy import Engine, Integer, Table, text

from erp import comparison
from erp.attachments.schemas import EraseSideData
from erp.budget.schemas import ApproveBudget
from erp.comparison import OUTSIDE, Difference
from erp.credit.schemas import RecordCreditOutcome
from erp.database import snapshot
from erp.items.schemas import RegisterItem
from erp.kernel.base import metadata
from erp.kernel.log.queries import changes
from erp.ledger.turnover.queries import trial_balance
from erp.payments.purposes import TransferPurpose
from erp.payments.schemas import ExplainTransfer, RecordTokenIssue, RecordTokenTransfer
from erp.procurement.schemas import (
    RaiseRequisition,
    RecordRedLetterInvoice,
    ReleaseInvoice,
)
from erp.reorganisations.schemas import RecordChainReorganisation
from erp.replay import ReplayFailed, differences, rebuild
from erp.reversals.schemas import ReverseDocument
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock, OpenStock
from scripts.plays.acts.tampering import tamper
from tests.erp import (
    auctions,
    bet_changes,
    bet_terms,
    capacity,
    claims,
    people,
    performance,
    sales,
    signing,
    test_bets,
    test_force_majeure,
    test_group_ratings,
    work,
)
from tests.erp.test_worked_case import play
from tests.erp.world import DAY, REF, World, account, closing


def full_story(world: World) -> None:
    """Puts at least one row into every table."""
    play(world)
    world.do(
        RecordCreditOutcome(
            account=account("supplier"),
            order_id=1,
            delivery_id=1,
            value_minor=1_035_000,
            delivery_bps=10_000,
            quality_bps=9_556,
            score_bps=8_100,
        )
    )
    world.do(ApproveBudget(entity="buyer", amount_minor=1_000_000))
    order = world.funded(3)
    world.despatch(10, order_id=3)
    world.inspect(world.receive(order, 10).number, 10)
    blocked = world.invoice(order, 9, 115_000, 14_950, number="INV-2")
    world.do(ReleaseInvoice(invoice=blocked.number, reason="a slip"), actor="finance li")
    world.do(OpenStock(entity="buyer", item="bolt", quantity=5, value_minor=100))
    issue = world.do(
        IssueStock(entity="buyer", item="bolt", quantity=1, purpose=Purpose.PRODUCTION)
    )
    world.do(ReverseDocument(number=issue.number, reason="typo"))
    world.do(RegisterItem(code="nut", name="Nut", unit="piece"))
    world.do(
        world.policy(item="nut", reorder_point=5, estimate_minor=9_000_000)
    )  # held: over budget
    transfer = world.do(
        RecordTokenTransfer(sender=account("buyer"), receiver=account("rival"), amount_minor=70)
    )
    world.do(
        ExplainTransfer(
            transfer=transfer.number, purpose=TransferPurpose.ADVANCE, reason="for bolts"
        )
    )
    gone = RecordTokenTransfer(sender=account("buyer"), receiver=account("rival"), amount_minor=71)
    world.do(gone, origin="31337:gone:0")
    world.do(
        RecordChainReorganisation(
            common_block=1, common_hash=REF, left_block=2, left_hash=REF, origins=("31337:gone:0",)
        ),
        origin="31337:reorganisation",
    )
    world.attach(blocked.number, b"scan of an invoice")
    world.do(
        EraseSideData(
            attachment=world.attach(issue.number, personal=True).number, reason="asked for"
        )
    )
    capacity.fill_tables(world)
    auctions.fill_tables(world)
    claims.fill_tables(world)
    test_force_majeure.stands(world, test_force_majeure.TODAY)
    test_group_ratings.fill_tables(world)
    test_bets.fill_tables(world)
    bet_terms.fill_tables(world)
    bet_changes.fill_tables(world)
    sales.fill_tables(world)
    signing.fill_tables(world)
    people.fill_tables(world)
    performance.fill_tables(world)
    work.fill_tables(world)
    world.now = max(world.now, world.promised_at(3) + 12 * DAY)
    corrected(world, order)
    world.do(closing("2026-01"))


def corrected(world: World, order: str) -> None:
    """A second delivery of the order, late, paid less its penalty, and its invoice corrected."""
    world.despatch(10, delivery_id=2, order_id=3)
    world.inspect(world.receive(order, 10, delivery_id=2).number, 10)
    world.do(world.discount(100_000, delivery_id=2, order_id=3))
    world.invoice(order, 10, 115_000, 14_950, delivery_id=2, number="INV-3")
    world.do(world.payment(world.last("match"), penalty_minor=5_750))
    world.do(
        RecordRedLetterInvoice(
            order=order, delivery_id=2, invoice_number="RED-3", net_minor=5_088, tax_minor=662
        )
    )


def named(engine: Engine) -> list[Difference]:
    with snapshot(engine) as session:
        return differences(session)


def test_every_table_has_rows_in_the_story(world: World) -> None:
    full_story(world)
    with world.engine.connect() as connection:
        for table in metadata.tables:
            # side data has rows there, but for traces
            if table.startswith("side_") or not table.startswith(OUTSIDE):
                if table == "side_trace":
                    continue
                assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one(), table


def test_rebuilt_books_equal_live_books(world: World) -> None:
    full_story(world)
    assert named(world.engine) == []
    with snapshot(world.engine) as live, snapshot(rebuild(changes(live, 0, 1_000))) as rebuilt:
        assert trial_balance(rebuilt) == trial_balance(live)


def numbers_of(table: Table) -> list[str]:
    """The columns with amounts, quantities and times: not keys, and not what the log itself says."""
    kept = {*table.primary_key.columns.keys(), "document_sequence", "at", "caused_by"}
    return [
        one.name for one in table.columns if isinstance(one.type, Integer) and one.name not in kept
    ]


@pytest.mark.sqlite(
    "rows of either database are compared as Python has them, and every table takes its time"
)
def test_any_number_edited_in_any_table_is_named(world: World) -> None:
    full_story(world)
    tried = 0
    for table in metadata.sorted_tables:
        columns = numbers_of(table)
        if table.name.startswith(OUTSIDE) or not columns:
            continue
        key = ", ".join(table.primary_key.columns.keys())
        edits = [
            f"UPDATE {table.name} SET {column} = {column} {{}} 1 WHERE ({key}) = "
            f"(SELECT {key} FROM {table.name} WHERE {column} IS NOT NULL ORDER BY {key} LIMIT 1)"
            for column in columns
        ]
        tamper(world.engine, *(edit.format("+") for edit in edits))
        found = {(one.table, one.column) for one in named(world.engine)}
        assert found == {(table.name, column) for column in columns}
        tamper(world.engine, *(edit.format("-") for edit in edits))
        tried += len(columns)
    assert tried > 70
    assert named(world.engine) == []


def test_amount_edited_in_a_payload_names_document_and_field(world: World) -> None:
    play(world)
    match = world.last("match")
    tamper(
        world.engine,
        "UPDATE document_log SET payload = replace(payload, '\"net_minor\":997600', '\"net_minor\":997601') "
        f"WHERE sequence = {match.sequence}",
    )
    assert named(world.engine) == [
        Difference(
            "document_log",
            f"sequence {match.sequence}",
            "payload.fields.net_minor",
            "997601",
            "997600",
        )
    ]


def test_amount_edited_in_a_command_names_all_it_would_have_moved(world: World) -> None:
    issue = world.do(RecordTokenIssue(account=account("buyer"), amount_minor=77, bank_ref=REF))
    tamper(
        world.engine,
        "UPDATE document_log SET payload = replace(payload, '\"amount_minor\":77', '\"amount_minor\":78') "
        f"WHERE sequence = {issue.sequence}",
    )
    found = {(one.table, one.column, one.live, one.rebuilt) for one in named(world.engine)}
    assert ("journal_line", "debit_minor", "77", "78") in found
    assert ("document_log", "payload.entries[0].lines[0].debit", "77", "78") in found


def test_deleted_log_row_is_named_by_its_sequence(world: World) -> None:
    play(world)
    gone = world.last("goods_receipt").sequence
    tamper(world.engine, f"DELETE FROM document_log WHERE sequence = {gone}")
    found = named(world.engine)
    assert found[0] == Difference(
        "document_log", f"sequence {gone}", "row", "missing", "one document per sequence"
    )
    assert any(
        one.column == "command" and "refused" in one.rebuilt for one in found
    )  # what relied on it


def test_deleted_harmless_row_does_not_skew_what_follows(world: World) -> None:
    world.do(RegisterItem(code="nut", name="Nut", unit="piece"))
    gone = world.last("item").sequence
    play(world)
    world.do(RegisterItem(code="cog", name="Cog", unit="piece"))
    tamper(world.engine, f"DELETE FROM document_log WHERE sequence = {gone}")
    assert [(one.table, one.key) for one in named(world.engine)] == [
        ("document_log", f"sequence {gone}"),
        ("item", "code nut"),
    ]


def test_deleted_following_document_is_named(world: World) -> None:
    play(world)
    gone = world.last("match").sequence
    tamper(world.engine, f"DELETE FROM document_log WHERE sequence = {gone}")
    assert {one.key for one in named(world.engine)} == {f"sequence {gone}"}


def test_unreadable_payload_is_named_and_the_rest_still_compared(world: World) -> None:
    item = world.do(RegisterItem(code="nut", name="Nut", unit="piece"))
    world.do(RecordTokenIssue(account=account("buyer"), amount_minor=77, bank_ref=REF))
    tamper(world.engine, f"UPDATE document_log SET payload = '{{' WHERE sequence = {item.sequence}")
    found = named(world.engine)
    assert found[0].column == "payload"
    assert found[0].key == f"sequence {item.sequence}"
    assert not any(one.table.startswith("journal") for one in found)


def test_invented_cause_does_not_crash(world: World) -> None:
    issue = world.do(RecordTokenIssue(account=account("buyer"), amount_minor=77, bank_ref=REF))
    tamper(world.engine, f"UPDATE document_log SET caused_by = 1 WHERE sequence = {issue.sequence}")
    assert ("document_log", f"sequence {issue.sequence}") in {
        (one.table, one.key) for one in named(world.engine)
    }
    tamper(
        world.engine, f"UPDATE document_log SET caused_by = NULL WHERE sequence = {issue.sequence}"
    )
    assert named(world.engine) == []


def test_dropped_cause_of_a_following_document_ends_the_replay_and_is_named(world: World) -> None:
    play(world)
    follower = world.last("match").sequence
    tamper(world.engine, f"UPDATE document_log SET caused_by = NULL WHERE sequence = {follower}")
    assert Difference(
        "document_log",
        f"sequence {follower}",
        "caused_by",
        "none",
        "follows from an earlier document",
    ) in named(world.engine)


def test_rebuild_of_a_damaged_log_says_where(world: World) -> None:
    play(world)
    documents = [document for document in world.log() if document.type != "tender"]
    gone = world.last("tender").sequence
    with pytest.raises(ReplayFailed, match=f"sequence {gone}"):
        rebuild(documents)


def test_long_list_is_cut_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    play(world)
    monkeypatch.setattr(comparison, "MAX_DIFFERENCES", 5)
    tamper(world.engine, "UPDATE journal_line SET debit_minor = debit_minor + 1")
    found = named(world.engine)
    assert len(found) == 6
    assert "more differences" in found[-1].live


def test_progress_is_told(world: World) -> None:
    world.do(RaiseRequisition(item="bolt"))
    told: list[tuple[int, int]] = []
    with snapshot(world.engine) as session:
        differences(session, lambda done, total: told.append((done, total)))
    assert told[-1] == (len(world.log()), len(world.log()))
