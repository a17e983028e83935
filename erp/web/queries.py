"""Reading and writing the table of the workbench: all its SQL. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.api.queries import STANDS
from erp.api.tables import ApiToken, WebSession


def token_of(session: Session, secret_sha256: str, now: int) -> ApiToken | None:
    """The token of a session that goes on at `now`, unless it was revoked or is over."""
    statement = (
        select(ApiToken)
        .join(WebSession, col(WebSession.token_id) == col(ApiToken.id))
        .where(
            col(WebSession.secret_sha256) == secret_sha256,
            col(WebSession.ends_at) > now,
            STANDS,
        )
    )
    return session.scalars(statement, {"now": now}).first()


def session_with(session: Session, secret_sha256: str, now: int) -> WebSession | None:
    """The session that goes on at `now` under this hash."""
    statement = select(WebSession).where(
        col(WebSession.secret_sha256) == secret_sha256, col(WebSession.ends_at) > now
    )
    return session.scalars(statement).first()


def end(session: Session, secret_sha256: str) -> None:
    """Deletes a session."""
    session.execute(delete(WebSession).where(col(WebSession.secret_sha256) == secret_sha256))


def end_old(session: Session, now: int) -> None:
    """Deletes the sessions whose time is over."""
    session.execute(delete(WebSession).where(col(WebSession.ends_at) <= now))
