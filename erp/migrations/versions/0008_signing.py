"""Tables of the signing mailbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "act_request",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("good_until", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("signing_request", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("counterpart", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_act_request_party")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_act_request")),
    )
    op.create_index(op.f("ix_act_request_party"), "act_request", ["party"], unique=False)
    op.create_index(op.f("ix_act_request_status"), "act_request", ["status"], unique=False)
    op.create_table(
        "signing_request",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("act_request", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("says_zh", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("good_until", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("signed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["act_request"], ["act_request.number"], name=op.f("fk_signing_request_act_request")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_signing_request_party")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_signing_request")),
    )
    op.create_index(
        op.f("ix_signing_request_act_request"), "signing_request", ["act_request"], unique=False
    )
    op.create_index(op.f("ix_signing_request_party"), "signing_request", ["party"], unique=False)
    op.create_index(op.f("ix_signing_request_status"), "signing_request", ["status"], unique=False)


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("signing_request")
    op.drop_table("act_request")
