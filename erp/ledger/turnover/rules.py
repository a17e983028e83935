"""Pure rules of trial balances: under the other standard, and what does not balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from erp.ledger.account import Account
from erp.ledger.turnover.model import TrialBalanceRow


def in_small_standard(
    rows: Iterable[TrialBalanceRow], accounts: Mapping[str, Account]
) -> list[TrialBalanceRow]:
    """The rows by the codes of the standard for small enterprises; accounts that share a code there are added up.

    The budget ledger has no other codes.
    """
    summed: dict[tuple[str, str], TrialBalanceRow] = {}
    for row in rows:
        code = accounts[row.account].small_code or row.account
        there = replace(row, account=code)
        known = summed.get((row.key, code))
        summed[row.key, code] = there if known is None else known.plus(there)
    return [summed[key] for key in sorted(summed)]


def small_accounts(accounts: Mapping[str, Account]) -> dict[str, Account]:
    """Each account by its code under the standard for small enterprises, with its name there."""
    found: dict[str, Account] = {}
    for account in accounts.values():
        if not account.small_code:
            found[account.code] = account
        elif account.small_code not in found:
            found[account.small_code] = replace(
                account, code=account.small_code, name_zh=account.small_name
            )
    return found


def unbalanced(rows: Iterable[TrialBalanceRow]) -> list[str]:
    """The values of the dimension whose debits are not their credits."""
    totals: dict[str, int] = {}
    for row in rows:
        move = row.debit_minor - row.credit_minor
        totals[row.key] = totals.get(row.key, 0) + row.opening_minor + move
    return sorted(key for key, total in totals.items() if total != 0)
