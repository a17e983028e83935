"""Finding parties."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.kernel.queries import page
from erp.parties import rules
from erp.parties.errors import NotActive, NoTreasury, UnknownAccount, UnknownParty
from erp.parties.kinds import PartyKind
from erp.parties.tables import Party


def party(session: Session, code: str) -> Party:
    """The party with a code. Raises UnknownParty."""
    found = session.get(Party, code)
    if found is None:
        raise UnknownParty(code)
    return found


def party_of(session: Session, account: str) -> Party:
    """The party with a settlement account. Raises UnknownAccount."""
    found = find_account(session, account)
    if found is None:
        raise UnknownAccount(account)
    return found


def find_account(session: Session, account: str) -> Party | None:
    """The party with a settlement account; None when there is none."""
    return session.scalars(select(Party).where(col(Party.account) == account)).first()


def find_treasury(session: Session) -> Party | None:
    """The party that issues the settlement tokens; None while none is registered."""
    statement = select(Party).where(col(Party.kind) == PartyKind.TREASURY.value)
    return session.scalars(statement).first()


def treasury(session: Session) -> Party:
    """The party that issues the settlement tokens. Raises NoTreasury."""
    found = find_treasury(session)
    if found is None:
        raise NoTreasury(PartyKind.TREASURY.value)
    return found


def active_buyer(session: Session, code: str) -> Party:
    """The party, when it is enrolled as a buyer. Raises NotActive otherwise."""
    found = party(session, code)
    if not rules.may_act(found.status, found.capabilities, rules.BUYER):
        raise NotActive(found.code, "buyer", found.status)
    return found


def active_suppliers(session: Session, codes: list[str]) -> list[Party]:
    """Those of the parties that are enrolled as suppliers, in the order given."""
    rows = session.scalars(select(Party).where(col(Party.code).in_(codes)))
    found = {
        row.code: row for row in rows if rules.may_act(row.status, row.capabilities, rules.SUPPLIER)
    }
    return [found[code] for code in codes if code in found]


def parties(session: Session) -> list[Party]:
    """All parties, by code."""
    return list(session.scalars(select(Party).order_by(col(Party.code))))


def parties_by_code(
    session: Session, *, code: str | None = None, after: str = "", limit: int
) -> list[Party]:
    """A page of parties by code; `code` picks one."""
    return page(session, Party, ["code"], [after], limit, code=code)
