"""Table of documents that count no more since the chain left the blocks that they came of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table. Nothing was voided before."""
    op.create_table(
        "document_void",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("voided_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sequence"],
            ["document_log.sequence"],
            name=op.f("fk_document_void_sequence"),
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_document_void")),
    )
    op.create_index(op.f("ix_document_void_voided_by"), "document_void", ["voided_by"])


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("document_void")
