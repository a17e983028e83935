"""Reading days of force majeure: which days of a region nobody answers for."""

from __future__ import annotations

from erp.forcemajeure.rules import day_range
from erp.forcemajeure.tables import ForceMajeureDay
from erp.kernel.rows import Rows


def days_in(rows: Rows, region: str, start: int, end: int) -> int:
    """Days that stand in a region and lie wholly or partly in [start, end), unix seconds. Region zero has none."""
    first, last = day_range(start, end)
    return sum(
        first <= found.day <= last for found in rows.select(ForceMajeureDay, "day", region=region)
    )
