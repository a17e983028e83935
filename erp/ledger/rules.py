"""Pure rules of the ledger: how entries are built and what makes them sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from erp.kernel.entry import NO_GROUP, Entry, Ledger, Line
from erp.ledger.account import Account, Side
from erp.ledger.chart import BY_CODE


def entry(
    entity: str,
    ledger: Ledger,
    debits: dict[str, int],
    credits: dict[str, int],
    *,
    counterparty: str | None = None,
    order: str | None = None,
    chain_group: str = NO_GROUP,
) -> Entry | None:
    """Builds a balanced entry from debits and credits by account, minor units; None when every amount is zero.

    A negative amount changes its side. Raises ValueError when the entry is unsound: that is a bug, not a refusal.
    """
    lines = [
        _line(account, amount, counterparty, order) for account, amount in debits.items() if amount
    ]
    lines += [
        _line(account, -amount, counterparty, order)
        for account, amount in credits.items()
        if amount
    ]
    if not lines:
        return None
    made = Entry(entity, ledger, tuple(lines), chain_group)
    check_amounts(made)
    return made


def _line(account: str, signed: int, counterparty: str | None, order: str | None) -> Line:
    return Line(account, max(signed, 0), max(-signed, 0), counterparty, order)


def check(made: Entry, accounts: Mapping[str, Account]) -> None:
    """Raises ValueError unless the entry balances and every account is one of `accounts`, a leaf, of its ledger (I1)."""
    for line in made.lines:
        account = accounts.get(line.account)
        if account is None or account.ledger is not made.ledger:
            raise ValueError(f"account {line.account} is not in ledger {made.ledger.value}")
        if not account.leaf:
            raise ValueError(f"account {line.account} has accounts below it: post to one of them")
    check_amounts(made)


def check_amounts(made: Entry) -> None:
    """Raises ValueError unless each line has one positive side and the entry balances (I1)."""
    debit = credit = 0
    for line in made.lines:
        if (line.debit > 0) == (line.credit > 0) or line.debit < 0 or line.credit < 0:
            raise ValueError(f"line on {line.account} needs exactly one positive side")
        debit += line.debit
        credit += line.credit
    if debit != credit:
        raise ValueError(f"entry of {made.entity} does not balance: debit {debit}, credit {credit}")


def mirrored(made: Entry) -> Entry:
    """The entry that undoes another: its credits as debits and the reverse (红字冲销)."""
    return replace(
        made,
        lines=tuple(replace(line, debit=line.credit, credit=line.debit) for line in made.lines),
    )


def from_json(entries: Iterable[dict[str, Any]]) -> list[Entry]:
    """Entries as the document log keeps them → entries."""
    return [
        Entry(
            made["entity"],
            Ledger(made["ledger"]),
            tuple(Line(**line) for line in made["lines"]),
            made["chain_group"],
        )
        for made in entries
    ]


def standing(account: str, balance: int) -> int:
    """How much stands on the normal side of an account of the chart, of a balance that is debits less credits."""
    return on_side(BY_CODE[account].side, balance)


def on_side(side: Side, balance: int) -> int:
    """How much stands on a side, of a balance that is debits less credits."""
    return balance if side is Side.DEBIT else -balance
