"""Tables of claims and guarantees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    create_claims()
    create_guarantees()


def create_claims() -> None:
    op.create_table(
        "claim",
        sa.Column("claim_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("origin_id", sa.BigInteger(), nullable=False),
        sa.Column("issued_minor", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("carrying_minor", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("offered_to", sa.String(), nullable=True),
        sa.Column("offer_expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.order_id"], name=op.f("fk_claim_order_id")
        ),
        sa.ForeignKeyConstraint(["supplier"], ["party.code"], name=op.f("fk_claim_supplier")),
        sa.ForeignKeyConstraint(["buyer"], ["party.code"], name=op.f("fk_claim_buyer")),
        sa.ForeignKeyConstraint(["holder"], ["party.code"], name=op.f("fk_claim_holder")),
        sa.ForeignKeyConstraint(["offered_to"], ["party.code"], name=op.f("fk_claim_offered_to")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim")),
        sa.UniqueConstraint("number", name=op.f("uq_claim_number")),
    )
    for column in ("origin_id", "order_id", "holder", "status"):
        op.create_index(op.f(f"ix_claim_{column}"), "claim", [column], unique=False)
    op.create_table(
        "claim_transfer",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("carrying_minor", sa.BigInteger(), nullable=False),
        sa.Column("explained_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.claim_id"], name=op.f("fk_claim_transfer_claim_id")
        ),
        sa.ForeignKeyConstraint(["sender"], ["party.code"], name=op.f("fk_claim_transfer_sender")),
        sa.ForeignKeyConstraint(
            ["receiver"], ["party.code"], name=op.f("fk_claim_transfer_receiver")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_claim_transfer")),
    )
    for column in ("sender", "explained_by"):
        op.create_index(
            op.f(f"ix_claim_transfer_{column}"), "claim_transfer", [column], unique=False
        )


def create_guarantees() -> None:
    op.create_table(
        "guarantee",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_minor", sa.BigInteger(), nullable=False),
        sa.Column("asked_seconds", sa.BigInteger(), nullable=False),
        sa.Column("requested_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("left_minor", sa.BigInteger(), nullable=False),
        sa.Column("warranty_seconds", sa.BigInteger(), nullable=False),
        sa.Column("share_claimed", sa.Boolean(), nullable=False),
        sa.Column("release_at", sa.BigInteger(), nullable=False),
        sa.Column("ask", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.order_id"], name=op.f("fk_guarantee_order_id")
        ),
        sa.ForeignKeyConstraint(["buyer"], ["party.code"], name=op.f("fk_guarantee_buyer")),
        sa.ForeignKeyConstraint(["supplier"], ["party.code"], name=op.f("fk_guarantee_supplier")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_guarantee")),
        sa.UniqueConstraint("number", name=op.f("uq_guarantee_number")),
        sa.UniqueConstraint("ask", name=op.f("uq_guarantee_ask")),
    )
    op.create_index(op.f("ix_guarantee_status"), "guarantee", ["status"], unique=False)
    op.create_table(
        "defect",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attestation", sa.String(), nullable=True),
        sa.Column("dispute_by", sa.BigInteger(), nullable=False),
        sa.Column("rule_by", sa.BigInteger(), nullable=False),
        sa.Column("settled_quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id", "delivery_id"],
            ["delivery.order_id", "delivery.delivery_id"],
            name=op.f("fk_defect_order_id_delivery_id"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_defect")),
    )
    for column in ("order_id", "status"):
        op.create_index(op.f(f"ix_defect_{column}"), "defect", [column], unique=False)


def downgrade() -> None:
    """Drops the tables."""
    for table in ("defect", "guarantee", "claim_transfer", "claim"):
        op.drop_table(table)
