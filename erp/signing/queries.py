"""Reads of the signing mailbox."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.kernel.rows import Rows
from erp.signing.errors import UnknownActRequest, UnknownSigningRequest
from erp.signing.tables import ActRequest, SigningRequest


def act_request(rows: Rows, number: str) -> ActRequest:
    """The act that was asked for under a number. Raises UnknownActRequest."""
    found = rows.get(ActRequest, number)
    if found is None:
        raise UnknownActRequest(number)
    return found


def signing_request(rows: Rows, number: str) -> SigningRequest:
    """The signing request with a number. Raises UnknownSigningRequest."""
    found = rows.get(SigningRequest, number)
    if found is None:
        raise UnknownSigningRequest(number)
    return found


def act_requests(
    session: Session, *, party: str | None, status: str | None, after: str, limit: int
) -> list[ActRequest]:
    """Acts that were asked for, by number; of one party, in one status, where named.."""
    statement = select(ActRequest).where(col(ActRequest.number) > after)
    if party is not None:
        statement = statement.where(col(ActRequest.party) == party)
    if status is not None:
        statement = statement.where(col(ActRequest.status) == status)
    return list(session.scalars(statement.order_by(col(ActRequest.number)).limit(limit)))


def signing_requests(
    session: Session, *, party: str | None, status: str | None, after: str, limit: int
) -> list[SigningRequest]:
    """Signing requests, by number; of one party, in one status, where named.."""
    statement = select(SigningRequest).where(col(SigningRequest.number) > after)
    if party is not None:
        statement = statement.where(col(SigningRequest.party) == party)
    if status is not None:
        statement = statement.where(col(SigningRequest.status) == status)
    return list(session.scalars(statement.order_by(col(SigningRequest.number)).limit(limit)))
