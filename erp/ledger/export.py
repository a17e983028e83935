"""The posted ledger as plain text, for independent judges: hledger and beancount.

Each entry of the journal becomes one transaction; each entity has its own accounts below the five roots. Both programs
re-check that every transaction balances. Amounts are written with two decimals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from erp.kernel.entry import Ledger
from erp.ledger import queries
from erp.ledger.chart import BY_CODE, Side

CURRENCY = "CNY"
MINOR_PER_UNIT = 100
_ROOTS = {"1": "Assets", "2": "Liabilities", "4": "Equity", "5": "Assets"}  # 5: work in progress


@dataclass(frozen=True)
class _Transaction:
    day: str
    number: str
    type: str
    entry: int
    lines: list[tuple[str, str, int]]  # entity, account code, debits less credits in minor units


def hledger_journal(session: Session, currency: str = CURRENCY) -> Iterator[str]:
    """Lines of an hledger journal of all posted entries."""
    yield f"commodity 1000.00 {currency}\n"
    for made in _transactions(session):
        yield f"\n{made.day} * ({made.number}) {made.type}  ; entry:{made.entry}\n"
        for entity, code, amount in made.lines:
            root = root_of(code)
            yield f"    {root}:{entity}:{code} {BY_CODE[code].name}  {_decimal(amount)} {currency}\n"


def beancount_journal(session: Session, currency: str = CURRENCY) -> Iterator[str]:
    """Lines of a beancount ledger of all posted entries; no two entities get the same account name."""
    yield f'option "title" "Posted ledger"\noption "operating_currency" "{currency}"\n'
    for entity, code in queries.used_accounts(session):
        yield f"1970-01-01 open {_beancount_account(entity, code)} {currency}\n"
    for made in _transactions(session):
        yield f'\n{made.day} * "{made.number}" "{made.type} entry {made.entry}"\n'
        for entity, code, amount in made.lines:
            yield f"  {_beancount_account(entity, code)}  {_decimal(amount)} {currency}\n"


def root_of(code: str) -> str:
    """The root an account belongs to in plain-text accounting."""
    account = BY_CODE[code]
    if account.ledger is Ledger.BUDGET:
        return "Assets" if account.side is Side.DEBIT else "Equity"
    if code[0] == "6":
        return "Income" if account.side is Side.CREDIT else "Expenses"
    return _ROOTS[code[0]]


def _beancount_account(entity: str, code: str) -> str:
    spelled = "".join(char if char.isalnum() else f"-{ord(char):02x}" for char in entity)
    return f"{root_of(code)}:E-{spelled}:{code.replace('.', '-')}"


def _decimal(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // MINOR_PER_UNIT}.{abs(minor) % MINOR_PER_UNIT:02d}"


def _transactions(session: Session) -> Iterator[_Transaction]:
    for entry, rows in groupby(queries.posted_lines(session), key=lambda row: row.entry):
        lines = list(rows)
        yield _Transaction(
            day=datetime.fromtimestamp(lines[0].at, UTC).strftime("%Y-%m-%d"),
            number=lines[0].number,
            type=lines[0].type,
            entry=entry,
            lines=[(row.entity, row.account, row.debit_minor - row.credit_minor) for row in lines],
        )
