"""Tables of bets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "bet",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("bet_id", sa.BigInteger(), nullable=False),
        sa.Column("sponsor", sa.String(), nullable=False),
        sa.Column("terms", sa.String(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("sign_by", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("party_count", sa.BigInteger(), nullable=False),
        sa.Column("periods", sa.BigInteger(), nullable=False),
        sa.Column("first_periods", sa.BigInteger(), nullable=False),
        sa.Column("period_seconds", sa.BigInteger(), nullable=False),
        sa.Column("report_seconds", sa.BigInteger(), nullable=False),
        sa.Column("dispute_seconds", sa.BigInteger(), nullable=False),
        sa.Column("ruling_seconds", sa.BigInteger(), nullable=False),
        sa.Column("index_baseline", sa.String(), nullable=False),
        sa.Column("index_elasticity_bps", sa.BigInteger(), nullable=False),
        sa.Column("index_max_up_bps", sa.BigInteger(), nullable=False),
        sa.Column("index_max_down_bps", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("signed", sa.BigInteger(), nullable=False),
        sa.Column("pool_minor", sa.BigInteger(), nullable=False),
        sa.Column("staked_minor", sa.BigInteger(), nullable=False),
        sa.Column("penalties_minor", sa.BigInteger(), nullable=False),
        sa.Column("value_added_minor", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("rounding_minor", sa.BigInteger(), nullable=False),
        sa.Column("remainder_minor", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["sponsor"], ["party.code"], name=op.f("fk_bet_sponsor")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bet")),
        sa.UniqueConstraint("bet_id", name=op.f("uq_bet_bet_id")),
    )
    op.create_index(op.f("ix_bet_sponsor"), "bet", ["sponsor"], unique=False)
    op.create_index(op.f("ix_bet_status"), "bet", ["status"], unique=False)
    op.create_table(
        "bet_party",
        sa.Column("bet", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("stake_minor", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_bps", sa.BigInteger(), nullable=False),
        sa.Column("slope_bps", sa.BigInteger(), nullable=False),
        sa.Column("cap_bps", sa.BigInteger(), nullable=False),
        sa.Column("from_period", sa.BigInteger(), nullable=False),
        sa.Column("left_after", sa.BigInteger(), nullable=True),
        sa.Column("measured", sa.BigInteger(), nullable=False),
        sa.Column("shortfall", sa.BigInteger(), nullable=False),
        sa.Column("contribution", sa.BigInteger(), nullable=False),
        sa.Column("penalty_minor", sa.BigInteger(), nullable=False),
        sa.Column("share_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_by", sa.String(), nullable=True),
        sa.Column("joined_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["bet"], ["bet.number"], name=op.f("fk_bet_party_bet")),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_bet_party_party")),
        sa.PrimaryKeyConstraint("bet", "party", name=op.f("pk_bet_party")),
    )
    op.create_table(
        "bet_pledge",
        sa.Column("bet", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("amendment_id", sa.BigInteger(), nullable=False),
        sa.Column("from_period", sa.BigInteger(), nullable=False),
        sa.Column("share_bps", sa.BigInteger(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("stake_minor", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_bps", sa.BigInteger(), nullable=False),
        sa.Column("slope_bps", sa.BigInteger(), nullable=False),
        sa.Column("cap_bps", sa.BigInteger(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["bet"], ["bet.number"], name=op.f("fk_bet_pledge_bet")),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_bet_pledge_party")),
        sa.PrimaryKeyConstraint("bet", "party", "amendment_id", name=op.f("pk_bet_pledge")),
    )
    op.create_table(
        "bet_measure",
        sa.Column("bet", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("ruled", sa.Boolean(), nullable=False),
        sa.Column("disputed_by", sa.String(), nullable=True),
        sa.Column("rule_by", sa.BigInteger(), nullable=True),
        sa.Column("shortfall_bps", sa.BigInteger(), nullable=False),
        sa.Column("attainment_bps", sa.BigInteger(), nullable=False),
        sa.Column("factor_bps", sa.BigInteger(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["bet"], ["bet.number"], name=op.f("fk_bet_measure_bet")),
        sa.PrimaryKeyConstraint("bet", "party", "period", name=op.f("pk_bet_measure")),
    )
    op.create_table(
        "bet_amendment",
        sa.Column("bet", sa.String(), nullable=False),
        sa.Column("amendment_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from_period", sa.BigInteger(), nullable=False),
        sa.Column("periods", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("leaver", sa.String(), nullable=True),
        sa.Column("newcomer", sa.String(), nullable=True),
        sa.Column("sign_by", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["bet"], ["bet.number"], name=op.f("fk_bet_amendment_bet")),
        sa.PrimaryKeyConstraint("bet", "amendment_id", name=op.f("pk_bet_amendment")),
    )


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("bet_amendment")
    op.drop_table("bet_measure")
    op.drop_table("bet_pledge")
    op.drop_table("bet_party")
    op.drop_table("bet")
