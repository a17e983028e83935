"""Adds how often a person was told of another end of its act than before, since blocks left the chain."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "bridge_outbox",
        sa.Column("corrections", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
