"""Index and value added of bets, and reports that came too late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table of figures, and says of each report whether it came too late."""
    op.create_table(
        "figure_report",
        sa.Column("bet", sa.String(), nullable=False),
        sa.Column("period", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("measured_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["bet"], ["bet.number"], name=op.f("fk_figure_report_bet")),
        sa.PrimaryKeyConstraint("bet", "period", name=op.f("pk_figure_report")),
        sa.UniqueConstraint("number", name=op.f("uq_figure_report_number")),
    )
    op.add_column("performance_report", sa.Column("closed_by", sa.String(), nullable=True))


def downgrade() -> None:
    """Drops the table and the column."""
    with op.batch_alter_table("performance_report") as batch:
        batch.drop_column("closed_by")
    op.drop_table("figure_report")
