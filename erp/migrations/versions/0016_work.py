"""Tables of the work of groups: progress of roles, what is counted for it, planned processes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "role_progress",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("earned_bps", sa.BigInteger(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        *_references("role_progress", chain_group="chain_group.code", party="party.code"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_role_progress")),
    )
    op.create_index(
        "ix_role_progress_chain_group_role_id", "role_progress", ["chain_group", "role_id"]
    )
    op.create_table(
        "work_count",
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        *_references(
            "work_count", chain_group="chain_group.code", item="item.code", party="party.code"
        ),
        sa.PrimaryKeyConstraint("chain_group", "measure", "subject", name=op.f("pk_work_count")),
    )
    op.create_index("ix_work_count_chain_group_sequence", "work_count", ["chain_group", "sequence"])
    op.create_table(
        "work_total",
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        *_references(
            "work_total", chain_group="chain_group.code", item="item.code", party="party.code"
        ),
        sa.PrimaryKeyConstraint(
            "chain_group", "measure", "item", "party", name=op.f("pk_work_total")
        ),
    )
    op.create_table(
        "planned_process",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("at_least_bps", sa.BigInteger(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("estimate_minor", sa.BigInteger(), nullable=True),
        sa.Column("sales_order", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("started_by", sa.String(), nullable=True),
        *_references(
            "planned_process",
            chain_group="chain_group.code",
            item="item.code",
            sales_order="sales_order.number",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_planned_process")),
    )
    op.create_index(
        "ix_planned_process_chain_group_status", "planned_process", ["chain_group", "status"]
    )
    op.create_index(op.f("ix_planned_process_status"), "planned_process", ["status"])


def _references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_{table}_{name}"))
        for name, target in columns.items()
    ]


def downgrade() -> None:
    """Drops the tables."""
    for table in ("planned_process", "work_total", "work_count", "role_progress"):
        op.drop_table(table)
