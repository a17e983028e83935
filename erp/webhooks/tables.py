"""Tables of webhooks. Not part of the books, so never replayed."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class SubscriptionStatus(StrEnum):
    """Whether a subscription is told of anything."""

    ACTIVE = "active"  # -> PAUSED (by a person, or its receiver answered 410 Gone), ENDED
    PAUSED = "paused"  # -> ACTIVE (it is told what it missed), ENDED
    ENDED = "ended"


class DeliveryStatus(StrEnum):
    """How far a message has come."""

    PENDING = "pending"  # -> DELIVERED, PARKED (after the last attempt)
    DELIVERED = "delivered"
    PARKED = "parked"  # -> PENDING (a person sends it again)


class Subscription(ErpTable, table=True):
    """Where an owner of a token wants to be told of what (订阅). Its secret signs, so it is kept as it is."""

    __tablename__ = "webhook_subscription"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    token_id: int = Field(foreign_key="api_token.id", index=True)  # whose rights it has
    url: str = Field(sa_type=Text)
    topics: str = Field(sa_type=Text)  # parted by blanks; none: all
    mark: str = Field(max_length=32)  # random; ids of messages are made of it
    secret: str = Field(max_length=64)
    previous_secret: str | None = Field(default=None, max_length=64)
    previous_until: int | None = big(default=None)
    cursor: int = big()  # the last sequence of the log that was looked at for it
    status: str = Field(default=SubscriptionStatus.ACTIVE, max_length=8)
    reason: str | None = Field(default=None, sa_type=Text)  # why it is paused
    created_at: int = big()


class Delivery(ErpTable, table=True):
    """A message about one document to one subscription (投递)."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("subscription_id", "sequence"),
        Index("ix_webhook_delivery_status_due_at", "status", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="webhook_subscription.id")
    sequence: int = big()
    status: str = Field(default=DeliveryStatus.PENDING, max_length=9)
    attempts: int = Field(default=0)
    due_at: int = big()
    answer: int | None = Field(default=None)  # HTTP status of the last attempt
    reason: str | None = Field(default=None, sa_type=Text)  # why the last attempt failed
    settled_at: int | None = big(default=None)
