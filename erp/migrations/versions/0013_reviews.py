"""Tables of reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "review_pay",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("base_minor", sa.BigInteger(), nullable=False),
        sa.Column("score_bps", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entity"], ["party.code"], name=op.f("fk_review_pay_entity")),
        sa.PrimaryKeyConstraint("entity", "person", "month", name=op.f("pk_review_pay")),
    )
    op.create_table(
        "review",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("sales_order", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("score_bps", sa.BigInteger(), nullable=False),
        sa.Column("weight_minor", sa.BigInteger(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_review_party")),
        sa.ForeignKeyConstraint(
            ["sales_order"], ["sales_order.number"], name=op.f("fk_review_sales_order")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_review")),
    )
    op.create_index(
        "ix_review_chain_group_status", "review", ["chain_group", "status"], unique=False
    )
    op.create_index("ix_review_party_month", "review", ["party", "month"], unique=False)
    op.create_index(op.f("ix_review_sales_order"), "review", ["sales_order"], unique=False)


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("review")
    op.drop_table("review_pay")
