"""Reads of the signing mailbox."""

from __future__ import annotations

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.kernel.rows import Rows
from erp.signing.errors import UnknownActRequest, UnknownSigningRequest
from erp.signing.rules import OPEN, ActStatus
from erp.signing.tables import ActRequest, SigningRequest

SIGNED_OFFER = "offer_claim_signed"
ANY_ACCOUNT = "0x" + "00" * 20


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


def open_acts(rows: Rows, party: str) -> int:
    """How many acts of a party have not ended."""
    return sum(len(rows.select(ActRequest, party=party, status=status)) for status in OPEN)


def waiting_side(rows: Rows, asked: ActRequest, at: int) -> ActRequest | None:
    """The oldest act of another party that signed the same statement, in its time, and waits for its other side."""
    signed = rows.select(
        ActRequest, "number", act=asked.act, fields=asked.fields, status=ActStatus.ANSWERED.value
    )
    others = (a for a in signed if a.party != asked.party and a.counterpart is None)
    return next((a for a in others if at <= a.good_until), None)


def steps(session: Session, number: str) -> list[SigningRequest]:
    """What was to be signed for an act so far, in order."""
    statement = select(SigningRequest).where(col(SigningRequest.act_request) == number)
    return list(session.scalars(statement.order_by(col(SigningRequest.number))))


def signed_offers(
    session: Session, *, financier: str | None, after: str, limit: int
) -> list[tuple[ActRequest, SigningRequest]]:
    """Claims that their holders offered by signature, by the number of the act.

    To a financier, or to any; `financier` is its account, None: everybody's.
    """
    statement = (
        select(ActRequest, SigningRequest)
        .join(SigningRequest, col(SigningRequest.number) == col(ActRequest.signing_request))
        .where(
            col(ActRequest.act) == SIGNED_OFFER,
            col(ActRequest.status) == ActStatus.DONE,
            col(ActRequest.number) > after,
        )
    )
    if financier is not None:  # the fields are canonical JSON
        named = (f'"financier":"{account}"' for account in (financier, ANY_ACCOUNT))
        statement = statement.where(or_(*(col(ActRequest.fields).contains(text) for text in named)))
    found = session.execute(statement.order_by(col(ActRequest.number)).limit(limit))
    return [(act, request) for act, request in found]


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
