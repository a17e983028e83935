"""All tables: document log, ledger, parties, items, stock, procurement, and the API's tokens and kept answers.

The rows of IMMUTABLE_TABLES refuse update, delete and replacement by trigger.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

IMMUTABLE_TABLES = {  # and SQL by which a row that is inserted would take the place of another
    "document_log": (
        "(rowid = NEW.rowid) OR (sequence = NEW.sequence) OR (number = NEW.number) OR (origin = NEW.origin)"
    ),
    "journal_entry": "(rowid = NEW.rowid) OR (id = NEW.id)",
    "journal_line": "(rowid = NEW.rowid) OR (entry = NEW.entry AND position = NEW.position)",
}
TABLES = (
    "document_head",
    "document_log",
    "document_reversal",
    "item",
    "ledger_account",
    "number_series",
    "party",
    "ledger_period",
    "journal_entry",
    "ledger_balance",
    "ledger_turnover",
    "reorder_hold",
    "requisition",
    "sourcing_policy",
    "stock_level",
    "journal_line",
    "requisition_candidate",
    "sourcing_candidate",
    "tender",
    "purchase_order",
    "tender_bid",
    "delivery",
    "supplier_invoice",
    "red_letter_invoice",
    "suspense_item",
    "attachment",
    "side_data",
    "proposal",
    "api_token",
    "api_idempotency",
)


def upgrade() -> None:
    create_tables()
    if op.get_bind().dialect.name == "sqlite":
        protect_on_sqlite()
    else:
        protect_on_postgresql()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION erp_refuse_change()")


def protect_on_sqlite() -> None:
    for table, same in IMMUTABLE_TABLES.items():
        for name, event in (
            ("update", f"UPDATE ON {table}"),
            ("delete", f"DELETE ON {table}"),
            (
                "replace",
                f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})",  # noqa: S608 - our own names
            ),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {event} BEGIN SELECT "
                f"RAISE(ABORT, '{table} is append-only: reverse the document instead'); END"
            )


def protect_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION erp_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only: reverse the document instead', TG_TABLE_NAME; END $$"
    )
    for table in IMMUTABLE_TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION erp_refuse_change()"
        )


def create_tables() -> None:
    create_documents()
    create_parties_and_items()
    create_ledger()
    create_stock()
    create_sourcing()
    create_tenders()
    create_orders()
    create_payments()
    create_attachments()
    create_proposals()
    create_api()


def create_documents() -> None:
    op.create_table(
        "document_head",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_entry", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_head")),
    )
    op.create_table(
        "document_log",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("caused_by", sa.BigInteger(), nullable=True),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("rules_version", sa.BigInteger(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_document_log")),
        sa.UniqueConstraint("number", name=op.f("uq_document_log_number")),
        sa.UniqueConstraint("origin", name=op.f("uq_document_log_origin")),
    )
    op.create_index(
        op.f("ix_document_log_order_number"), "document_log", ["order_number"], unique=False
    )
    op.create_index(
        "ix_document_log_type_sequence", "document_log", ["type", "sequence"], unique=False
    )
    op.create_table(
        "document_reversal",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("reversed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_document_reversal")),
        sa.UniqueConstraint("reversed_by", name=op.f("uq_document_reversal_reversed_by")),
    )
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_number_series")),
    )


def create_parties_and_items() -> None:
    op.create_table(
        "item",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_item")),
    )
    op.create_table(
        "party",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("capabilities", sa.BigInteger(), nullable=False),
        sa.Column("credit_bps", sa.BigInteger(), nullable=True),
        sa.Column("outcomes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_party")),
        sa.UniqueConstraint("account", name=op.f("uq_party_account")),
    )
    op.create_index(op.f("ix_party_kind"), "party", ["kind"], unique=False)
    op.create_index(op.f("ix_party_status"), "party", ["status"], unique=False)


def create_ledger() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("statement_line", sa.String(), nullable=False),
        sa.Column("guarded", sa.Boolean(), nullable=False),
        sa.Column("small_code", sa.String(), nullable=False),
        sa.Column("small_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("leaf", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent"], ["ledger_account.code"], name=op.f("fk_ledger_account_parent")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("role", name=op.f("uq_ledger_account_role")),
    )
    op.create_index(op.f("ix_ledger_account_parent"), "ledger_account", ["parent"], unique=False)
    op.create_table(
        "ledger_period",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entity"], ["party.code"], name=op.f("fk_ledger_period_entity")),
        sa.PrimaryKeyConstraint("entity", "period", name=op.f("pk_ledger_period")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_sequence", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_sequence"],
            ["document_log.sequence"],
            name=op.f("fk_journal_entry_document_sequence"),
        ),
        sa.ForeignKeyConstraint(["entity"], ["party.code"], name=op.f("fk_journal_entry_entity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    op.create_index(
        op.f("ix_journal_entry_document_sequence"),
        "journal_entry",
        ["document_sequence"],
        unique=False,
    )
    op.create_index(
        "ix_journal_entry_entity_period", "journal_entry", ["entity", "period"], unique=False
    )
    op.create_table(
        "ledger_balance",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["ledger_account.code"], name=op.f("fk_ledger_balance_account")
        ),
        sa.PrimaryKeyConstraint("entity", "ledger", "account", name=op.f("pk_ledger_balance")),
    )
    op.create_table(
        "ledger_turnover",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("debit_high", sa.BigInteger(), nullable=False),
        sa.Column("debit_low", sa.BigInteger(), nullable=False),
        sa.Column("credit_high", sa.BigInteger(), nullable=False),
        sa.Column("credit_low", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["ledger_account.code"], name=op.f("fk_ledger_turnover_account")
        ),
        sa.PrimaryKeyConstraint(
            "entity", "chain_group", "ledger", "account", "period", name=op.f("pk_ledger_turnover")
        ),
    )
    op.create_table(
        "journal_line",
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("debit_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("counterparty", sa.String(), nullable=True),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account"], ["ledger_account.code"], name=op.f("fk_journal_line_account")
        ),
        sa.ForeignKeyConstraint(
            ["entry"], ["journal_entry.id"], name=op.f("fk_journal_line_entry")
        ),
        sa.PrimaryKeyConstraint("entry", "position", name=op.f("pk_journal_line")),
    )
    op.create_index(
        op.f("ix_journal_line_order_number"), "journal_line", ["order_number"], unique=False
    )


def create_stock() -> None:
    op.create_table(
        "stock_level",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("on_order", sa.BigInteger(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entity"], ["party.code"], name=op.f("fk_stock_level_entity")),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_stock_level_item")),
        sa.PrimaryKeyConstraint("entity", "item", name=op.f("pk_stock_level")),
    )


def create_sourcing() -> None:
    op.create_table(
        "reorder_hold",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_reorder_hold_item")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_reorder_hold")),
    )
    op.create_table(
        "sourcing_policy",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("reorder_point", sa.BigInteger(), nullable=False),
        sa.Column("reorder_quantity", sa.BigInteger(), nullable=False),
        sa.Column("estimate_minor", sa.BigInteger(), nullable=False),
        sa.Column("commit_seconds", sa.BigInteger(), nullable=False),
        sa.Column("reveal_seconds", sa.BigInteger(), nullable=False),
        sa.Column("lead_seconds", sa.BigInteger(), nullable=False),
        sa.Column("bond_minor", sa.BigInteger(), nullable=False),
        sa.Column("min_credit_bps", sa.BigInteger(), nullable=False),
        sa.Column("lateness_bps_per_day", sa.BigInteger(), nullable=False),
        sa.Column("lateness_cap_bps", sa.BigInteger(), nullable=False),
        sa.Column("tax_bps", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_bps", sa.BigInteger(), nullable=False),
        sa.Column("fund_seconds", sa.BigInteger(), nullable=False),
        sa.Column("grace_seconds", sa.BigInteger(), nullable=False),
        sa.Column("silence_seconds", sa.BigInteger(), nullable=False),
        sa.Column("payment_seconds", sa.BigInteger(), nullable=False),
        sa.Column("sourcing", sa.String(), nullable=False),
        sa.Column("lots", sa.BigInteger(), nullable=False),
        sa.Column("review_seconds", sa.BigInteger(), nullable=False),
        sa.Column("second_price", sa.Boolean(), nullable=False),
        sa.Column("day_value_minor", sa.BigInteger(), nullable=False),
        sa.Column("max_days", sa.BigInteger(), nullable=False),
        sa.Column("credit_weight_bps", sa.BigInteger(), nullable=False),
        sa.Column("min_decrement_bps", sa.BigInteger(), nullable=False),
        sa.Column("extension_seconds", sa.BigInteger(), nullable=False),
        sa.Column("max_extensions", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["buyer"], ["party.code"], name=op.f("fk_sourcing_policy_buyer")),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_sourcing_policy_item")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_sourcing_policy")),
    )
    op.create_table(
        "sourcing_candidate",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item"], ["sourcing_policy.item"], name=op.f("fk_sourcing_candidate_item")
        ),
        sa.ForeignKeyConstraint(
            ["party"], ["party.code"], name=op.f("fk_sourcing_candidate_party")
        ),
        sa.PrimaryKeyConstraint("item", "position", name=op.f("pk_sourcing_candidate")),
    )


def create_tenders() -> None:
    op.create_table(
        "requisition",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("estimate_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("promised_at", sa.BigInteger(), nullable=False),
        sa.Column("bond_minor", sa.BigInteger(), nullable=False),
        sa.Column("min_credit_bps", sa.BigInteger(), nullable=False),
        sa.Column("lateness_bps_per_day", sa.BigInteger(), nullable=False),
        sa.Column("lateness_cap_bps", sa.BigInteger(), nullable=False),
        sa.Column("tax_bps", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_bps", sa.BigInteger(), nullable=False),
        sa.Column("fund_seconds", sa.BigInteger(), nullable=False),
        sa.Column("grace_seconds", sa.BigInteger(), nullable=False),
        sa.Column("silence_seconds", sa.BigInteger(), nullable=False),
        sa.Column("payment_seconds", sa.BigInteger(), nullable=False),
        sa.Column("sourcing", sa.String(), nullable=False),
        sa.Column("review_seconds", sa.BigInteger(), nullable=False),
        sa.Column("second_price", sa.Boolean(), nullable=False),
        sa.Column("day_value_minor", sa.BigInteger(), nullable=False),
        sa.Column("max_days", sa.BigInteger(), nullable=False),
        sa.Column("credit_weight_bps", sa.BigInteger(), nullable=False),
        sa.Column("min_decrement_bps", sa.BigInteger(), nullable=False),
        sa.Column("extension_seconds", sa.BigInteger(), nullable=False),
        sa.Column("max_extensions", sa.BigInteger(), nullable=False),
        sa.Column("lots", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["buyer"], ["party.code"], name=op.f("fk_requisition_buyer")),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_requisition_item")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_requisition")),
    )
    op.create_index(op.f("ix_requisition_lots"), "requisition", ["lots"], unique=False)
    op.create_index(op.f("ix_requisition_item"), "requisition", ["item"], unique=False)
    op.create_index(op.f("ix_requisition_status"), "requisition", ["status"], unique=False)
    op.create_table(
        "lots",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("opening", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_lots_item")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_lots")),
    )
    op.create_table(
        "requisition_candidate",
        sa.Column("requisition", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party"], ["party.code"], name=op.f("fk_requisition_candidate_party")
        ),
        sa.ForeignKeyConstraint(
            ["requisition"],
            ["requisition.number"],
            name=op.f("fk_requisition_candidate_requisition"),
        ),
        sa.PrimaryKeyConstraint("requisition", "position", name=op.f("pk_requisition_candidate")),
    )
    op.create_table(
        "tender",
        sa.Column("tender_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("requisition", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("ceiling_minor", sa.BigInteger(), nullable=False),
        sa.Column("bond_minor", sa.BigInteger(), nullable=False),
        sa.Column("commit_end", sa.BigInteger(), nullable=False),
        sa.Column("reveal_end", sa.BigInteger(), nullable=False),
        sa.Column("review_seconds", sa.BigInteger(), nullable=False),
        sa.Column("second_price", sa.Boolean(), nullable=False),
        sa.Column("day_value_minor", sa.BigInteger(), nullable=False),
        sa.Column("max_days", sa.BigInteger(), nullable=False),
        sa.Column("credit_weight_bps", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("bids", sa.BigInteger(), nullable=False),
        sa.Column("leader", sa.String(), nullable=True),
        sa.Column("runner_up", sa.String(), nullable=True),
        sa.Column("supplier", sa.String(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["buyer"], ["party.code"], name=op.f("fk_tender_buyer")),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_tender_item")),
        sa.ForeignKeyConstraint(["leader"], ["party.code"], name=op.f("fk_tender_leader")),
        sa.ForeignKeyConstraint(
            ["requisition"], ["requisition.number"], name=op.f("fk_tender_requisition")
        ),
        sa.ForeignKeyConstraint(["runner_up"], ["party.code"], name=op.f("fk_tender_runner_up")),
        sa.ForeignKeyConstraint(["supplier"], ["party.code"], name=op.f("fk_tender_supplier")),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_tender")),
        sa.UniqueConstraint("number", name=op.f("uq_tender_number")),
        sa.UniqueConstraint("requisition", name=op.f("uq_tender_requisition")),
    )
    op.create_index(op.f("ix_tender_status"), "tender", ["status"], unique=False)
    op.create_table(
        "tender_bid",
        sa.Column("tender_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("bid_index", sa.BigInteger(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("bond_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_bps", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("offered_days", sa.BigInteger(), nullable=True),
        sa.Column("within_ceiling", sa.Boolean(), nullable=True),
        sa.Column("strike", sa.String(), nullable=True),
        sa.Column("struck", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["supplier"], ["party.code"], name=op.f("fk_tender_bid_supplier")),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.tender_id"], name=op.f("fk_tender_bid_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "supplier", name=op.f("pk_tender_bid")),
    )


def create_orders() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("tender_id", sa.BigInteger(), nullable=True),
        sa.Column("auction_id", sa.BigInteger(), nullable=True),
        sa.Column("direct_order_id", sa.BigInteger(), nullable=True),
        sa.Column("requisition", sa.String(), nullable=True),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("promised_at", sa.BigInteger(), nullable=False),
        sa.Column("fund_seconds", sa.BigInteger(), nullable=False),
        sa.Column("grace_seconds", sa.BigInteger(), nullable=False),
        sa.Column("silence_seconds", sa.BigInteger(), nullable=False),
        sa.Column("payment_seconds", sa.BigInteger(), nullable=False),
        sa.Column("lateness_bps_per_day", sa.BigInteger(), nullable=False),
        sa.Column("lateness_cap_bps", sa.BigInteger(), nullable=False),
        sa.Column("tax_bps", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_bps", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("deliveries", sa.BigInteger(), nullable=False),
        sa.Column("underway", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("accepted_amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("matched_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("penalty_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("escrowed_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("contestable_until", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("base_quantity", sa.BigInteger(), nullable=False),
        sa.Column("base_amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("defaulted_minor", sa.BigInteger(), nullable=False),
        sa.Column("unbudgeted_minor", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("close_request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["buyer"], ["party.code"], name=op.f("fk_purchase_order_buyer")),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_purchase_order_item")),
        sa.ForeignKeyConstraint(
            ["requisition"], ["requisition.number"], name=op.f("fk_purchase_order_requisition")
        ),
        sa.ForeignKeyConstraint(
            ["supplier"], ["party.code"], name=op.f("fk_purchase_order_supplier")
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.tender_id"], name=op.f("fk_purchase_order_tender_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("auction_id", name=op.f("uq_purchase_order_auction_id")),
        sa.UniqueConstraint("direct_order_id", name=op.f("uq_purchase_order_direct_order_id")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
        sa.UniqueConstraint("requisition", name=op.f("uq_purchase_order_requisition")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_purchase_order_tender_id")),
    )
    op.create_index(op.f("ix_purchase_order_item"), "purchase_order", ["item"], unique=False)
    op.create_index(op.f("ix_purchase_order_status"), "purchase_order", ["status"], unique=False)
    op.create_index(
        op.f("ix_purchase_order_supplier"), "purchase_order", ["supplier"], unique=False
    )
    op.create_table(
        "delivery",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("shipped", sa.BigInteger(), nullable=False),
        sa.Column("shipped_at", sa.BigInteger(), nullable=False),
        sa.Column("promised_at", sa.BigInteger(), nullable=False),
        sa.Column("own_promise", sa.Boolean(), nullable=False),
        sa.Column("despatch", sa.String(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("days_late", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("receipt_attestation", sa.String(), nullable=True),
        sa.Column("goods", sa.BigInteger(), nullable=False),
        sa.Column("goods_cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("goods_sent", sa.BigInteger(), nullable=False),
        sa.Column("goods_sent_minor", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("accepted_amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=True),
        sa.Column("inspection", sa.String(), nullable=True),
        sa.Column("inspection_attestation", sa.String(), nullable=True),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("match", sa.String(), nullable=True),
        sa.Column("invoice", sa.String(), nullable=True),
        sa.Column("claimed", sa.String(), nullable=True),
        sa.Column("certified", sa.String(), nullable=True),
        sa.Column("certified_tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("reversed_tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("uninvoiced_tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("penalty_minor", sa.BigInteger(), nullable=False),
        sa.Column("penalty_tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("red_letter", sa.String(), nullable=True),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("payment", sa.String(), nullable=True),
        sa.Column("unclaimed_minor", sa.BigInteger(), nullable=False),
        sa.Column("dispute", sa.String(), nullable=True),
        sa.Column("disputed_by", sa.String(), nullable=True),
        sa.Column("rule_by", sa.BigInteger(), nullable=False),
        sa.Column("ruling", sa.String(), nullable=True),
        sa.Column("supplement", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disputed_by"], ["party.code"], name=op.f("fk_delivery_disputed_by")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.order_id"], name=op.f("fk_delivery_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "delivery_id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("inspection", name=op.f("uq_delivery_inspection")),
        sa.UniqueConstraint("match", name=op.f("uq_delivery_match")),
        sa.UniqueConstraint("payment", name=op.f("uq_delivery_payment")),
        sa.UniqueConstraint("receipt", name=op.f("uq_delivery_receipt")),
        sa.UniqueConstraint("ruling", name=op.f("uq_delivery_ruling")),
        sa.UniqueConstraint("supplement", name=op.f("uq_delivery_supplement")),
    )
    op.create_index(op.f("ix_delivery_status"), "delivery", ["status"], unique=False)
    op.create_table(
        "supplier_invoice",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("invoice_number", sa.String(), nullable=False),
        sa.Column("invoice_key", sa.String(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("release", sa.String(), nullable=True),
        sa.Column("released_net_minor", sa.BigInteger(), nullable=True),
        sa.Column("released_tax_minor", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id", "delivery_id"],
            ["delivery.order_id", "delivery.delivery_id"],
            name=op.f("fk_supplier_invoice_order_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier"], ["party.code"], name=op.f("fk_supplier_invoice_supplier")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_supplier_invoice")),
        sa.UniqueConstraint(
            "supplier", "invoice_key", name=op.f("uq_supplier_invoice_supplier_invoice_key")
        ),
    )
    op.create_index(
        op.f("ix_supplier_invoice_order_id"), "supplier_invoice", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_supplier_invoice_status"), "supplier_invoice", ["status"], unique=False
    )
    op.create_table(
        "red_letter_invoice",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("invoice_number", sa.String(), nullable=False),
        sa.Column("invoice_key", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id", "delivery_id"],
            ["delivery.order_id", "delivery.delivery_id"],
            name=op.f("fk_red_letter_invoice_order_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier"], ["party.code"], name=op.f("fk_red_letter_invoice_supplier")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_red_letter_invoice")),
        sa.UniqueConstraint(
            "supplier", "invoice_key", name=op.f("uq_red_letter_invoice_supplier_invoice_key")
        ),
    )


def create_payments() -> None:
    op.create_table(
        "suspense_item",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("to_receiver", sa.Boolean(), nullable=False),
        sa.Column("explained_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["receiver"], ["party.code"], name=op.f("fk_suspense_item_receiver")
        ),
        sa.ForeignKeyConstraint(["sender"], ["party.code"], name=op.f("fk_suspense_item_sender")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_suspense_item")),
    )
    op.create_index(
        op.f("ix_suspense_item_explained_by"), "suspense_item", ["explained_by"], unique=False
    )
    op.create_index(op.f("ix_suspense_item_sender"), "suspense_item", ["sender"], unique=False)


def create_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_status"), "proposal", ["status"], unique=False)


def create_attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("field_class", sa.String(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("attached_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_by", sa.String(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_attachment")),
        sa.UniqueConstraint("digest", name=op.f("uq_attachment_digest")),
    )
    op.create_index(op.f("ix_attachment_about"), "attachment", ["about"], unique=False)
    op.create_table(
        "side_data",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_side_data")),
    )


def create_api() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("name", name=op.f("uq_api_token_name")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
    )
    op.create_table(
        "api_idempotency",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_token.id"], name=op.f("fk_api_idempotency_token_id")
        ),
        sa.PrimaryKeyConstraint("token_id", "idempotency_key", name=op.f("pk_api_idempotency")),
    )
    op.create_index(
        op.f("ix_api_idempotency_created_at"), "api_idempotency", ["created_at"], unique=False
    )
