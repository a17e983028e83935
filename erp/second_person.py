"""Tells any command, also one that needs two persons: for programs that play both, such as a sandbox."""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.kernel.log.model import Document, derive_salt
from erp.kernel.log.queries import changes
from erp.kernel.schema import Command
from erp.proposals.schemas import ConfirmProposal, proposal_of
from erp.rooms import OPERATIONS, execute


def tell(
    session: Session,
    command: Command,
    *,
    at: int,
    salt: bytes,
    actor: str,
    second: str,
    origin: str | None = None,
) -> Document:
    """Carries out a command and returns its document; when it needs two persons, `actor` proposes and `second` confirms.

    Errors: those of `Executor.execute`. Never commits.
    """
    if not OPERATIONS[type(command)].second:
        return execute(session, command, at=at, salt=salt, origin=origin, actor=actor)
    proposal = execute(
        session,
        proposal_of(command),
        at=at,
        salt=derive_salt(salt, 0),
        actor=actor,
    )
    confirmation = execute(
        session, ConfirmProposal(proposal=proposal.number), at=at, salt=salt, actor=second
    )
    (done,) = changes(session, confirmation.sequence, 1)
    return done
