"""Posting: checks entries, writes them to the journal and updates the cached balances. Never commits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from erp.kernel.entry import Entry, Line
from erp.kernel.errors import AmountTooLarge
from erp.kernel.schema import MAX_BIGINT
from erp.ledger import queries, rules
from erp.ledger.chart import BY_CODE
from erp.ledger.errors import Overdrawn, PeriodClosed
from erp.ledger.queries import Key


def _open_period(session: Session, at: int, carry: bool) -> str:
    """The period of `at`, or the first open one after it when it is closed and `carry`; else PeriodClosed (I16)."""
    period = rules.period_of(at)
    while queries.is_closed(session, period):
        if not carry:
            raise PeriodClosed(period)
        period = rules.period_after(period)
    return period


def post(session: Session, sequence: int, at: int, entries: list[Entry], *, carry: bool) -> None:
    """Posts the entries of one document to the journal. The caller holds the lock of the log.

    An external event has happened whatever the books say, so it is carried into the next open period (`carry`) when its own
    was closed before it arrived; what people post into a closed period is refused.

    Errors: PeriodClosed, Overdrawn (a guarded account would stand on its wrong side), AmountTooLarge.
    """
    if not entries:
        return
    connection = session.connection()
    period = _open_period(session, at, carry)
    _move_balances(connection, entries)
    first = queries.claim_entries(connection, len(entries))
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
    queries.put_entries(connection, heads, lines)


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


def _move_balances(connection: Connection, entries: list[Entry]) -> None:
    moves: dict[Key, list[int]] = {}
    for made in entries:
        rules.check(made)
        for line in made.lines:
            move = moves.setdefault((made.entity, made.ledger.value, line.account), [0, 0])
            move[0] += line.debit
            move[1] += line.credit
    before = queries.turnovers(connection, list(moves))
    queries.put_turnovers(
        connection, [_moved(key, before.get(key, (0, 0)), moves[key]) for key in sorted(moves)]
    )


def _moved(key: Key, before: tuple[int, int], move: list[int]) -> dict[str, Any]:
    entity, ledger, account = key
    debit, credit = before[0] + move[0], before[1] + move[1]
    if max(debit, credit) > MAX_BIGINT:
        raise AmountTooLarge(f"account {account} of {entity}", max(debit, credit), MAX_BIGINT)
    if BY_CODE[account].guarded and rules.standing(account, debit, credit) < 0:
        available = rules.standing(account, *before)
        raise Overdrawn(
            entity, account, available, available - rules.standing(account, debit, credit)
        )
    return {
        "entity": entity,
        "ledger": ledger,
        "account": account,
        "debit": debit,
        "credit": credit,
    }
