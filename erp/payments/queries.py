"""Reading transfers in suspense."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.payments.tables import SuspenseItem


def unexplained(session: Session, *, after: str = "", limit: int) -> list[SuspenseItem]:
    """Transfers whose purpose nobody has told yet, by number."""
    statement = select(SuspenseItem).where(
        col(SuspenseItem.explained_by).is_(None), col(SuspenseItem.number) > after
    )
    return list(session.scalars(statement.order_by(col(SuspenseItem.number)).limit(limit)))
