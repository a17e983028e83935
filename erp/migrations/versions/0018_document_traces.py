"""The table of the traces within which documents were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table. Documents of before have no trace."""
    op.create_table(
        "side_trace",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("traceparent", sa.String(length=55), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_side_trace")),
    )


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("side_trace")
