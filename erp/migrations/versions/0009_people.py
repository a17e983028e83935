"""Tables of people, and whose a token is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables and adds the column."""
    op.create_table(
        "person",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
        sa.UniqueConstraint("number", name=op.f("uq_person_number")),
    )
    op.create_table(
        "employment",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_employment_party")),
        sa.ForeignKeyConstraint(["person"], ["person.code"], name=op.f("fk_employment_person")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_employment")),
    )
    op.create_index(op.f("ix_employment_party"), "employment", ["party"], unique=False)
    op.create_index(op.f("ix_employment_person"), "employment", ["person"], unique=False)
    op.create_table(
        "employment_duty",
        sa.Column("employment", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employment"], ["employment.number"], name=op.f("fk_employment_duty_employment")
        ),
        sa.PrimaryKeyConstraint("employment", "duty", name=op.f("pk_employment_duty")),
    )
    op.add_column("api_token", sa.Column("person", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Drops the column and the tables."""
    op.drop_column("api_token", "person")
    op.drop_table("employment_duty")
    op.drop_table("employment")
    op.drop_table("person")
