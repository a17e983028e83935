"""Indexes by which lists are read by date, newest or oldest first."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BY_DATE = (
    ("document_log", "at", "sequence"),
    ("purchase_order", "opened_at", "order_id"),
    ("purchase_order", "buyer", "order_id"),
    ("requisition", "raised_at", "number"),
    ("sales_order", "ordered_at", "number"),
)


def upgrade() -> None:
    """Creates them."""
    for table, column, key in BY_DATE:
        op.create_index(f"ix_{table}_{column}_{key}", table, [column, key])


def downgrade() -> None:
    """Drops them."""
    for table, column, key in reversed(BY_DATE):
        op.drop_index(f"ix_{table}_{column}_{key}", table_name=table)
