"""Passwords of people, access tokens of clients, and tokens that expire and are rotated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns and tables. Tokens made before never expire; nobody has a password."""
    with op.batch_alter_table("api_token") as token:
        token.add_column(
            sa.Column("kind", sa.String(length=8), nullable=False, server_default="token")
        )
        token.add_column(sa.Column("expires_at", sa.BigInteger(), nullable=True))
        token.add_column(sa.Column("previous_sha256", sa.String(length=64), nullable=True))
        token.add_column(sa.Column("previous_until", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_api_token_previous_sha256"), "api_token", ["previous_sha256"])
    op.create_table(
        "api_access",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_token.id"], name=op.f("fk_api_access_token_id")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_api_access")),
    )
    op.create_index(op.f("ix_api_access_token_id"), "api_access", ["token_id"])
    op.create_index(op.f("ix_api_access_expires_at"), "api_access", ["expires_at"])
    op.create_table(
        "person_password",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("hashed", sa.String(length=255), nullable=False),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_person_password")),
    )
    with op.batch_alter_table("web_session") as session:
        session.add_column(sa.Column("person", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_web_session_person"), "web_session", ["person"])
