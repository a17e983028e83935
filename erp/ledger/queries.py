"""Reading and writing the ledger: all its SQL. Never commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, tuple_
from sqlalchemy.orm import Session

from erp.kernel.base import metadata
from erp.kernel.entry import Ledger
from erp.kernel.log.tables import DocumentLog
from erp.kernel.queries import page
from erp.ledger import rules
from erp.ledger.account import Account, Side, StatementLine
from erp.ledger.chart import CHART
from erp.ledger.errors import AccountTakesNoPostings, UnknownLedgerAccount
from erp.ledger.tables import (
    JournalEntry,
    JournalLine,
    LedgerAccount,
    LedgerBalance,
    LedgerPeriod,
)
from erp.ledger.turnover.halves import whole
from erp.ledger.turnover.model import Scope
from erp.ledger.turnover.queries import halves_of, scoped
from erp.parties.kinds import PartyKind
from erp.parties.tables import Party

ROWS_PER_FETCH = 1_000

_ACCOUNT = metadata.tables[LedgerAccount.__tablename__]
_LOG = metadata.tables[DocumentLog.__tablename__]
_BALANCE = metadata.tables[LedgerBalance.__tablename__]
_ENTRY = metadata.tables[JournalEntry.__tablename__]
_LINE = metadata.tables[JournalLine.__tablename__]
_PARTY = metadata.tables[Party.__tablename__]
_PERIOD = metadata.tables[LedgerPeriod.__tablename__]

_ONE = select(_BALANCE.c.balance_minor).where(
    _BALANCE.c.entity == bindparam("of"), _BALANCE.c.account == bindparam("code")
)

_CLAIM = text(
    "UPDATE document_head SET last_entry = last_entry + :count WHERE id = 1 RETURNING last_entry"
)
_PUT_BALANCE = text(
    "INSERT INTO ledger_balance (entity, ledger, account, balance_minor) "
    "VALUES (:entity, :ledger, :account, :balance) ON CONFLICT (entity, ledger, account) "
    "DO UPDATE SET balance_minor = excluded.balance_minor"
)

_BALANCES = select(_BALANCE).where(
    tuple_(_BALANCE.c.entity, _BALANCE.c.ledger, _BALANCE.c.account).in_(
        bindparam("keys", expanding=True)
    )
)
_NEWEST_CLOSED = select(func.max(_PERIOD.c.period)).where(_PERIOD.c.entity == bindparam("of"))
_FIRST_POSTED = select(func.min(_ENTRY.c.period)).where(_ENTRY.c.entity == bindparam("of"))
_HOMES = select(
    _PARTY.c.code,
    _PARTY.c.platform,
    _PARTY.c.time_zone,
    select(func.max(_PERIOD.c.period))
    .where(_PERIOD.c.entity == _PARTY.c.code)
    .scalar_subquery()
    .label("newest_closed"),
).where(_PARTY.c.code.in_(bindparam("entities", expanding=True)))
_ACCOUNTS = select(_ACCOUNT).where(_ACCOUNT.c.code.in_(bindparam("codes", expanding=True)))
_ADD_TURNOVER = text(
    "INSERT INTO ledger_turnover (entity, chain_group, ledger, account, period, "
    "debit_high, debit_low, credit_high, credit_low) VALUES (:entity, :chain_group, :ledger, :account, :period, "
    ":debit_high, :debit_low, :credit_high, :credit_low) "
    "ON CONFLICT (entity, chain_group, ledger, account, period) DO UPDATE SET "
    "debit_high = ledger_turnover.debit_high + excluded.debit_high, "
    "debit_low = ledger_turnover.debit_low + excluded.debit_low, "
    "credit_high = ledger_turnover.credit_high + excluded.credit_high, "
    "credit_low = ledger_turnover.credit_low + excluded.credit_low"
)
_POSTED_TO = select(_BALANCE.c.account).where(_BALANCE.c.account == bindparam("code")).limit(1)
_PUT_ENTRIES = insert(_ENTRY)
_PUT_LINES = insert(_LINE)

BalanceKey = tuple[str, str, str]  # entity, ledger, account
TurnoverKey = tuple[str, str, str, str, str]  # entity, chain group, ledger, account, period


@dataclass(frozen=True)
class Home:
    """What posting asks of an entity: its platform, its time zone, and its newest closed month."""

    platform: str
    time_zone: str
    newest_closed: str | None  # 2026-03; None while none is closed


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


def balance(session: Session, entity: str, account: str) -> int:
    """Debits less credits of an account, minor units; 0 when nothing was ever posted."""
    row = session.connection().execute(_ONE, {"of": entity, "code": account}).first()
    return int(row.balance_minor) if row else 0


def standing(session: Session, entity: str, account: str) -> int:
    """What stands on the account's normal side, minor units."""
    return rules.standing(account, balance(session, entity, account))


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


def newest_closed(session: Session, entity: str) -> str | None:
    """The entity's newest closed month, "2026-03": it and all before it are closed. None while none is."""
    return session.connection().execute(_NEWEST_CLOSED, {"of": entity}).scalar()


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


def posting_account(session: Session, code: str) -> Account:
    """The account with a code that a person names to be posted to. Raises UnknownLedgerAccount, AccountTakesNoPostings."""
    found = accounts_of(session.connection(), [code]).get(code)
    if found is None:
        raise UnknownLedgerAccount(code)
    if not found.leaf:
        raise AccountTakesNoPostings(code)
    return found


def order_balance(session: Session, order: str, account: str) -> int:
    """Debits less credits that the documents of one order put on an account, minor units."""
    statement = select(
        *halves_of(_LINE.c.debit_minor, "debit"), *halves_of(_LINE.c.credit_minor, "credit")
    ).where(_LINE.c.order_number == order, _LINE.c.account == account)
    row = session.execute(statement).one()
    return whole(row.debit_high, row.debit_low) - whole(row.credit_high, row.credit_low)


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


# ---- what posting writes ----------------------------------------------------------------------


def claim_entries(connection: Connection, count: int) -> int:
    """Takes `count` numbers for new entries and returns the first. The caller holds the lock of the log."""
    return int(connection.execute(_CLAIM, {"count": count}).scalar_one()) - count + 1


def put_entries(
    connection: Connection, entries: list[dict[str, Any]], lines: list[dict[str, Any]]
) -> None:
    """Inserts rows of `journal_entry` and of their `journal_line`."""
    connection.execute(_PUT_ENTRIES, entries)
    connection.execute(_PUT_LINES, lines)


def balances(connection: Connection, keys: list[BalanceKey]) -> dict[BalanceKey, int]:
    """Debits less credits so far, minor units, of those accounts that were ever posted to."""
    return {
        (row.entity, row.ledger, row.account): row.balance_minor
        for row in connection.execute(_BALANCES, {"keys": keys})
    }


def homes(connection: Connection, entities: list[str]) -> dict[str, Home]:
    """Where each of these entities books."""
    return {
        row.code: Home(row.platform, row.time_zone, row.newest_closed)
        for row in connection.execute(_HOMES, {"entities": entities})
    }


def accounts_of(connection: Connection, codes: list[str]) -> dict[str, Account]:
    """Those of these accounts that there are, by code."""
    return {row.code: account_of(row) for row in connection.execute(_ACCOUNTS, {"codes": codes})}


def add_turnovers(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Adds to the sums in `ledger_turnover`."""
    connection.execute(_ADD_TURNOVER, rows)


def put_balances(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Writes the new balances into `ledger_balance`."""
    connection.execute(_PUT_BALANCE, rows)


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
