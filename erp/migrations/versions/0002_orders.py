"""Days of force majeure, which orders and others reckon with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "force_majeure_day",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("region", "day", name=op.f("pk_force_majeure_day")),
    )


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("force_majeure_day")
