"""Tables of machine-minutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "capacity_device",
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("device_ref", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("attester_post", sa.BigInteger(), nullable=False),
        sa.Column("arbiter_post", sa.BigInteger(), nullable=False),
        sa.Column("grid_start", sa.BigInteger(), nullable=False),
        sa.Column("slot_seconds", sa.BigInteger(), nullable=False),
        sa.Column("notice_seconds", sa.BigInteger(), nullable=False),
        sa.Column("report_seconds", sa.BigInteger(), nullable=False),
        sa.Column("dispute_seconds", sa.BigInteger(), nullable=False),
        sa.Column("ruling_seconds", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["plant"], ["party.code"], name=op.f("fk_capacity_device_plant")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_capacity_device")),
        sa.UniqueConstraint("number", name=op.f("uq_capacity_device_number")),
    )
    op.create_table(
        "capacity_owed",
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("owed_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_capacity_owed_party")),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_capacity_owed")),
    )
    op.create_table(
        "capacity_transfer",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("face_minor", sa.BigInteger(), nullable=False),
        sa.Column("carrying_minor", sa.BigInteger(), nullable=False),
        sa.Column("explained_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["receiver"], ["party.code"], name=op.f("fk_capacity_transfer_receiver")
        ),
        sa.ForeignKeyConstraint(
            ["sender"], ["party.code"], name=op.f("fk_capacity_transfer_sender")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_capacity_transfer")),
    )
    op.create_index(
        op.f("ix_capacity_transfer_explained_by"),
        "capacity_transfer",
        ["explained_by"],
        unique=False,
    )
    op.create_table(
        "capacity_sale",
        sa.Column("sale_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("slot_index", sa.BigInteger(), nullable=False),
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("start_minor", sa.BigInteger(), nullable=False),
        sa.Column("floor_minor", sa.BigInteger(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["capacity_device.device_id"], name=op.f("fk_capacity_sale_device_id")
        ),
        sa.ForeignKeyConstraint(["plant"], ["party.code"], name=op.f("fk_capacity_sale_plant")),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_capacity_sale")),
        sa.UniqueConstraint("number", name=op.f("uq_capacity_sale_number")),
    )
    op.create_index(op.f("ix_capacity_sale_status"), "capacity_sale", ["status"], unique=False)
    op.create_table(
        "capacity_slot",
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("slot_index", sa.BigInteger(), nullable=False),
        sa.Column("attested", sa.BigInteger(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("attestation", sa.String(), nullable=False),
        sa.Column("failed", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["capacity_device.device_id"], name=op.f("fk_capacity_slot_device_id")
        ),
        sa.PrimaryKeyConstraint("device_id", "slot_index", name=op.f("pk_capacity_slot")),
    )
    op.create_table(
        "capacity_token",
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("slot_index", sa.BigInteger(), nullable=False),
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("sale_id", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("redeemed", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("ran", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["capacity_device.device_id"], name=op.f("fk_capacity_token_device_id")
        ),
        sa.ForeignKeyConstraint(["plant"], ["party.code"], name=op.f("fk_capacity_token_plant")),
        sa.ForeignKeyConstraint(
            ["sale_id"], ["capacity_sale.sale_id"], name=op.f("fk_capacity_token_sale_id")
        ),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_capacity_token")),
    )
    op.create_index(
        op.f("ix_capacity_token_device_id"), "capacity_token", ["device_id"], unique=False
    )
    op.create_table(
        "capacity_holding",
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("carrying_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name=op.f("fk_capacity_holding_party")),
        sa.ForeignKeyConstraint(
            ["token_id"], ["capacity_token.token_id"], name=op.f("fk_capacity_holding_token_id")
        ),
        sa.PrimaryKeyConstraint("token_id", "party", name=op.f("pk_capacity_holding")),
    )
    op.create_table(
        "capacity_redemption",
        sa.Column("redemption_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("carrying_minor", sa.BigInteger(), nullable=False),
        sa.Column("work_order", sa.String(), nullable=True),
        sa.Column("production_order_ref", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("ran", sa.BigInteger(), nullable=False),
        sa.Column("decides_at", sa.BigInteger(), nullable=False),
        sa.Column("holder_disputes", sa.Boolean(), nullable=False),
        sa.Column("plant_disputes", sa.Boolean(), nullable=False),
        sa.Column("ruling", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder"], ["party.code"], name=op.f("fk_capacity_redemption_holder")
        ),
        sa.ForeignKeyConstraint(
            ["plant"], ["party.code"], name=op.f("fk_capacity_redemption_plant")
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["capacity_token.token_id"], name=op.f("fk_capacity_redemption_token_id")
        ),
        sa.PrimaryKeyConstraint("redemption_id", name=op.f("pk_capacity_redemption")),
        sa.UniqueConstraint("number", name=op.f("uq_capacity_redemption_number")),
    )
    op.create_index(
        op.f("ix_capacity_redemption_holder"), "capacity_redemption", ["holder"], unique=False
    )
    op.create_index(
        op.f("ix_capacity_redemption_plant"), "capacity_redemption", ["plant"], unique=False
    )
    op.create_index(
        op.f("ix_capacity_redemption_status"), "capacity_redemption", ["status"], unique=False
    )
    op.create_index(
        op.f("ix_capacity_redemption_token_id"), "capacity_redemption", ["token_id"], unique=False
    )
    op.create_table(
        "capacity_transfer_line",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("face_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["capacity_transfer.number"], name=op.f("fk_capacity_transfer_line_number")
        ),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["capacity_token.token_id"],
            name=op.f("fk_capacity_transfer_line_token_id"),
        ),
        sa.PrimaryKeyConstraint("number", "position", name=op.f("pk_capacity_transfer_line")),
    )


def downgrade() -> None:
    """Drops the tables."""
    op.drop_table("capacity_transfer_line")
    op.drop_index(op.f("ix_capacity_redemption_token_id"), table_name="capacity_redemption")
    op.drop_index(op.f("ix_capacity_redemption_status"), table_name="capacity_redemption")
    op.drop_index(op.f("ix_capacity_redemption_plant"), table_name="capacity_redemption")
    op.drop_index(op.f("ix_capacity_redemption_holder"), table_name="capacity_redemption")
    op.drop_table("capacity_redemption")
    op.drop_table("capacity_holding")
    op.drop_index(op.f("ix_capacity_token_device_id"), table_name="capacity_token")
    op.drop_table("capacity_token")
    op.drop_table("capacity_slot")
    op.drop_index(op.f("ix_capacity_sale_status"), table_name="capacity_sale")
    op.drop_table("capacity_sale")
    op.drop_index(op.f("ix_capacity_transfer_explained_by"), table_name="capacity_transfer")
    op.drop_table("capacity_transfer")
    op.drop_table("capacity_owed")
    op.drop_table("capacity_device")
