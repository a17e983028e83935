"""Tables of needs, proposals and plans; what acts rest on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables. The proposals of before named no need and no roles: none is taken over."""
    op.drop_table("group_proposal")
    op.create_table(
        "need",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("scene", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_need_item")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_about"), "need", ["about"], unique=False)
    op.create_index(op.f("ix_need_status"), "need", ["status"], unique=False)
    op.create_table(
        "group_proposal",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("target_minor", sa.BigInteger(), nullable=False),
        sa.Column("base_margin_minor", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=False),
        sa.Column("set_aside_minor", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("approval", sa.String(), nullable=True),
        sa.Column("chain_group", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["leader"], ["party.code"], name=op.f("fk_group_proposal_leader")),
        sa.ForeignKeyConstraint(["need"], ["need.number"], name=op.f("fk_group_proposal_need")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_group_proposal")),
    )
    for column in ("chain_group", "leader", "need", "status"):
        op.create_index(op.f(f"ix_group_proposal_{column}"), "group_proposal", [column])
    op.create_table(
        "role_plan",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chain_group"], ["chain_group.code"], name=op.f("fk_role_plan_chain_group")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_role_plan_party")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_role_plan")),
    )
    op.create_index(op.f("ix_role_plan_chain_group"), "role_plan", ["chain_group"], unique=False)
    op.create_index(op.f("ix_role_plan_party"), "role_plan", ["party"], unique=False)
    op.add_column("chain_group", sa.Column("proposal", sa.String(), nullable=True))
    op.add_column("act_request", sa.Column("papers", sa.Text(), nullable=True))
    op.add_column(
        "signing_request", sa.Column("refs", sa.Text(), nullable=False, server_default="{}")
    )


def downgrade() -> None:
    """Drops the tables, and makes that of proposals as it was."""
    op.drop_column("signing_request", "refs")
    op.drop_column("act_request", "papers")
    op.drop_column("chain_group", "proposal")
    op.drop_table("role_plan")
    op.drop_table("group_proposal")
    op.drop_table("need")
    op.create_table(
        "group_proposal",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["leader"], ["party.code"], name=op.f("fk_group_proposal_leader")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_group_proposal")),
    )
