"""tamper: somebody edits the ERP's database by hand; the audit fails and names the row, and the payment waits."""

# ruff: noqa: S608 - the names of tables and columns are this file's own

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import DBAPIError

from bridge.audit import AuditReport
from erp.comparison import OUTSIDE
from erp.database import IMMUTABLE_TABLES
from erp.kernel.base import metadata
from tests.faults.rooms import FILLED_BY, tables_of
from tests.world import DAY, World

AMOUNT = 1_000_003


def paid_order(world: World) -> None:
    """Every table of the ERP has a row: one order is paid, one reorder is held, a capital document is reversed."""
    order = world.tender({"SUPPLIER": AMOUNT, "RIVAL": AMOUNT + 1})
    delivery = world.ship("SUPPLIER", order, 100)
    world.wait(DAY)
    world.deliver(order, delivery, received=100, accepted=100, net=AMOUNT)


def matched_order(world: World) -> None:
    """Goods are received, inspected and matched, and the bridge has not looked since."""
    order = world.tender({"SUPPLIER": AMOUNT, "RIVAL": AMOUNT + 1})
    delivery = world.ship("SUPPLIER", order, 100)
    world.wait(DAY)
    receipt = world.receive(order, delivery, 100)
    world.inspect(receipt, 100)
    world.settle()
    world.invoice(order, delivery, 100, AMOUNT)


def unlock(world: World) -> None:
    """The triggers that keep posted rows are dropped first, and foreign keys are not looked at."""
    for table in IMMUTABLE_TABLES:
        for verb in ("update", "delete"):
            world.sql(f"DROP TRIGGER {table}_no_{verb}")


def named(report: AuditReport) -> str:
    """Everything that the report says of differences."""
    return "\n".join(
        f"{i.id} {d.kind} {d.row}: {d.detail} of {d.aggregate}"
        for i in report.invariants
        for d in i.differences
    )


# table -> a column with money or quantity, and what the report must name
EDITS = {
    "purchase_order": ("amount_minor", "purchase_order order_id 1: amount_minor"),
    "delivery": ("paid_minor", "delivery order_id 1, delivery_id 1: paid_minor"),
    "supplier_invoice": ("net_minor", "supplier_invoice number SI-2006-00001: net_minor"),
    "requisition": ("estimate_minor", "requisition number PR-2006-00001: estimate_minor"),
    "tender": ("ceiling_minor", "tender tender_id 1: ceiling_minor"),
    "tender_bid": ("bond_minor", "tender_bid tender_id 1, supplier SUPPLIER: bond_minor"),
    "journal_line": ("debit_minor", "journal_line entry 1, position 1: debit_minor"),
    "ledger_balance": ("balance_minor", "ledger_balance entity BUYER, ledger"),
    "ledger_turnover": ("debit_low", "ledger_turnover entity BUYER, chain_group"),
    "stock_level": ("value_minor", "stock_level entity BUYER, item STEEL: value_minor"),
    "sourcing_policy": ("estimate_minor", "sourcing_policy item STEEL: estimate_minor"),
    "party": ("credit_bps", "party code SUPPLIER: credit_bps"),
    "document_head": ("last_entry", "document_head id 1: last_entry"),
    "proposal": ("proposed_at", "proposal number PRP-20"),
    "number_series": ("last", "number_series series"),
}
TEXTS = {
    "item": ("name", "item code STEEL: name"),
    "requisition_candidate": (
        "account",
        "requisition_candidate requisition PR-2006-00001, position 1: account",
    ),
    "sourcing_candidate": ("party", "sourcing_candidate item STEEL, position 1: party"),
    "ledger_account": ("name", "ledger_account code 1001: name"),
    "journal_entry": ("period", "journal_entry id 1: period"),
}
ROWLESS = {
    "reorder_hold",
    "document_reversal",
    "document_void",
    "ledger_period",
    "attachment",
    "side_data",
    "side_trace",
    "suspense_item",
    "red_letter_invoice",
    "force_majeure_day",
    "lots",
}  # no row in this story: one is invented
# tables of rooms that have stories of their own: `tests/faults/test_planted_faults.py`
OTHER_STORIES = {table.name for room in FILLED_BY for table in tables_of(room)}
ELSEWHERE = {"document_log"}  # its tests stand below


def test_every_table_of_the_books_is_tried_here() -> None:
    books = {
        name for name in metadata.tables if name.startswith("side_") or not name.startswith(OUTSIDE)
    } - OTHER_STORIES
    assert books == EDITS.keys() | TEXTS.keys() | ROWLESS | ELSEWHERE


def test_an_edit_of_any_table_is_named(world: World) -> None:
    paid_order(world)
    world.assert_audit_holds()
    unlock(world)
    for table, (column, row) in EDITS.items():
        (key,) = world.sql(
            f"SELECT rowid FROM {table} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 1"
        )[0]
        _edit_and_undo(world, table, column, f"{column} + 1", key, row)
    for table, (column, row) in TEXTS.items():
        (key,) = world.sql(f"SELECT rowid FROM {table} ORDER BY 1 LIMIT 1")[0]
        value = "'RIVAL'" if table == "sourcing_candidate" else "'0' || " + column
        if table == "journal_entry":
            value = "'1999-01'"
        _edit_and_undo(world, table, column, value, key, row)
    world.assert_audit_holds()


def _edit_and_undo(world: World, table: str, column: str, value: str, key: int, row: str) -> None:
    (before,) = world.sql(f"SELECT {column} FROM {table} WHERE rowid = :key", key=key)[0]
    world.sql(f"UPDATE {table} SET {column} = {value} WHERE rowid = :key", key=key)
    report = world.audit()
    assert not report.holds, table
    assert row in named(report), f"{table}: {named(report)}"
    world.sql(f"UPDATE {table} SET {column} = :value WHERE rowid = :key", value=before, key=key)


INVENTED = {
    "lots": "INSERT INTO lots (number, item, opening) VALUES ('LTR-2006-00001', 'STEEL', NULL)",
    "force_majeure_day": "INSERT INTO force_majeure_day (region, day, document) VALUES ('0xab', 20000, 'FMD-2006-00001')",
    "ledger_period": "INSERT INTO ledger_period VALUES ('BUYER', '2006-05', 'CLP-2006-00001')",
    "attachment": (
        "INSERT INTO attachment (number, about, kind, media_type, field_class, personal, size_bytes, digest, attached_at)"
        " VALUES ('ATT-2006-00001', 'CAP-2006-00001', 'plan', 'text/plain', 'internal', 0, 1, 'ab', 1)"
    ),
    "suspense_item": (
        "INSERT INTO suspense_item (number, receiver, amount_minor, chain_group, to_receiver)"
        " VALUES ('TRF-2006-00001', 'BUYER', 5, '', 1)"
    ),
    "side_data": "INSERT INTO side_data VALUES ('ab', x'00', x'00')",
    "reorder_hold": "INSERT INTO reorder_hold VALUES ('STEEL', 'because', 1, 'HLD-2006-00001')",
    "document_void": "INSERT INTO document_void VALUES (1, 'REO-2006-00001', NULL)",
    "document_reversal": "INSERT INTO document_reversal VALUES ('CAP-2006-00001', 'REV-2006-00001')",
}


@pytest.mark.parametrize("table", sorted(INVENTED))
def test_an_invented_row_is_named(world: World, table: str) -> None:
    world.sql(INVENTED[table])
    assert table in named(world.audit())


def test_an_invented_red_letter_invoice_is_named(world: World) -> None:
    paid_order(world)
    world.sql(
        "INSERT INTO red_letter_invoice"
        " VALUES ('RLI-2006-00001', 'SUPPLIER', 'INV-R', 'invr', 1, 1, 500, 65)"
    )
    assert "red_letter_invoice number RLI-2006-00001" in named(world.audit())


def payload(world: World) -> str:
    (sequence,) = world.sql("SELECT sequence FROM document_log WHERE type = 'inspection'")[0]
    world.sql(
        "UPDATE document_log SET payload = replace(payload, :old, :new) WHERE sequence = :s",
        old='"accepted":100',
        new='"accepted":99',
        s=sequence,
    )
    return f"(sequence {sequence})"


def salt(world: World) -> str:
    (sequence,) = world.sql("SELECT sequence FROM document_log WHERE type = 'capital'")[0]
    world.sql(
        "UPDATE document_log SET salt = :salt WHERE sequence = :s", salt="00" * 32, s=sequence
    )
    return f"(sequence {sequence})"


def actor(world: World) -> str:
    (sequence,) = world.sql("SELECT sequence FROM document_log WHERE type = 'goods_receipt'")[0]
    world.sql("UPDATE document_log SET actor = 'nobody' WHERE sequence = :s", s=sequence)
    return f"(sequence {sequence})"


def rules_version(world: World) -> str:
    (sequence,) = world.sql("SELECT sequence FROM document_log WHERE type = 'token_issue'")[0]
    world.sql(
        "UPDATE document_log SET rules_version = rules_version + 1 WHERE sequence = :s", s=sequence
    )
    return f"(sequence {sequence})"


def deleted_row(world: World) -> str:
    (sequence,) = world.sql("SELECT sequence FROM document_log WHERE type = 'goods_receipt'")[0]
    world.sql("DELETE FROM document_log WHERE sequence = :s", s=sequence)
    return f"document_log sequence {sequence}"


def deleted_last_row(world: World) -> str:
    (sequence,) = world.sql("SELECT max(sequence) FROM document_log")[0]
    world.sql("DELETE FROM document_log WHERE sequence = :s", s=sequence)
    return f"[{sequence}]"


@pytest.mark.parametrize(
    "deed", [payload, salt, actor, rules_version, deleted_row, deleted_last_row]
)
def test_a_change_of_the_document_log_is_named(world: World, deed: Callable[[World], str]) -> None:
    paid_order(world)
    unlock(world)
    row = deed(world)
    report = world.audit()
    assert not report.holds
    assert not report.invariants[3].holds
    assert row in named(report), named(report)


def test_posted_rows_cannot_be_changed_while_the_triggers_stand(world: World) -> None:
    for table in IMMUTABLE_TABLES:
        with pytest.raises(DBAPIError, match="append-only"):
            world.sql(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("purchase_order", "amount_minor"),
        ("delivery", "accepted_amount_minor"),
        ("supplier_invoice", "net_minor"),
    ],
)
def test_the_payment_of_a_disputed_order_waits_for_a_clean_audit(
    world: World, table: str, column: str
) -> None:
    matched_order(world)
    before = world.balance("SUPPLIER")
    world.sql(f"UPDATE {table} SET {column} = {column} + 5")
    report = world.audit()
    assert not report.holds
    world.bridge.audit.hold_payments(report)
    world.settle()
    assert world.balance("SUPPLIER") == before
    (hold,) = world.status()["holds"]
    assert hold["aggregate"] == "order:1"
    assert table in hold["reason"]

    world.sql(f"UPDATE {table} SET {column} = {column} - 5")
    clean = world.audit()
    assert clean.holds, named(clean)
    world.bridge.audit.hold_payments(clean)
    world.settle()
    assert world.balance("SUPPLIER") == before + AMOUNT
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_journal_line_of_an_order_holds_its_payment_too(world: World) -> None:
    matched_order(world)
    before = world.balance("SUPPLIER")
    unlock(world)
    world.sql(
        "UPDATE journal_line SET credit_minor = credit_minor + 5 "
        "WHERE order_number IS NOT NULL AND account = '2202.01'"
    )
    world.bridge.audit.hold_payments(world.audit())
    world.settle()
    assert [hold["aggregate"] for hold in world.status()["holds"]] == ["order:1"]
    assert world.balance("SUPPLIER") == before
