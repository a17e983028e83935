"""For whom a caller may propose, and for whom approve: a partner for itself, finance for the parties of the house."""

from __future__ import annotations

from sqlalchemy.orm import Session

from erp.api.tokens import Principal
from erp.kernel.roles import PARTNERS
from erp.kernel.rows import Rows
from erp.parties.errors import OutsideBooks, UnknownParty
from erp.parties.kinds import PartyKind
from erp.parties.queries import party


def is_outside(session: Session, code: str) -> bool:
    """True of an outside partner, whose books are not kept here."""
    return party(Rows.of(session), code).kind == PartyKind.EXTERNAL


def expect_own(session: Session, caller: Principal, code: str) -> None:
    """A partner speaks for itself, finance for the house. Raises UnknownParty, OutsideBooks."""
    if caller.role in PARTNERS and code != caller.party:
        raise UnknownParty(code)
    if caller.role not in PARTNERS and is_outside(session, code):
        raise OutsideBooks(code)


def decides(session: Session, caller: Principal, code: str) -> bool:
    """Whether a caller approves for a party: finance for one of the house, another person of its own for a partner."""
    return (caller.role in PARTNERS) == is_outside(session, code)
