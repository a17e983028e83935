"""Finding parties."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.parties import rules
from erp.parties.errors import NotActive, NoTreasury, OutsideBooks, UnknownAccount, UnknownParty
from erp.parties.kinds import PartyKind
from erp.parties.tables import Party


def party(rows: Rows, code: str) -> Party:
    """The party with a code. Raises UnknownParty."""
    found = rows.get(Party, code)
    if found is None:
        raise UnknownParty(code)
    return found


def own_party(rows: Rows, code: str) -> Party:
    """The party with a code, when its books are kept here. Raises UnknownParty; OutsideBooks for an outside partner."""
    found = party(rows, code)
    if found.kind == PartyKind.EXTERNAL:
        raise OutsideBooks(code)
    return found


def party_of(rows: Rows, account: str) -> Party:
    """The party with a settlement account. Raises UnknownAccount."""
    found = find_account(rows, account)
    if found is None:
        raise UnknownAccount(account)
    return found


def find_account(rows: Rows, account: str) -> Party | None:
    """The party with a settlement account; None when there is none."""
    return rows.find(Party, account=account)


def find_treasury(rows: Rows) -> Party | None:
    """The party that issues the settlement tokens; None while none is registered."""
    return rows.find(Party, kind=PartyKind.TREASURY.value)


def treasury(rows: Rows) -> Party:
    """The party that issues the settlement tokens. Raises NoTreasury."""
    found = find_treasury(rows)
    if found is None:
        raise NoTreasury(PartyKind.TREASURY.value)
    return found


def active_buyer(rows: Rows, code: str) -> Party:
    """The party, when it is enrolled as a buyer. Raises NotActive otherwise."""
    found = party(rows, code)
    if not rules.may_act(found.status, found.capabilities, rules.BUYER):
        raise NotActive(found.code, "buyer", found.status)
    return found


def active_suppliers(rows: Rows, codes: list[str]) -> list[Party]:
    """Those of the parties that are enrolled as suppliers, in the order given."""
    named = [found for code in codes if (found := rows.get(Party, code)) is not None]
    return [row for row in named if rules.may_act(row.status, row.capabilities, rules.SUPPLIER)]


def parties(session: Session) -> list[Party]:
    """All parties, by code."""
    return list(session.scalars(select(Party).order_by(col(Party.code))))


def parties_by_code(
    session: Session, *, code: str | None = None, after: str = "", limit: int
) -> list[Party]:
    """A page of parties by code; `code` picks one."""
    return page(session, Party, ["code"], [after], limit, code=code)
