"""Reading the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from erp.kernel.base import metadata
from erp.ledger import rules
from erp.ledger.chart import BY_CODE
from erp.ledger.tables import JournalEntry, JournalLine, LedgerBalance, LedgerPeriod

_BALANCE = metadata.tables[LedgerBalance.__tablename__]
_ENTRY = metadata.tables[JournalEntry.__tablename__]
_LINE = metadata.tables[JournalLine.__tablename__]
_PERIOD = metadata.tables[LedgerPeriod.__tablename__]

_ONE = select(_BALANCE.c.debit_minor, _BALANCE.c.credit_minor).where(
    _BALANCE.c.entity == bindparam("of"), _BALANCE.c.account == bindparam("code")
)

Dimension = Literal["entity", "platform", "chain_group", "node"]


@dataclass(frozen=True)
class TrialBalanceRow:
    """Turnover of one account within one value of a dimension ("" for the whole). Minor units."""

    key: str
    ledger: str
    account: str
    debit_minor: int
    credit_minor: int


def trial_balance(session: Session, by: Dimension | None = None) -> list[TrialBalanceRow]:
    """The trial balance (试算平衡表) from the journal lines themselves, not from the cache."""
    dimensions: dict[str, Any] = {
        "entity": _LINE.c.entity,
        "platform": _LINE.c.platform,
        "chain_group": _LINE.c.chain_group,
        "node": _LINE.c.node,
    }
    sums = (
        func.sum(_LINE.c.debit_minor).label("debit"),
        func.sum(_LINE.c.credit_minor).label("credit"),
    )
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
            debit_minor=int(row.debit),
            credit_minor=int(row.credit),
        )
        for row in session.execute(grouped)
    ]


def balance(session: Session, entity: str, account: str) -> int:
    """Debits less credits of an account, minor units; 0 when nothing was ever posted."""
    row = session.connection().execute(_ONE, {"of": entity, "code": account}).first()
    return int(row.debit_minor) - int(row.credit_minor) if row else 0


def standing(session: Session, entity: str, account: str) -> int:
    """What stands on the account's normal side, minor units."""
    return rules.standing(account, balance(session, entity, account), 0)


def entity_balances(session: Session, account: str) -> dict[str, int]:
    """Debits less credits of one account, by entity."""
    statement = select(_BALANCE).where(_BALANCE.c.account == account).order_by(_BALANCE.c.entity)
    return {
        row.entity: int(row.debit_minor) - int(row.credit_minor)
        for row in session.execute(statement)
    }


def is_closed(session: Session, period: str) -> bool:
    """True when nothing posts into the month any more."""
    return (
        session.execute(select(_PERIOD.c.period).where(_PERIOD.c.period == period)).first()
        is not None
    )


def closed_periods(session: Session) -> list[str]:
    """All closed months, oldest first."""
    return [
        row.period for row in session.execute(select(_PERIOD.c.period).order_by(_PERIOD.c.period))
    ]


def order_balance(session: Session, order: str, account: str) -> int:
    """Debits less credits that the documents of one order put on an account."""
    statement = select(
        func.coalesce(func.sum(_LINE.c.debit_minor - _LINE.c.credit_minor), 0)
    ).where(_LINE.c.order_number == order, _LINE.c.account == account)
    return int(session.execute(statement).scalar_one())


def entry_count(session: Session) -> int:
    """How many entries stand in the journal."""
    return int(session.execute(select(func.count()).select_from(_ENTRY)).scalar_one())
