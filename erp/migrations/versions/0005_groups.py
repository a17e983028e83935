"""Tables of chain groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "chain_group",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("need_ref", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("reporter_post", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("pledged", sa.String(), nullable=False),
        sa.Column("grab_seconds", sa.BigInteger(), nullable=False),
        sa.Column("select_seconds", sa.BigInteger(), nullable=False),
        sa.Column("review_seconds", sa.BigInteger(), nullable=False),
        sa.Column("bet_seconds", sa.BigInteger(), nullable=False),
        sa.Column("grab_end", sa.BigInteger(), nullable=False),
        sa.Column("select_end", sa.BigInteger(), nullable=False),
        sa.Column("work_end", sa.BigInteger(), nullable=False),
        sa.Column("report_end", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("roles", sa.BigInteger(), nullable=False),
        sa.Column("filled", sa.BigInteger(), nullable=False),
        sa.Column("extended_days", sa.BigInteger(), nullable=False),
        sa.Column("bet_due_at", sa.BigInteger(), nullable=False),
        sa.Column("bet_id", sa.BigInteger(), nullable=True),
        sa.Column("budget_minor", sa.BigInteger(), nullable=False),
        sa.Column("earned_minor", sa.BigInteger(), nullable=False),
        sa.Column("reserved_minor", sa.BigInteger(), nullable=False),
        sa.Column("budget_returned", sa.Boolean(), nullable=False),
        sa.Column("formed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("holder_left", sa.Boolean(), nullable=False),
        sa.Column("ended_by_consent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["leader"], ["party.code"], name=op.f("fk_chain_group_leader")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_chain_group")),
        sa.UniqueConstraint("group_id", name=op.f("uq_chain_group_group_id")),
    )
    op.create_index(op.f("ix_chain_group_leader"), "chain_group", ["leader"], unique=False)
    op.create_index(op.f("ix_chain_group_status"), "chain_group", ["status"], unique=False)
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
    op.create_table(
        "group_membership",
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("consents_to_end", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_group"], ["chain_group.code"], name=op.f("fk_group_membership_chain_group")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_group_membership_party")),
        sa.PrimaryKeyConstraint(
            "chain_group", "role_id", "round", name=op.f("pk_group_membership")
        ),
    )
    op.create_index(op.f("ix_group_membership_party"), "group_membership", ["party"], unique=False)
    op.create_table(
        "group_role",
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role_ref", sa.String(), nullable=False),
        sa.Column("floor", sa.String(), nullable=False),
        sa.Column("most", sa.String(), nullable=False),
        sa.Column("stake", sa.String(), nullable=False),
        sa.Column("pay_minor", sa.BigInteger(), nullable=False),
        sa.Column("min_reviews", sa.BigInteger(), nullable=False),
        sa.Column("min_credit_bps", sa.BigInteger(), nullable=False),
        sa.Column("review_mark_bps", sa.BigInteger(), nullable=False),
        sa.Column("shortfall_mark_bps", sa.BigInteger(), nullable=False),
        sa.Column("credit_weight_bps", sa.BigInteger(), nullable=False),
        sa.Column("stake_bps_of_pledge", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("earned_bps", sa.BigInteger(), nullable=False),
        sa.Column("earned_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_group"], ["chain_group.code"], name=op.f("fk_group_role_chain_group")
        ),
        sa.PrimaryKeyConstraint("chain_group", "role_id", name=op.f("pk_group_role")),
    )
    op.create_table(
        "peer_seal",
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("rater", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("credit_bps", sa.BigInteger(), nullable=False),
        sa.Column("ratings", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_group"], ["chain_group.code"], name=op.f("fk_peer_seal_chain_group")
        ),
        sa.ForeignKeyConstraint(["rater"], ["party.code"], name=op.f("fk_peer_seal_rater")),
        sa.PrimaryKeyConstraint("chain_group", "rater", name=op.f("pk_peer_seal")),
    )
    op.create_table(
        "peer_tally",
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("ratings", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("weighted", sa.BigInteger(), nullable=False),
        sa.Column("centre_bps", sa.BigInteger(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_group"], ["chain_group.code"], name=op.f("fk_peer_tally_chain_group")
        ),
        sa.ForeignKeyConstraint(["member"], ["party.code"], name=op.f("fk_peer_tally_member")),
        sa.PrimaryKeyConstraint("chain_group", "member", name=op.f("pk_peer_tally")),
    )
    op.create_table(
        "role_candidate",
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("pledge", sa.String(), nullable=False),
        sa.Column("credit_bps", sa.BigInteger(), nullable=False),
        sa.Column("plan_ref", sa.String(), nullable=False),
        sa.Column("plan_hash", sa.String(), nullable=True),
        sa.Column("stake_minor", sa.BigInteger(), nullable=False),
        sa.Column("stake_held_minor", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_group"], ["chain_group.code"], name=op.f("fk_role_candidate_chain_group")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_role_candidate_party")),
        sa.PrimaryKeyConstraint(
            "chain_group", "role_id", "round", "party", name=op.f("pk_role_candidate")
        ),
    )
    op.create_table(
        "role_round",
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("standing", sa.String(), nullable=True),
        sa.Column("pledge", sa.String(), nullable=False),
        sa.Column("candidates", sa.BigInteger(), nullable=False),
        sa.Column("grab_end", sa.BigInteger(), nullable=False),
        sa.Column("select_end", sa.BigInteger(), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.Column("seated_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("earned_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("reviews", sa.BigInteger(), nullable=False),
        sa.Column("review_weight", sa.String(), nullable=False),
        sa.Column("review_weighted", sa.String(), nullable=False),
        sa.Column("feedback_recorded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_group"], ["chain_group.code"], name=op.f("fk_role_round_chain_group")
        ),
        sa.ForeignKeyConstraint(["standing"], ["party.code"], name=op.f("fk_role_round_standing")),
        sa.PrimaryKeyConstraint("chain_group", "role_id", "round", name=op.f("pk_role_round")),
    )


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("role_round")
    op.drop_table("role_candidate")
    op.drop_table("peer_tally")
    op.drop_table("peer_seal")
    op.drop_table("group_role")
    op.drop_table("group_membership")
    op.drop_table("group_proposal")
    op.drop_table("chain_group")
