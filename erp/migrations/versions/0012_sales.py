"""Tables of sales."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "customer",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name_digest", sa.String(length=64), nullable=True),
        sa.Column("limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.String(), nullable=False),
        sa.Column("weighted", sa.String(), nullable=False),
        sa.Column("score_bps", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_customer")),
        sa.UniqueConstraint("number", name=op.f("uq_customer_number")),
    )
    op.create_table(
        "provision",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("owed_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customer.code"], name=op.f("fk_provision_customer")
        ),
        sa.ForeignKeyConstraint(["entity"], ["party.code"], name=op.f("fk_provision_entity")),
        sa.PrimaryKeyConstraint("entity", "customer", "chain_group", name=op.f("pk_provision")),
    )
    op.create_table(
        "sales_order",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("payment_seconds", sa.BigInteger(), nullable=False),
        sa.Column("promised_at", sa.BigInteger(), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("despatched_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("returned_net_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customer.code"], name=op.f("fk_sales_order_customer")
        ),
        sa.ForeignKeyConstraint(["entity"], ["party.code"], name=op.f("fk_sales_order_entity")),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_sales_order_item")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sales_order")),
    )
    op.create_index(
        "ix_sales_order_customer_status", "sales_order", ["customer", "status"], unique=False
    )
    op.create_index(
        "ix_sales_order_entity_status", "sales_order", ["entity", "status"], unique=False
    )
    op.create_index(
        "ix_sales_order_item_ordered_at", "sales_order", ["item", "ordered_at"], unique=False
    )
    op.create_table(
        "customer_receipt",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("bank_ref", sa.String(), nullable=False),
        sa.Column("sales_order", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity"], ["party.code"], name=op.f("fk_customer_receipt_entity")
        ),
        sa.ForeignKeyConstraint(
            ["sales_order"], ["sales_order.number"], name=op.f("fk_customer_receipt_sales_order")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_customer_receipt")),
        sa.UniqueConstraint("bank_ref", name=op.f("uq_customer_receipt_bank_ref")),
    )
    op.create_index(
        op.f("ix_customer_receipt_sales_order"), "customer_receipt", ["sales_order"], unique=False
    )


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("customer_receipt")
    op.drop_table("sales_order")
    op.drop_table("provision")
    op.drop_table("customer")
