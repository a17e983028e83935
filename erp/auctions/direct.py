"""Purchases that both sides signed (直接订单), told by external events. Never commits."""

from __future__ import annotations

from erp.auctions.schemas import RecordDirectOrder
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.parties.queries import party_of
from erp.procurement.public import order, order_fields


def record_direct_order(context: Context, command: RecordDirectOrder) -> Fields:
    """Says which purchase the order, told just before, came of. Refused unless both say the same. Nothing is booked."""
    rows = context.rows
    found = order(rows, command.order_id)
    agree(
        "Direct order",
        command.direct_order_id,
        direct_order_id=(command.direct_order_id, found.direct_order_id or 0),
        buyer=(party_of(rows, command.buyer).code, found.buyer),
        supplier=(party_of(rows, command.supplier).code, found.supplier),
        quantity=(command.quantity, found.quantity),
        amount_minor=(command.amount_minor, found.amount_minor),
    )
    return order_fields(found)
