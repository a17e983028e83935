"""Metrics 104, 110, 111, 112 and 201: what customers got, how soon, who they are, and what the market asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from erp.kernel.log.model import Document
from erp.performance.asked import HOUR_SECONDS, Asked

ORDERED, CANCELLED = "sales_order", "sales_cancellation"
DELIVERED, RETURNED = "sales_delivery", "sales_return"


def units_sold(documents: Sequence[Document], asked: Asked) -> int:
    """Units delivered in the window, less units returned in it; nothing where more came back."""
    units = 0
    for document in documents:
        f = document.fields
        if document.type == DELIVERED and asked.window.holds(f["delivered_at"]):
            units += f["quantity"]
        elif document.type == RETURNED and asked.window.holds(document.at):
            units -= f["quantity"]
    return max(units, 0)


def response_hours_up(documents: Sequence[Document], asked: Asked) -> int | None:
    """Mean time from order to delivery of what was delivered in the window, hours, rounded up; None: nothing was."""
    ordered = {d.number: d.at for d in documents if d.type == ORDERED}
    took = [
        d.fields["delivered_at"] - ordered[d.fields["sales_order"]]
        for d in documents
        if d.type == DELIVERED
        and asked.window.holds(d.fields["delivered_at"])
        and d.fields["sales_order"] in ordered
    ]
    return -(-sum(took) // (len(took) * HOUR_SECONDS)) if took else None


def new_customers(documents: Sequence[Document], asked: Asked) -> int:
    """Customers whose first delivery was in the window."""
    return _whose_delivery(documents, asked, 1)


def repeat_customers(documents: Sequence[Document], asked: Asked) -> int:
    """Customers whose second delivery was in the window."""
    return _whose_delivery(documents, asked, 2)


def _whose_delivery(documents: Sequence[Document], asked: Asked, place: int) -> int:
    moments: dict[str, list[int]] = defaultdict(list)
    for document in documents:
        if document.type == DELIVERED:
            moments[document.fields["customer"]].append(document.fields["delivered_at"])
    return sum(
        len(found) >= place and asked.window.holds(sorted(found)[place - 1])
        for found in moments.values()
    )


def demand(documents: Sequence[Document], asked: Asked) -> int:
    """Units of the asked items that were ordered in the window from anybody, and not cancelled before its end."""
    cancelled = {
        d.fields["sales_order"]
        for d in documents
        if d.type == CANCELLED and d.at < asked.window.end
    }
    return sum(
        d.fields["quantity"]
        for d in documents
        if d.type == ORDERED
        and asked.window.holds(d.at)
        and d.fields["item"] in asked.items
        and d.number not in cancelled
    )
