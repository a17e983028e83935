"""Reading proposals: all their SQL. Never commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.proposals.errors import UnknownProposal
from erp.proposals.tables import Proposal


def proposal(rows: Rows, number: str) -> Proposal:
    """The proposal with a number. Raises UnknownProposal."""
    found = rows.get(Proposal, number)
    if found is None:
        raise UnknownProposal(number)
    return found


def proposals(
    session: Session, *, status: str | None, after: str, limit: int
) -> Sequence[Proposal]:
    """At most `limit` proposals by number, after one."""
    return page(session, Proposal, ["number"], [after], limit, status=status)
