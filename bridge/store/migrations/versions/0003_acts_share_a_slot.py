"""Adds how often an act was shown anew since another took its slot, and how often its person was told of another end."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("renewed", "corrections"):
        op.add_column(
            "bridge_outbox",
            sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")),
        )
