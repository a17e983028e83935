"""Reading claims."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import col, or_, select

from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.receivables.errors import ClaimTransferExplained, UnknownClaim, UnknownClaimTransfer
from erp.receivables.tables import Claim, ClaimTransfer


def claim(rows: Rows, claim_id: int) -> Claim:
    """The claim with an id. Raises UnknownClaim."""
    found = rows.get(Claim, claim_id)
    if found is None:
        raise UnknownClaim(claim_id)
    return found


def claim_of(rows: Rows, key: int | str, party: str | None = None) -> Claim:
    """The claim with an id or a number; one of `party`, who holds, held first or owes it. Raises UnknownClaim."""
    found = rows.get(Claim, key) if isinstance(key, int) else rows.find(Claim, number=key)
    if found is None or party not in (None, found.holder, found.supplier, found.buyer):
        raise UnknownClaim(key)
    return found


def claims(
    session: Session,
    *,
    party: str | None = None,
    status: str | None = None,
    after: int = 0,
    limit: int,
) -> list[Claim]:
    """Claims by id, of one status or all, of those that a party holds, held first or owes, or of all."""
    if party is None:
        return page(session, Claim, ["claim_id"], [after], limit, status=status)
    statement = select(Claim).where(
        col(Claim.claim_id) > after,
        or_(col(Claim.holder) == party, col(Claim.supplier) == party, col(Claim.buyer) == party),
    )
    if status is not None:
        statement = statement.where(col(Claim.status) == status)
    return list(session.scalars(statement.order_by(col(Claim.claim_id)).limit(limit)))


def open_transfer(rows: Rows, number: str) -> ClaimTransfer:
    """A claim handed on that waits in suspense. Raises UnknownClaimTransfer, ClaimTransferExplained."""
    found = rows.get(ClaimTransfer, number)
    if found is None:
        raise UnknownClaimTransfer(number)
    if found.explained_by is not None:
        raise ClaimTransferExplained(number)
    return found


def open_transfers(rows: Rows, sender: str, receiver: str) -> list[ClaimTransfer]:
    """Claims that one party handed on to another and that still wait in suspense, by number."""
    found = rows.select(ClaimTransfer, "number", sender=sender, receiver=receiver)
    return [transfer for transfer in found if transfer.explained_by is None]
