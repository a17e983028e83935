"""Reading days of force majeure: which days of a region nobody answers for."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import and_, col, or_, select

from erp.forcemajeure.rules import day_range
from erp.forcemajeure.tables import ForceMajeureDay
from erp.kernel.rows import Rows


def days_in(rows: Rows, region: str, start: int, end: int) -> int:
    """Days that stand in a region and lie wholly or partly in [start, end), unix seconds. Region zero has none."""
    first, last = day_range(start, end)
    return sum(
        first <= found.day <= last for found in rows.select(ForceMajeureDay, "day", region=region)
    )


def days(
    session: Session, *, since: int, after: tuple[int, str] = (-1, ""), limit: int
) -> list[ForceMajeureDay]:
    """Days from the day number `since` on, by day and region, those after one."""
    day, region = col(ForceMajeureDay.day), col(ForceMajeureDay.region)
    statement = (
        select(ForceMajeureDay)
        .where(day >= since, or_(day > after[0], and_(day == after[0], region > after[1])))
        .order_by(day, region)
        .limit(limit)
    )
    return list(session.scalars(statement))
