"""The posted ledger as plain text, for independent judges: hledger and beancount.

Each entry of the journal becomes one transaction; each entity has its own accounts below the five roots. Both programs
re-check that every transaction balances. Amounts are written with two decimals. The day is that of the document where the
books are kept; of an entry that was carried into a later month, the first of that month. Production cost (5001 and the
like) is work in progress, an asset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from erp.kernel.calendar import day_of
from erp.kernel.entry import Ledger
from erp.ledger import queries
from erp.ledger.account import Account, Side
from erp.ledger.turnover.model import Scope

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


def hledger_journal(session: Session, scope: Scope, currency: str = CURRENCY) -> Iterator[str]:
    """Lines of an hledger journal of all entries posted in these books."""
    accounts = queries.accounts(session)
    yield f"commodity 1000.00 {currency}\n"
    for made in _transactions(session, scope):
        yield f"\n{made.day} * ({made.number}) {made.type}  ; entry:{made.entry}\n"
        for entity, code, amount in made.lines:
            account = accounts[code]
            name = f"{root_of(account)}:{entity}:{code} {account.name}"
            yield f"    {name}  {_decimal(amount)} {currency}\n"


def beancount_journal(session: Session, scope: Scope, currency: str = CURRENCY) -> Iterator[str]:
    """Lines of a beancount ledger of all entries posted in these books; no two entities get the same account name."""
    accounts = queries.accounts(session)
    yield f'option "title" "Posted ledger"\noption "operating_currency" "{currency}"\n'
    for entity, code in queries.used_accounts(session, scope):
        yield f"1970-01-01 open {_beancount_account(entity, accounts[code])} {currency}\n"
    for made in _transactions(session, scope):
        yield f'\n{made.day} * "{made.number}" "{made.type} entry {made.entry}"\n'
        for entity, code, amount in made.lines:
            yield f"  {_beancount_account(entity, accounts[code])}  {_decimal(amount)} {currency}\n"


def root_of(account: Account) -> str:
    """The root an account belongs to in plain-text accounting."""
    if account.ledger is Ledger.BUDGET:
        return "Equity"  # on both sides: off balance, so that no total of assets counts a budget
    if account.code[0] == "6":
        return "Income" if account.side is Side.CREDIT else "Expenses"
    return _ROOTS[account.code[0]]


def _beancount_account(entity: str, account: Account) -> str:
    spelled = "".join(char if char.isalnum() else f"-{ord(char):02x}" for char in entity)
    return f"{root_of(account)}:E-{spelled}:{account.code.replace('.', '-')}"


def _decimal(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // MINOR_PER_UNIT}.{abs(minor) % MINOR_PER_UNIT:02d}"


def _day(at: int, zone: str, period: str) -> str:
    day = day_of(at, zone)
    return day if day.startswith(period) else f"{period}-01"


def _transactions(session: Session, scope: Scope) -> Iterator[_Transaction]:
    for entry, rows in groupby(queries.posted_lines(session, scope), key=lambda row: row.entry):
        lines = list(rows)
        yield _Transaction(
            day=_day(lines[0].at, lines[0].time_zone, lines[0].period),
            number=lines[0].number,
            type=lines[0].type,
            entry=entry,
            lines=[(row.entity, row.account, row.debit_minor - row.credit_minor) for row in lines],
        )
