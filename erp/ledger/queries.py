"""Reading and writing the ledger: all its SQL. Never commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select
from sqlalchemy.orm import Session

from erp.kernel.base import metadata
from erp.kernel.log.tables import DocumentLog
from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.ledger import rules
from erp.ledger.chart import BY_CODE, CHART, PARENTS
from erp.ledger.tables import (
    JournalEntry,
    JournalLine,
    LedgerAccount,
    LedgerBalance,
    LedgerPeriod,
)

ROWS_PER_FETCH = 1_000

_ACCOUNT = metadata.tables[LedgerAccount.__tablename__]
_LOG = metadata.tables[DocumentLog.__tablename__]
_BALANCE = metadata.tables[LedgerBalance.__tablename__]
_ENTRY = metadata.tables[JournalEntry.__tablename__]
_LINE = metadata.tables[JournalLine.__tablename__]

_FIRST_POSTED = select(func.min(_ENTRY.c.period))

_HALF = 2**32

Key = tuple[str, str, str]  # entity, ledger, account
Dimension = Literal["entity", "platform", "chain_group", "node"]


@dataclass(frozen=True)
class TrialBalanceRow:
    """Turnover of one account within one value of a dimension ("" for the whole). Minor units."""

    key: str
    ledger: str
    account: str
    debit_minor: int
    credit_minor: int


def _halves(column: ColumnElement[int], name: str) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The sums of the high and the low half of a column that is never negative, as `<name>_high` and `<name>_low`.

    SQLite fails when a sum leaves 64 bits; a sum of halves stays within them for 2^31 rows.
    """
    return (
        func.sum(column // _HALF).label(f"{name}_high"),
        func.sum(column % _HALF).label(f"{name}_low"),
    )


def _whole(high: int | None, low: int | None) -> int:
    """The sum whose halves these are; 0 when there was no row."""
    return int(high or 0) * _HALF + int(low or 0)


def trial_balance(session: Session, by: Dimension | None = None) -> list[TrialBalanceRow]:
    """The trial balance (试算平衡表) from the journal lines themselves, not from the cache."""
    dimensions: dict[str, Any] = {
        "entity": _LINE.c.entity,
        "platform": _LINE.c.platform,
        "chain_group": _LINE.c.chain_group,
        "node": _LINE.c.node,
    }
    sums = (*_halves(_LINE.c.debit_minor, "debit"), *_halves(_LINE.c.credit_minor, "credit"))
    if by is None:
        grouped = select(_LINE.c.account, *sums).group_by(_LINE.c.account).order_by(_LINE.c.account)
    else:
        key = dimensions[by].label("key")
        grouped = (
            select(_LINE.c.account, *sums, key)
            .group_by(key, _LINE.c.account)
            .order_by(key, _LINE.c.account)
        )
    return [
        TrialBalanceRow(
            key=row.key if by else "",
            ledger=BY_CODE[row.account].ledger.value,
            account=row.account,
            debit_minor=_whole(row.debit_high, row.debit_low),
            credit_minor=_whole(row.credit_high, row.credit_low),
        )
        for row in session.execute(grouped)
    ]


def balance(rows: Rows, entity: str, account: str) -> int:
    """Debits less credits of an account, minor units; 0 when nothing was ever posted."""
    cached = rows.get(LedgerBalance, entity, BY_CODE[account].ledger.value, account)
    return cached.balance_minor if cached is not None else 0


def standing(rows: Rows, entity: str, account: str) -> int:
    """What stands on the account's normal side, minor units."""
    return rules.standing(account, balance(rows, entity, account))


def entity_balances(session: Session, account: str) -> dict[str, int]:
    """Debits less credits of one account by entity, minor units."""
    statement = select(_BALANCE).where(_BALANCE.c.account == account).order_by(_BALANCE.c.entity)
    return {row.entity: int(row.balance_minor) for row in session.execute(statement)}


def balances_by_account(
    session: Session,
    *,
    entity: str | None = None,
    account: str | None = None,
    after: tuple[str, str] = ("", ""),
    limit: int,
) -> list[LedgerBalance]:
    """A page of balances by entity and account, of one entity, of one account or of all."""
    return page(
        session,
        LedgerBalance,
        ["entity", "account"],
        after,
        limit,
        entity=entity,
        account=account,
    )


def newest_closed(rows: Rows) -> str | None:
    """The newest closed month, "2026-03": it and all before it are closed. None while none is."""
    return max((row.period for row in rows.select(LedgerPeriod)), default=None)


def first_posted(session: Session) -> str | None:
    """The earliest month that any entry is posted in; None without any."""
    return session.connection().execute(_FIRST_POSTED).scalar()


def order_balance(session: Session, order: str, account: str) -> int:
    """Debits less credits that the documents of one order put on an account, minor units."""
    statement = select(
        *_halves(_LINE.c.debit_minor, "debit"), *_halves(_LINE.c.credit_minor, "credit")
    ).where(_LINE.c.order_number == order, _LINE.c.account == account)
    row = session.execute(statement).one()
    return _whole(row.debit_high, row.debit_low) - _whole(row.credit_high, row.credit_low)


def entry_count(session: Session) -> int:
    """How many entries the journal has."""
    return int(session.execute(select(func.count()).select_from(_ENTRY)).scalar_one())


# ---- what the export reads --------------------------------------------------------------------


def used_accounts(session: Session) -> list[tuple[str, str]]:
    """Each pair of entity and account code that any journal line names, in order."""
    statement = (
        select(_LINE.c.entity, _LINE.c.account).distinct().order_by(_LINE.c.entity, _LINE.c.account)
    )
    return [(row.entity, row.account) for row in session.execute(statement)]


def posted_lines(session: Session) -> Iterable[Row[Any]]:
    """All journal lines in order, each with its document's time, number and type; fetched ROWS_PER_FETCH at a time."""
    statement = (
        select(
            _LINE.c.entry,
            _LOG.c.at,
            _LOG.c.number,
            _LOG.c.type,
            _LINE.c.entity,
            _LINE.c.account,
            _LINE.c.debit_minor,
            _LINE.c.credit_minor,
        )
        .join(_ENTRY, _ENTRY.c.id == _LINE.c.entry)
        .join(_LOG, _LOG.c.sequence == _ENTRY.c.document_sequence)
        .order_by(_LINE.c.entry, _LINE.c.position)
        .execution_options(yield_per=ROWS_PER_FETCH)
    )
    return session.execute(statement)


# ---- what posting changes ---------------------------------------------------------------------


def cached_balance(rows: Rows, entity: str, ledger: str, account: str) -> LedgerBalance:
    """The balance of an account of an entity, to be moved; a new one of 0 when nothing was ever posted."""
    key = {"entity": entity, "ledger": ledger, "account": account}
    return rows.get(LedgerBalance, *key.values()) or rows.add(LedgerBalance, **key, balance_minor=0)


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
            "leaf": account.code not in PARENTS,
        }
        for account in CHART
        if account.code not in known
    ]
    if rows:
        connection.execute(insert(_ACCOUNT), rows)
