"""Tables of papers that change a bet that runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables. Amendments of before stand on no paper."""
    op.create_table(
        "bet_change",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("bet", sa.String(), nullable=False),
        sa.Column("proposer", sa.String(), nullable=False),
        sa.Column("leaver", sa.String(), nullable=True),
        sa.Column("newcomer", sa.String(), nullable=True),
        sa.Column("dates", sa.Text(), nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("sign_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amendment_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["bet"], ["bet.number"], name=op.f("fk_bet_change_bet")),
        *(
            sa.ForeignKeyConstraint([name], ["party.code"], name=op.f(f"fk_bet_change_{name}"))
            for name in ("proposer", "leaver", "newcomer")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bet_change")),
    )
    op.create_table(
        "bet_change_approval",
        sa.Column("bet_change", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("at_most_minor", sa.BigInteger(), nullable=False),
        sa.Column("aside_minor", sa.BigInteger(), nullable=False),
        sa.Column("approval", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bet_change"], ["bet_change.number"], name=op.f("fk_bet_change_approval_bet_change")
        ),
        sa.ForeignKeyConstraint(
            ["party"], ["party.code"], name=op.f("fk_bet_change_approval_party")
        ),
        sa.PrimaryKeyConstraint("bet_change", "party", name=op.f("pk_bet_change_approval")),
    )
    op.create_table(
        "pool_top_up",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("bet", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("aside_minor", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("approval", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["bet"], ["bet.number"], name=op.f("fk_pool_top_up_bet")),
        sa.ForeignKeyConstraint(["payer"], ["party.code"], name=op.f("fk_pool_top_up_payer")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pool_top_up")),
    )
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.add_column("bet_amendment", sa.Column("stands_on", sa.String(), nullable=True))


INDEXED = {
    "bet_change": ("bet", "status"),
    "bet_change_approval": ("party",),
    "pool_top_up": ("bet", "payer", "status"),
}


def downgrade() -> None:
    """Drops the tables and the column."""
    op.drop_column("bet_amendment", "stands_on")
    for table in ("pool_top_up", "bet_change_approval", "bet_change"):
        op.drop_table(table)
