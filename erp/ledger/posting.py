"""Posting: places entries, writes them to the journal, and keeps the cached balances and turnovers. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from erp.kernel.calendar import month_after, month_of
from erp.kernel.entry import Entry, Line, Placed
from erp.kernel.errors import AmountTooLarge
from erp.kernel.schema import MAX_BALANCE
from erp.ledger import queries, rules
from erp.ledger.account import Account
from erp.ledger.chart import BY_CODE, BY_ROLE
from erp.ledger.errors import Overdrawn, PeriodClosed
from erp.ledger.queries import BalanceKey, Home, TurnoverKey
from erp.ledger.turnover.halves import HALF

_SETTLED = frozenset(BY_ROLE.values())  # an account with a role never gets accounts below it


def place(session: Session, at: int, entries: Sequence[Entry], *, carry: bool) -> list[Placed]:
    """Checks the entries of one document and says where each is booked. The caller holds the lock of the log.

    The month is that of `at` (unix seconds) in the time zone of the entity. An external event has happened whatever the
    books say, so it is carried into the entity's next open month (`carry`) when its own was closed before it arrived; what
    people post into a closed month is refused.

    Errors: PeriodClosed.
    """
    if not entries:
        return []
    connection = session.connection()
    accounts = _accounts(connection, entries)
    homes = queries.homes(connection, sorted({made.entity for made in entries}))
    placed = []
    for made in entries:
        rules.check(made, accounts)
        home = homes[made.entity]
        placed.append(Placed(made, home.platform, _open_period(made.entity, home, at, carry)))
    return placed


def _open_period(entity: str, home: Home, at: int, carry: bool) -> str:
    """The entity's month of `at`; when it is closed the one after the newest closed if `carry`, else PeriodClosed (I16)."""
    period, newest = month_of(at, home.time_zone), home.newest_closed
    if newest is None or period > newest:
        return period
    if not carry:
        raise PeriodClosed(entity, period)
    return month_after(newest)


def post(session: Session, sequence: int, placed: Sequence[Placed]) -> None:
    """Posts the entries of one document to the journal. The caller holds the lock of the log.

    Errors: Overdrawn (a guarded account would stand on its wrong side), AmountTooLarge (a balance above MAX_BALANCE; the
    turnover has no bound).
    """
    if not placed:
        return
    connection = session.connection()
    entries = [one.entry for one in placed]
    _move_balances(connection, entries)
    queries.add_turnovers(connection, turnover_rows(placed))
    first = queries.claim_entries(connection, len(entries))
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
    queries.put_entries(connection, heads, lines)


def _accounts(connection: Connection, entries: Iterable[Entry]) -> Mapping[str, Account]:
    """The accounts that the entries name. Those that may have changed since the chart was written are read."""
    named = {line.account for made in entries for line in made.lines}
    unsettled = sorted(named - _SETTLED)
    return BY_CODE | queries.accounts_of(connection, unsettled) if unsettled else BY_CODE


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


def turnover_rows(placed: Iterable[Placed]) -> list[dict[str, Any]]:
    """What these entries add to `ledger_turnover`, one row for each entity, chain group, account and month."""
    added: dict[TurnoverKey, list[int]] = {}
    for one in placed:
        made = one.entry
        for line in made.lines:
            key = (made.entity, made.chain_group, made.ledger.value, line.account, one.period)
            sums = added.setdefault(key, [0, 0, 0, 0])
            halves = (*divmod(line.debit, HALF), *divmod(line.credit, HALF))
            for index, half in enumerate(halves):
                sums[index] += half
    return [
        {
            "entity": entity,
            "chain_group": chain_group,
            "ledger": ledger,
            "account": account,
            "period": period,
            "debit_high": sums[0],
            "debit_low": sums[1],
            "credit_high": sums[2],
            "credit_low": sums[3],
        }
        for (entity, chain_group, ledger, account, period), sums in sorted(added.items())
    ]


def _move_balances(connection: Connection, entries: Iterable[Entry]) -> None:
    moves: dict[BalanceKey, int] = {}
    for made in entries:
        for line in made.lines:
            key = (made.entity, made.ledger.value, line.account)
            moves[key] = moves.get(key, 0) + line.debit - line.credit
    accounts = _accounts(connection, entries)
    before = queries.balances(connection, list(moves))
    queries.put_balances(
        connection,
        [_moved(key, accounts[key[2]], before.get(key, 0), moves[key]) for key in sorted(moves)],
    )


def _moved(key: BalanceKey, account: Account, before: int, move: int) -> dict[str, Any]:
    entity, ledger, code = key
    after = before + move
    if abs(after) > MAX_BALANCE:
        raise AmountTooLarge(f"account {code} of {entity}", abs(after), MAX_BALANCE)
    if account.guarded and rules.on_side(account.side, after) < 0:
        available, asked = rules.on_side(account.side, before), -rules.on_side(account.side, move)
        raise Overdrawn(entity, code, available, asked)
    return {"entity": entity, "ledger": ledger, "account": code, "balance": after}
