"""Posting: checks entries, adds them to the journal and moves the cached balances."""

from __future__ import annotations

from typing import Any

from erp.kernel.entry import Entry, Line
from erp.kernel.errors import AmountTooLarge
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_BALANCE
from erp.kernel.unit import Unit
from erp.ledger import queries, rules
from erp.ledger.chart import BY_CODE
from erp.ledger.errors import Overdrawn, PeriodClosed
from erp.ledger.queries import Key
from erp.ledger.tables import JournalEntry, JournalLine


def _open_period(rows: Rows, at: int, carry: bool) -> str:
    """The period of `at`; when it is closed the month after the newest closed one if `carry`, else PeriodClosed (I16)."""
    period, newest = rules.period_of(at), queries.newest_closed(rows)
    if newest is None or period > newest:
        return period
    if not carry:
        raise PeriodClosed(period)
    return rules.period_after(newest)


def post(unit: Unit, sequence: int, at: int, entries: list[Entry], *, carry: bool) -> list[Fields]:
    """Posts the entries of one document to the journal, and returns what the log keeps of them.

    An external event has happened whatever the books say, so it is carried into the next open period (`carry`) when its own
    was closed before it arrived; what people post into a closed period is refused.

    Errors: PeriodClosed, Overdrawn (a guarded account would stand on its wrong side), AmountTooLarge (a balance above
    MAX_BALANCE; the turnover has no bound).
    """
    if not entries:
        return []
    period = _open_period(unit.rows, at, carry)
    _move_balances(unit.rows, entries)
    first = unit.claim_entries(len(entries))
    heads = [
        {
            "id": first + index,
            "document_sequence": sequence,
            "entity": made.entity,
            "ledger": made.ledger.value,
            "period": period,
        }
        for index, made in enumerate(entries)
    ]
    lines = [
        _line_row(first + index, position, made.entity, line)
        for index, made in enumerate(entries)
        for position, line in enumerate(made.lines, start=1)
    ]
    unit.rows.append(JournalEntry, heads)
    unit.rows.append(JournalLine, lines)
    return [made.as_json() for made in entries]


def _line_row(entry: int, position: int, entity: str, line: Line) -> dict[str, Any]:
    return {
        "entry": entry,
        "position": position,
        "entity": entity,
        "account": line.account,
        "debit_minor": line.debit,
        "credit_minor": line.credit,
        "platform": rules.PLATFORM,
        "chain_group": line.chain_group,
        "node": entity,
        "counterparty": line.counterparty,
        "order_number": line.order,
    }


def _move_balances(rows: Rows, entries: list[Entry]) -> None:
    moves: dict[Key, int] = {}
    for made in entries:
        rules.check(made)
        for line in made.lines:
            key = (made.entity, made.ledger.value, line.account)
            moves[key] = moves.get(key, 0) + line.debit - line.credit
    for key in sorted(moves):
        _move(rows, key, moves[key])


def _move(rows: Rows, key: Key, move: int) -> None:
    entity, _ledger, account = key
    cached = queries.cached_balance(rows, *key)
    before = cached.balance_minor
    after = before + move
    if abs(after) > MAX_BALANCE:
        raise AmountTooLarge(f"account {account} of {entity}", abs(after), MAX_BALANCE)
    if BY_CODE[account].guarded and rules.standing(account, after) < 0:
        raise Overdrawn(
            entity, account, rules.standing(account, before), -rules.standing(account, move)
        )
    cached.balance_minor = after
