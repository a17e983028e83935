"""Every table of the ERP in one place, with what must stand in them from the start."""

from __future__ import annotations

from sqlalchemy import Connection

from erp.items import tables as items
from erp.kernel.log import tables as documents
from erp.ledger import tables as ledger
from erp.parties import tables as parties
from erp.procurement import tables as procurement
from erp.stock import tables as stock

__all__ = [
    "documents",
    "immutability",
    "items",
    "ledger",
    "parties",
    "procurement",
    "seed",
    "stock",
]

IMMUTABLE_TABLES = ("document_log", "journal_entry", "journal_line")


def seed(connection: Connection) -> None:
    """Makes the head of the document log and completes the chart of accounts. Safe to repeat."""
    documents.seed_head(connection)
    ledger.seed_chart(connection)


def immutability(dialect: str) -> list[str]:
    """The statements that make posted rows unchangeable (凭证不可改)."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: reverse the document instead'); END"
            for table in IMMUTABLE_TABLES
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION erp_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only: reverse the document instead', TG_TABLE_NAME; END $$"
    )
    return [function] + [
        f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION erp_refuse_change()"
        for table in IMMUTABLE_TABLES
    ]
