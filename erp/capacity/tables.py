"""Tables of machine-minutes (产能). Token ids are decimal text: they are wider than any column of integers."""

from sqlalchemy import Boolean
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class CapacityDevice(ErpTable, table=True):
    """A machine whose minutes its plant sells, and the times that hold for all its slots (设备)."""

    __tablename__ = "capacity_device"

    device_id: int = big(primary_key=True)
    number: str = Field(unique=True)
    plant: str = Field(foreign_key="party.code")
    device_ref: str
    region: str
    attester_post: int = big()
    arbiter_post: int = big()
    grid_start: int = big()
    slot_seconds: int = big()
    notice_seconds: int = big()
    report_seconds: int = big()
    dispute_seconds: int = big()
    ruling_seconds: int = big()


class CapacitySlot(ErpTable, table=True):
    """A slot of a device: minutes found free, and minutes sold."""

    __tablename__ = "capacity_slot"

    device_id: int = big(primary_key=True, foreign_key="capacity_device.device_id")
    slot_index: int = big(primary_key=True)
    attested: int = big()
    issued: int = big(default=0)
    attestation: str  # the newest document of what is free
    failed: str | None = None  # the document of its failure


class CapacitySale(ErpTable, table=True):
    """Minutes of a slot offered at a fixed or a falling price (挂牌)."""

    __tablename__ = "capacity_sale"

    sale_id: int = big(primary_key=True)
    number: str = Field(unique=True)
    device_id: int = big(foreign_key="capacity_device.device_id")
    slot_index: int = big()
    plant: str = Field(foreign_key="party.code")
    quantity: int = big()
    sold: int = big(default=0)
    start_minor: int = big()  # a minute
    floor_minor: int = big()
    opens_at: int = big()
    closes_at: int = big()
    status: str = Field(index=True)


class CapacityToken(ErpTable, table=True):
    """All minutes of one slot that were sold by one market at one price: sold, and what became of them."""

    __tablename__ = "capacity_token"

    token_id: str = Field(primary_key=True)
    device_id: int = big(foreign_key="capacity_device.device_id", index=True)
    slot_index: int = big()
    plant: str = Field(foreign_key="party.code")
    price_minor: int = big()  # a minute
    # the first in which it was sold: its number says which edition of the market sold it
    sale_id: int = big(foreign_key="capacity_sale.sale_id")
    sold: int = big(default=0)
    redeemed: int = big(default=0)
    expired: int = big(default=0)
    refunded: int = big(default=0)
    settled: int = big(
        default=0
    )  # that ran or were refunded, and do not count in the plant's credit yet
    ran: int = big(default=0)  # of these


class CapacityHolding(ErpTable, table=True):
    """Minutes that a party holds, and what they stand at in its books."""

    __tablename__ = "capacity_holding"

    token_id: str = Field(primary_key=True, foreign_key="capacity_token.token_id")
    party: str = Field(primary_key=True, foreign_key="party.code")
    minutes: int = big(default=0)
    carrying_minor: int = big(default=0)


class CapacityRedemption(ErpTable, table=True):
    """Minutes that their holder asked to be run for a work order (兑付)."""

    __tablename__ = "capacity_redemption"

    redemption_id: int = big(primary_key=True)
    number: str = Field(unique=True)
    token_id: str = Field(foreign_key="capacity_token.token_id", index=True)
    holder: str = Field(foreign_key="party.code", index=True)
    plant: str = Field(foreign_key="party.code", index=True)
    minutes: int = big()
    amount_minor: int = big()  # their price
    carrying_minor: int = big()  # what they stand at in the holder's books
    work_order: str | None = None  # None: the reference is of no document here
    production_order_ref: str
    status: str = Field(index=True)
    ran: int = big(default=0)
    decides_at: int = big()  # from then on anybody settles it, when nothing else happens
    holder_disputes: bool = Field(default=False, sa_type=Boolean)
    plant_disputes: bool = Field(default=False, sa_type=Boolean)
    ruling: str | None = None  # the document of the arbiter's ruling


class CapacityOwed(ErpTable, table=True):
    """What markets owe to a party that waits to be withdrawn."""

    __tablename__ = "capacity_owed"

    party: str = Field(primary_key=True, foreign_key="party.code")
    owed_minor: int = big(default=0)


class CapacityTransfer(ErpTable, table=True):
    """Minutes that moved from holder to holder for a reason that nobody has told yet (待查明)."""

    __tablename__ = "capacity_transfer"

    number: str = Field(primary_key=True)
    sender: str = Field(foreign_key="party.code")
    receiver: str = Field(foreign_key="party.code")
    face_minor: int = big()  # what the minutes were sold for first
    carrying_minor: int = big()  # what they stood at in the sender's books
    explained_by: str | None = Field(default=None, index=True)  # None: still in suspense


class CapacityTransferLine(ErpTable, table=True):
    """Minutes of one token within a transfer."""

    __tablename__ = "capacity_transfer_line"

    number: str = Field(primary_key=True, foreign_key="capacity_transfer.number")
    position: int = big(primary_key=True)
    token_id: str = Field(foreign_key="capacity_token.token_id")
    minutes: int = big()
    face_minor: int = big()
