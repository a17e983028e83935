"""Posting: places entries, adds them to the journal, and moves the cached balances and turnovers."""

from __future__ import annotations

from typing import Any

from erp.kernel.calendar import month_after, month_of
from erp.kernel.entry import Entry, Line, Placed
from erp.kernel.errors import AmountTooLarge
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_BALANCE
from erp.kernel.unit import Unit
from erp.ledger import queries, rules
from erp.ledger.account import Account
from erp.ledger.errors import Overdrawn, PeriodClosed
from erp.ledger.queries import BalanceKey
from erp.ledger.tables import JournalEntry, JournalLine, LedgerTurnover
from erp.ledger.turnover.halves import HALF
from erp.parties.tables import Party


def post(unit: Unit, sequence: int, at: int, entries: list[Entry], *, carry: bool) -> list[Fields]:
    """Posts the entries of one document to the journal, and returns what the log keeps of them.

    The month of an entry is that of `at` (unix seconds) in the time zone of its entity. An external event has happened
    whatever the books say, so it is carried into the entity's next open month (`carry`) when its own was closed before it
    arrived; what people post into a closed month is refused.

    Errors: PeriodClosed, Overdrawn (a guarded account would stand on its wrong side), AmountTooLarge (a balance above
    MAX_BALANCE; the turnover has no bound).
    """
    if not entries:
        return []
    placed = [_place(unit.rows, at, made, carry) for made in entries]
    _move_balances(unit.rows, entries)
    _add_turnovers(unit.rows, placed)
    first = unit.claim_entries(len(entries))
    heads = [
        {
            "id": first + index,
            "document_sequence": sequence,
            "entity": one.entry.entity,
            "ledger": one.entry.ledger.value,
            "period": one.period,
        }
        for index, one in enumerate(placed)
    ]
    lines = [
        _line_row(first + index, position, one, line)
        for index, one in enumerate(placed)
        for position, line in enumerate(one.entry.lines, start=1)
    ]
    unit.rows.append(JournalEntry, heads)
    unit.rows.append(JournalLine, lines)
    return [one.as_json() for one in placed]


def _place(rows: Rows, at: int, made: Entry, carry: bool) -> Placed:
    owner = rows.get(Party, made.entity)
    if owner is None:
        raise ValueError(f"{made.entity} is no party and has no books")
    return Placed(made, owner.platform, _open_period(rows, owner, at, carry))


def _open_period(rows: Rows, owner: Party, at: int, carry: bool) -> str:
    """The entity's month of `at`; when it is closed the one after the newest closed if `carry`, else PeriodClosed (I16)."""
    period, newest = month_of(at, owner.time_zone), queries.newest_closed(rows, owner.code)
    if newest is None or period > newest:
        return period
    if not carry:
        raise PeriodClosed(owner.code, period)
    return month_after(newest)


def _line_row(entry: int, position: int, placed: Placed, line: Line) -> dict[str, Any]:
    return {
        "entry": entry,
        "position": position,
        "entity": placed.entry.entity,
        "account": line.account,
        "debit_minor": line.debit,
        "credit_minor": line.credit,
        "platform": placed.platform,
        "chain_group": placed.entry.chain_group,
        "node": placed.entry.entity,
        "counterparty": line.counterparty,
        "order_number": line.order,
    }


def _add_turnovers(rows: Rows, placed: list[Placed]) -> None:
    for one in placed:
        made, ledger = one.entry, one.entry.ledger.value
        for line in made.lines:
            key = (made.entity, made.chain_group, ledger, line.account, one.period)
            rows.add_up(
                LedgerTurnover, key, (*divmod(line.debit, HALF), *divmod(line.credit, HALF))
            )


def _move_balances(rows: Rows, entries: list[Entry]) -> None:
    moves: dict[BalanceKey, int] = {}
    accounts: dict[str, Account] = {}
    for made in entries:
        ledger = made.ledger.value
        for line in made.lines:
            if line.account not in accounts:
                account = queries.account(rows, line.account)
                if account is not None:
                    accounts[line.account] = account
            key = (made.entity, ledger, line.account)
            moves[key] = moves.get(key, 0) + line.debit - line.credit
        rules.check(made, accounts)
    for key in sorted(moves):
        _move(rows, key, accounts[key[2]], moves[key])


def _move(rows: Rows, key: BalanceKey, account: Account, move: int) -> None:
    cached = queries.cached_balance(rows, *key)
    before = cached.balance_minor
    after = before + move
    if abs(after) > MAX_BALANCE:
        raise AmountTooLarge(f"account {account.code} of {key[0]}", abs(after), MAX_BALANCE)
    if account.guarded and rules.on_side(account.side, after) < 0:
        available, asked = rules.on_side(account.side, before), -rules.on_side(account.side, move)
        raise Overdrawn(key[0], account.code, available, asked)
    cached.balance_minor = after
