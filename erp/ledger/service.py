"""Operations of the general ledger: closing and reopening months, adding accounts. Never commit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.kernel.calendar import month_after, month_of
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.ledger import queries
from erp.ledger.closing import CheckResult, findings
from erp.ledger.errors import (
    AccountExists,
    AccountInUse,
    AccountNotBelow,
    NothingToWaive,
    PeriodAlreadyClosed,
    PeriodNotNewest,
    PeriodNotOver,
    PeriodNotReady,
    PeriodOutOfOrder,
    UnknownLedgerAccount,
)
from erp.ledger.schemas import AddAccount, ClosePeriod, ReopenPeriod
from erp.ledger.tables import LedgerAccount, LedgerPeriod
from erp.ledger.turnover.queries import closing_balances
from erp.parties.queries import party
from erp.parties.tables import Party


def close_period(context: Context, command: ClosePeriod) -> Fields:
    """Closes the month after the entity's newest closed one, or the first month of its books.

    Refused before the month is over where the books are kept, the second time, out of order, and while a point of the
    check list is open that blocks and is not waived. The document keeps the list with its balances.
    """
    rows, period = context.rows, command.period
    owner = party(rows, command.entity)
    current = month_of(context.at, owner.time_zone)
    if period >= current:
        raise PeriodNotOver(period, current)
    newest = queries.newest_closed(rows, owner.code)
    if newest is not None and period <= newest:
        raise PeriodAlreadyClosed(f"{period} of {owner.code}")
    next_one = month_after(newest) if newest is not None else first_period(context.session, owner)
    if period != next_one:
        raise PeriodOutOfOrder(period, next_one)
    found = findings(closing_balances(context.session, owner.code, period))
    _check(command, found)
    rows.add(LedgerPeriod, entity=owner.code, period=period, closed_by=context.number)
    return {"checks": [finding.as_json() for finding in found]}


def close_regardless(context: Context, command: ClosePeriod) -> Fields:
    """Closes the month once more where documents of before were taken back: it was closed on what stood then."""
    context.rows.add(
        LedgerPeriod, entity=command.entity, period=command.period, closed_by=context.number
    )
    return {"checks": []}


@dataclass(frozen=True, slots=True)
class Checklist:
    """What stands before the next close of an entity's books."""

    newest_closed: str | None
    period: str  # the month that is to be closed next
    current: str  # the month of now: only months before it are over
    findings: list[CheckResult]


def checklist(session: Session, owner: Party, at: int) -> Checklist:
    """The next month to close, and what the check list finds in it as the books stand now."""
    newest = queries.newest_closed(Rows.of(session), owner.code)
    period = month_after(newest) if newest is not None else first_period(session, owner)
    found = findings(closing_balances(session, owner.code, period))
    return Checklist(newest, period, month_of(at, owner.time_zone), found)


def first_period(session: Session, owner: Party) -> str:
    """The month in which the entity's books begin: of its registration, or of an earlier entry."""
    posted = queries.first_posted(session, owner.code)
    registered = month_of(owner.registered_at, owner.time_zone)
    return registered if posted is None else min(posted, registered)


def _check(command: ClosePeriod, found: list[CheckResult]) -> None:
    blocking = {finding.name: finding for finding in found if finding.blocks}
    for name in command.waived:
        if blocking.pop(name, None) is None:
            raise NothingToWaive(name.value, command.entity, command.period)
    if blocking:
        told = ", ".join(f"{name} ({one.balance_minor})" for name, one in blocking.items())
        raise PeriodNotReady(command.entity, command.period, told)


def reopen_period(context: Context, command: ReopenPeriod) -> Fields:
    """Opens the entity's newest closed month again; the document keeps which one had closed it. Refused for others."""
    rows, period = context.rows, command.period
    owner = party(rows, command.entity)
    newest = queries.newest_closed(rows, owner.code)
    closed = rows.get(LedgerPeriod, owner.code, period)
    if period != newest or closed is None:
        raise PeriodNotNewest(period, newest or "none")
    rows.delete(closed)
    return {"closed_by": closed.closed_by}


def add_account(context: Context, command: AddAccount) -> Fields:
    """Adds the account. Everything but code and names it takes from the one above, which takes no postings any more.

    Refused when the code is taken or does not extend the one above by two digits, and below an account that was posted to
    or that posting rules name.
    """
    rows = context.rows
    if rows.get(LedgerAccount, command.code) is not None:
        raise AccountExists(command.code)
    parent = rows.get(LedgerAccount, command.parent)
    if parent is None:
        raise UnknownLedgerAccount(command.parent)
    above, _, own = command.code.rpartition(".")
    if above != parent.code:
        raise AccountNotBelow(command.code, parent.code)
    if parent.role is not None:
        raise AccountInUse(parent.code, f"posting rules post to it as {parent.role}")
    if parent.leaf and queries.was_posted_to(context.session, parent.code):
        raise AccountInUse(parent.code, "it has postings")
    parent.leaf = False
    rows.add(
        LedgerAccount,
        code=command.code,
        parent=parent.code,
        ledger=parent.ledger,
        name=command.name,
        name_zh=command.name_zh,
        side=parent.side,
        statement_line=parent.statement_line,
        guarded=parent.guarded,
        small_code=f"{parent.small_code}.{own}",
        small_name=command.name_zh,
        leaf=True,
        added_by=context.number,
    )
    return {}
