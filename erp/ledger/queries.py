"""Reading and writing the ledger: all its SQL. Never commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, tuple_
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.kernel.base import metadata
from erp.kernel.entry import Ledger
from erp.kernel.log.tables import DocumentLog
from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.ledger import rules
from erp.ledger.account import Account, Side, StatementLine
from erp.ledger.chart import BY_CODE, CHART
from erp.ledger.errors import AccountTakesNoPostings, UnknownLedgerAccount
from erp.ledger.tables import (
    JournalEntry,
    JournalLine,
    LedgerAccount,
    LedgerBalance,
    LedgerPeriod,
)
from erp.ledger.turnover.model import Scope
from erp.ledger.turnover.queries import scoped
from erp.parties.kinds import PartyKind
from erp.parties.tables import Party

ROWS_PER_FETCH = 1_000

_ACCOUNT = metadata.tables[LedgerAccount.__tablename__]
_LOG = metadata.tables[DocumentLog.__tablename__]
_BALANCE = metadata.tables[LedgerBalance.__tablename__]
_ENTRY = metadata.tables[JournalEntry.__tablename__]
_LINE = metadata.tables[JournalLine.__tablename__]
_PARTY = metadata.tables[Party.__tablename__]

_FIRST_POSTED = select(func.min(_ENTRY.c.period)).where(_ENTRY.c.entity == bindparam("of"))
_POSTED_TO = select(_BALANCE.c.account).where(_BALANCE.c.account == bindparam("code")).limit(1)

BalanceKey = tuple[str, str, str]  # entity, ledger, account


def account_of(row: Any) -> Account:
    """A row of `ledger_account` as an account."""
    return Account(
        code=row.code,
        ledger=Ledger(row.ledger),
        name=row.name,
        name_zh=row.name_zh,
        side=Side(row.side),
        statement_line=StatementLine(row.statement_line),
        guarded=row.guarded,
        small_code=row.small_code,
        small_name=row.small_name,
        role=row.role,
        leaf=row.leaf,
    )


def balance(rows: Rows, entity: str, account: str) -> int:
    """Debits less credits of an account, minor units; 0 when nothing was ever posted."""
    known = BY_CODE.get(account)  # an account that was added stands in the general ledger
    ledger = known.ledger if known is not None else Ledger.GENERAL
    cached = rows.get(LedgerBalance, entity, ledger.value, account)
    return cached.balance_minor if cached is not None else 0


def standing(rows: Rows, entity: str, account: str) -> int:
    """What stands on the account's normal side, minor units."""
    return rules.standing(account, balance(rows, entity, account))


def entity_balances(session: Session, account: str) -> dict[str, int]:
    """Debits less credits of one account by entity, minor units."""
    statement = select(_BALANCE).where(_BALANCE.c.account == account).order_by(_BALANCE.c.entity)
    return {row.entity: int(row.balance_minor) for row in session.execute(statement)}


@dataclass(frozen=True)
class EntityBalance:
    """What stands on an account of an entity, debits less credits; `outside`: in the shadow books of an outside partner."""

    entity: str
    outside: bool
    ledger: str
    account: str
    balance_minor: int


def balances_by_account(
    session: Session,
    *,
    entity: str | None = None,
    account: str | None = None,
    scope: Scope = Scope.ALL,
    after: tuple[str, str] = ("", ""),
    limit: int,
) -> list[EntityBalance]:
    """A page of balances by entity and account, of one entity, of one account or of all."""
    key = (_BALANCE.c.entity, _BALANCE.c.account)
    statement = (
        select(_BALANCE, _PARTY.c.kind)
        .join_from(_BALANCE, _PARTY, _PARTY.c.code == _BALANCE.c.entity)
        .where(tuple_(*key) > after)
    )
    for column, value in ((_BALANCE.c.entity, entity), (_BALANCE.c.account, account)):
        if value is not None:
            statement = statement.where(column == value)
    statement = scoped(statement, scope)
    return [
        EntityBalance(
            entity=row.entity,
            outside=row.kind == PartyKind.EXTERNAL.value,
            ledger=row.ledger,
            account=row.account,
            balance_minor=int(row.balance_minor),
        )
        for row in session.execute(statement.order_by(*key).limit(limit))
    ]


def newest_closed(rows: Rows, entity: str) -> str | None:
    """The entity's newest closed month, "2026-03": it and all before it are closed. None while none is."""
    return max((row.period for row in rows.select(LedgerPeriod, entity=entity)), default=None)


def first_posted(session: Session, entity: str) -> str | None:
    """The earliest month that an entry of the entity is posted in; None without any."""
    return session.connection().execute(_FIRST_POSTED, {"of": entity}).scalar()


def was_posted_to(session: Session, account: str) -> bool:
    """Whether any line ever named the account."""
    return session.connection().execute(_POSTED_TO, {"code": account}).first() is not None


def accounts(session: Session) -> dict[str, Account]:
    """All accounts of the chart, by code, in order."""
    rows = session.execute(select(_ACCOUNT).order_by(_ACCOUNT.c.code))
    return {row.code: account_of(row) for row in rows}


def accounts_by_code(session: Session, *, after: str = "", limit: int) -> list[LedgerAccount]:
    """A page of the chart by code."""
    return page(session, LedgerAccount, ["code"], [after], limit)


def entry_count(session: Session) -> int:
    """How many entries the journal has."""
    return int(session.execute(select(func.count()).select_from(_ENTRY)).scalar_one())


# ---- what the export reads --------------------------------------------------------------------


def used_accounts(session: Session, scope: Scope) -> list[tuple[str, str]]:
    """Each pair of entity and account code of these books that was ever posted to, in order."""
    key = (_BALANCE.c.entity, _BALANCE.c.account)
    statement = select(*key).join_from(_BALANCE, _PARTY, _PARTY.c.code == _BALANCE.c.entity)
    return [
        (row.entity, row.account)
        for row in session.execute(scoped(statement, scope).order_by(*key))
    ]


def posted_lines(session: Session, scope: Scope) -> Iterable[Row[Any]]:
    """All journal lines of these books in order, each with month and time zone, and its document's time, number and type.

    Fetched ROWS_PER_FETCH at a time.
    """
    statement = (
        select(
            _LINE.c.entry,
            _ENTRY.c.period,
            _PARTY.c.time_zone,
            _LOG.c.at,
            _LOG.c.number,
            _LOG.c.type,
            _LINE.c.entity,
            _LINE.c.account,
            _LINE.c.debit_minor,
            _LINE.c.credit_minor,
        )
        .join_from(_LINE, _ENTRY, _ENTRY.c.id == _LINE.c.entry)
        .join(_LOG, _LOG.c.sequence == _ENTRY.c.document_sequence)
        .join(_PARTY, _PARTY.c.code == _LINE.c.entity)
        .order_by(_LINE.c.entry, _LINE.c.position)
        .execution_options(yield_per=ROWS_PER_FETCH)
    )
    return session.execute(scoped(statement, scope))


# ---- what a sum is shown by ---------------------------------------------------------------------


def posting_documents(
    session: Session,
    *,
    entities: Iterable[str],
    accounts: Iterable[str],
    chain_group: str,
    start: int,
    end: int,
    limit: int,
) -> list[int]:
    """Sequences of the documents of [start, end), unix seconds, that posted to accounts of entities, at most `limit`.

    Of one chain group, or of any when the code is empty.
    """
    statement = (
        select(_ENTRY.c.document_sequence)
        .join_from(_LINE, _ENTRY, _ENTRY.c.id == _LINE.c.entry)
        .join(_LOG, _LOG.c.sequence == _ENTRY.c.document_sequence)
        .where(
            _LINE.c.entity.in_(sorted(entities)),
            _LINE.c.account.in_(sorted(accounts)),
            _LOG.c.at >= start,
            _LOG.c.at < end,
        )
        .distinct()
        .order_by(_ENTRY.c.document_sequence)
        .limit(limit)
    )
    if chain_group:
        statement = statement.where(_LINE.c.chain_group == chain_group)
    return list(session.execute(statement).scalars())


# ---- what posting changes ----------------------------------------------------------------------


def cached_balance(rows: Rows, entity: str, ledger: str, account: str) -> LedgerBalance:
    """The balance of an account of an entity, to be moved; a new one of 0 when nothing was ever posted."""
    key = {"entity": entity, "ledger": ledger, "account": account}
    return rows.get(LedgerBalance, *key.values()) or rows.add(LedgerBalance, **key, balance_minor=0)


def account(rows: Rows, code: str) -> Account | None:
    """The account with a code; None when there is none.

    One with a role is that of the chart, which nothing changes; any other is read, since accounts may stand below it now.
    """
    known = BY_CODE.get(code)
    if known is not None and known.role is not None:
        return known
    row = rows.get(LedgerAccount, code)
    return None if row is None else account_of(row)


def posting_account(rows: Rows, code: str) -> Account:
    """The account with a code that a person names to be posted to. Raises UnknownLedgerAccount, AccountTakesNoPostings."""
    found = account(rows, code)
    if found is None:
        raise UnknownLedgerAccount(code)
    if not found.leaf:
        raise AccountTakesNoPostings(code)
    return found


def seed_chart(connection: Connection) -> None:
    """Inserts the accounts of the chart that `ledger_account` lacks. Safe to repeat."""
    known = set(connection.execute(select(_ACCOUNT.c.code)).scalars())
    rows = [
        {
            "code": account.code,
            "parent": account.parent,
            "ledger": account.ledger.value,
            "name": account.name,
            "name_zh": account.name_zh,
            "side": account.side.value,
            "statement_line": account.statement_line.value,
            "guarded": account.guarded,
            "small_code": account.small_code,
            "small_name": account.small_name,
            "role": account.role,
            "leaf": account.leaf,
        }
        for account in CHART
        if account.code not in known
    ]
    if rows:
        connection.execute(insert(_ACCOUNT), rows)


def posted_in(entity: str | None) -> list[ColumnElement[bool]]:
    """What a list of documents is narrowed to: those that posted in the books of a party, where one is named."""
    if entity is None:
        return []
    posted = select(col(JournalEntry.id)).where(
        col(JournalEntry.document_sequence) == col(DocumentLog.sequence),
        col(JournalEntry.entity) == entity,
    )
    return [posted.exists()]


@dataclass(frozen=True, slots=True)
class LinesAsked:
    """Which lines of the journal somebody asks for; None filters nothing. An account stands for those below it too."""

    entity: str | None = None
    account: str | None = None
    period: str | None = None
    chain_group: str | None = None
    counterparty: str | None = None
    order: str | None = None
    scope: Scope = Scope.OWN


def journal_lines(
    session: Session, asked: LinesAsked, *, after: tuple[int, int], limit: int
) -> list[Row[Any]]:
    """Lines of the journal by entry and position, each with its document and month, at most `limit` after one."""
    place = (_LINE.c.entry, _LINE.c.position)
    statement = (
        select(
            _LINE, _ENTRY.c.period, _ENTRY.c.ledger, _LOG.c.number.label("document"), _LOG.c.type, _LOG.c.at
        )
        .join(_ENTRY, _ENTRY.c.id == _LINE.c.entry)
        .join(_LOG, _LOG.c.sequence == _ENTRY.c.document_sequence)
        .join(_PARTY, _PARTY.c.code == _LINE.c.entity)
        .where(tuple_(*place) > after)
    )  # fmt: skip
    for column, value in (
        (_ENTRY.c.entity, asked.entity),
        (_ENTRY.c.period, asked.period),
        (_LINE.c.chain_group, asked.chain_group),
        (_LINE.c.counterparty, asked.counterparty),
        (_LINE.c.order_number, asked.order),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if asked.account is not None:
        below = _LINE.c.account.startswith(f"{asked.account}.", autoescape=True)
        statement = statement.where((_LINE.c.account == asked.account) | below)
    ordered = scoped(statement, asked.scope).order_by(*place).limit(limit)
    return list(session.execute(ordered))
