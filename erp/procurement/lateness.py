"""How late a delivery is: days begun after its promise, without those of force majeure."""

from __future__ import annotations

from erp.forcemajeure.queries import days_in
from erp.kernel import amounts
from erp.kernel.rows import Rows
from erp.kernel.schema import NO_REFERENCE
from erp.procurement.tables import PurchaseOrder

MAX_DAYS_LATE = 2**16 - 1  # as the contracts keep them


def days_late(rows: Rows, order: PurchaseOrder, received_at: int, promised_at: int) -> int:
    """Days late by what stands now; 0 when in time, or when nobody answers for the days."""
    late = amounts.days_late(received_at, promised_at)
    if late and order.region != NO_REFERENCE:
        late = max(late - days_in(rows, order.region, promised_at, received_at), 0)
    return min(late, MAX_DAYS_LATE)
