"""Tables of open auctions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "auction",
        sa.Column("auction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("requisition", sa.String(), nullable=True),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("chain_group", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("ceiling_minor", sa.BigInteger(), nullable=False),
        sa.Column("bond_minor", sa.BigInteger(), nullable=False),
        sa.Column("min_decrement_bps", sa.BigInteger(), nullable=False),
        sa.Column("extension_seconds", sa.BigInteger(), nullable=False),
        sa.Column("max_extensions", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("extensions", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("bids", sa.BigInteger(), nullable=False),
        sa.Column("leader", sa.String(), nullable=True),
        sa.Column("leading_minor", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["buyer"], ["party.code"], name=op.f("fk_auction_buyer")),
        sa.ForeignKeyConstraint(["item"], ["item.code"], name=op.f("fk_auction_item")),
        sa.ForeignKeyConstraint(["leader"], ["party.code"], name=op.f("fk_auction_leader")),
        sa.ForeignKeyConstraint(
            ["requisition"], ["requisition.number"], name=op.f("fk_auction_requisition")
        ),
        sa.PrimaryKeyConstraint("auction_id", name=op.f("pk_auction")),
        sa.UniqueConstraint("number", name=op.f("uq_auction_number")),
        sa.UniqueConstraint("requisition", name=op.f("uq_auction_requisition")),
    )
    op.create_index(op.f("ix_auction_status"), "auction", ["status"], unique=False)
    op.create_table(
        "auction_bid",
        sa.Column("auction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("bids", sa.BigInteger(), nullable=False),
        sa.Column("bond_minor", sa.BigInteger(), nullable=False),
        sa.Column("bond_held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["auction_id"], ["auction.auction_id"], name=op.f("fk_auction_bid_auction_id")
        ),
        sa.ForeignKeyConstraint(["supplier"], ["party.code"], name=op.f("fk_auction_bid_supplier")),
        sa.PrimaryKeyConstraint("auction_id", "supplier", name=op.f("pk_auction_bid")),
    )


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("auction_bid")
    op.drop_table("auction")
