"""Adds the indexes by which a pass over OUTBOX costs the same however many calls went before, and what they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "bridge_outbox",
        sa.Column("is_told", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE bridge_outbox SET is_told = true "
        "WHERE key LIKE 'act_request:%' OR key LIKE 'signature:%'"
    )
    op.create_index("ix_bridge_anchor_last_sequence", "bridge_anchor", ["last_sequence"])
    op.create_index(
        "ix_bridge_attempt_lost",
        "bridge_attempt",
        ["signer", "nonce"],
        sqlite_where=sa.text("lost"),
        postgresql_where=sa.text("lost"),
    )
    for name, columns, where in (
        (
            "ix_bridge_outbox_untold",
            ["status", "id"],
            "is_told AND told IS NULL",
        ),
        ("ix_bridge_outbox_try_at", ["status", "try_at"], "try_at > 0"),
    ):
        op.create_index(
            name,
            "bridge_outbox",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
