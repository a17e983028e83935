"""The table of performance reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "performance_report",
        sa.Column("bet", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("period", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("measured_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["bet"], ["bet.number"], name=op.f("fk_performance_report_bet")),
        sa.ForeignKeyConstraint(
            ["party"], ["party.code"], name=op.f("fk_performance_report_party")
        ),
        sa.PrimaryKeyConstraint("bet", "party", "period", name=op.f("pk_performance_report")),
        sa.UniqueConstraint("number", name=op.f("uq_performance_report_number")),
    )


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("performance_report")
