"""Tables of terms of bets, and what budgets committed for bets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables. The bets of before stand on no terms."""
    op.create_table(
        "bet_terms",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("sponsor", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=True),
        sa.Column("pool_minor", sa.BigInteger(), nullable=False),
        sa.Column("expected_value_minor", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.Text(), nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("bet", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chain_group"], ["chain_group.code"], name=op.f("fk_bet_terms_chain_group")
        ),
        sa.ForeignKeyConstraint(["sponsor"], ["party.code"], name=op.f("fk_bet_terms_sponsor")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bet_terms")),
    )
    for column in ("bet", "chain_group", "sponsor", "status"):
        op.create_index(op.f(f"ix_bet_terms_{column}"), "bet_terms", [column])
    op.create_table(
        "bet_approval",
        sa.Column("bet_terms", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("pool_minor", sa.BigInteger(), nullable=False),
        sa.Column("at_most_minor", sa.BigInteger(), nullable=False),
        sa.Column("pool_aside_minor", sa.BigInteger(), nullable=False),
        sa.Column("stake_aside_minor", sa.BigInteger(), nullable=False),
        sa.Column("approval", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bet_terms"], ["bet_terms.number"], name=op.f("fk_bet_approval_bet_terms")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_bet_approval_party")),
        sa.PrimaryKeyConstraint("bet_terms", "party", name=op.f("pk_bet_approval")),
    )
    op.create_index(op.f("ix_bet_approval_party"), "bet_approval", ["party"])
    op.add_column("bet", sa.Column("stands_on", sa.String(), nullable=True))
    op.add_column(
        "bet", sa.Column("reserved_minor", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "bet_party",
        sa.Column("reserved_minor", sa.BigInteger(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Drops the tables and columns."""
    op.drop_column("bet_party", "reserved_minor")
    op.drop_column("bet", "reserved_minor")
    op.drop_column("bet", "stands_on")
    op.drop_table("bet_approval")
    op.drop_table("bet_terms")
