"""What the clients send: receipt, inspection and invoice of each delivery, and goods issues. Pure.

An invoice is matched by itself, so a delivery makes four documents by three commands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .books import BUYER, ITEM, QUANTITY, Delivery

PURPOSE = "production"
DOCUMENTS = 4  # of a delivery
ROUTES = {
    "RecordGoodsReceipt": "/goods-receipts",
    "RecordInspection": "/inspections",
    "RecordSupplierInvoice": "/supplier-invoices",
    "IssueStock": "/goods-issues",
}
ROLES = {
    "RecordGoodsReceipt": "warehouse",
    "RecordInspection": "quality",
    "RecordSupplierInvoice": "finance",
    "IssueStock": "warehouse",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A command as a client sends it."""

    command: str
    fields: dict[str, Any]

    @property
    def role(self) -> str:
        """The role whose token sends it."""
        return ROLES[self.command]

    @property
    def route(self) -> str:
        """The path it is posted to."""
        return ROUTES[self.command]

    def as_json(self) -> dict[str, Any]:
        """The command as an element of a list."""
        return {"command": self.command, "fields": self.fields}


def receipt(delivery: Delivery, at: int) -> Told:
    """All of the goods arrived."""
    return Told(
        "RecordGoodsReceipt",
        {
            "order": delivery.order,
            "delivery_id": delivery.delivery_id,
            "quantity": QUANTITY,
            "received_at": at,
        },
    )


def inspection(receipt_number: str) -> Told:
    """All of the goods are accepted."""
    return Told(
        "RecordInspection", {"receipt": receipt_number, "accepted": QUANTITY, "rejected": 0}
    )


def invoice(delivery: Delivery) -> Told:
    """The supplier asks what the order says."""
    return Told(
        "RecordSupplierInvoice",
        {
            "order": delivery.order,
            "delivery_id": delivery.delivery_id,
            "invoice_number": f"INV-{delivery.order}-{delivery.delivery_id}",
            "quantity": QUANTITY,
            "net_minor": delivery.net_minor,
            "tax_minor": delivery.tax_minor,
        },
    )


def issue() -> Told:
    """One unit leaves the stock."""
    return Told("IssueStock", {"entity": BUYER, "item": ITEM, "quantity": 1, "purpose": PURPOSE})


def lists_of(told: Sequence[Told], most: int) -> Iterator[Sequence[Told]]:
    """The commands in lists of at most `most`."""
    return (told[start : start + most] for start in range(0, len(told), most))
