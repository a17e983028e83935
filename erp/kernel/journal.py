"""Posting rules as data (记账规则): which accounts a step of business debits and credits, and by which amount.

Each room keeps its named rules in its `journals.py` and posts by them alone: `context.post(journals.ACCEPTED.entry(…))`.
`interlock erp map` prints them all, and docs/accounting-policies.md shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

from erp.kernel.entry import NO_GROUP, Entry, Ledger, Line


@dataclass(frozen=True)
class Choice:
    """An account that only the case decides, one of a few: the stock account of a level, the cost account of a purpose."""

    name: str  # as the table of rules shows it
    accounts: tuple[str, ...]
    below: tuple[str, ...] = ()  # and any account below these, added ones among them

    def __str__(self) -> str:
        return " or ".join((*self.accounts, *(f"{above}.*" for above in self.below)))

    def allows(self, code: str) -> bool:
        """True when the account is one of the choice."""
        return code in self.accounts or any(code.startswith(f"{above}.") for above in self.below)


Account = str | Choice
NO_CHOICE: Mapping[Choice, str] = {}
NOBODY_ELSE: Mapping[str, str] = {}


@dataclass(frozen=True)
class PostingRule:
    """A posting rule: accounts by side, each with the name of the amount that it takes.

    An amount that is negative in a case changes its side, one that is zero is left out.
    """

    name: str
    ledger: Ledger
    debit: Mapping[Account, str]
    credit: Mapping[Account, str]

    @property
    def accounts(self) -> frozenset[str]:
        """Every account that the rule may post to."""
        found: set[str] = set()
        for account in (*self.debit, *self.credit):
            found.update(account.accounts if isinstance(account, Choice) else (account,))
        return frozenset(found)

    @cached_property
    def amounts(self) -> frozenset[str]:
        """The names of the amounts that the rule takes."""
        return frozenset((*self.debit.values(), *self.credit.values()))

    def entry(
        self,
        entity: str,
        amounts: Mapping[str, int],
        *,
        chosen: Mapping[Choice, str] = NO_CHOICE,
        counterparty: str | None = None,
        against: Mapping[str, str] = NOBODY_ELSE,
        order: str | None = None,
        chain_group: str = NO_GROUP,
    ) -> Entry | None:
        """The entry of `entity` for these amounts, minor units; None when every amount is zero.

        `against`: the counterparty of the lines that take an amount of this name, where it is another than `counterparty`.

        Raises ValueError when the amounts are not those of the rule, do not balance, or an account is none of its choice:
        each is a bug, not a refusal.
        """
        if amounts.keys() != self.amounts:
            raise ValueError(f"{self.name}: amounts {sorted(amounts)}, not {sorted(self.amounts)}")
        signed = [(account, amounts[name], name) for account, name in self.debit.items()]
        signed += [(account, -amounts[name], name) for account, name in self.credit.items()]
        lines, balance = [], 0
        for account, amount, name in signed:
            if amount:
                balance += amount
                code = account if isinstance(account, str) else self._code(account, chosen)
                debit, credit = (amount, 0) if amount > 0 else (0, -amount)
                lines.append(Line(code, debit, credit, against.get(name, counterparty), order))
        if balance:
            raise ValueError(f"{self.name}: {dict(amounts)} do not balance")
        return Entry(entity, self.ledger, tuple(lines), chain_group) if lines else None

    def _code(self, account: Choice, chosen: Mapping[Choice, str]) -> str:
        code = chosen.get(account, "")
        if not account.allows(code):
            raise ValueError(f"{self.name}: {code or 'nothing'} is no {account.name}")
        return code


def rules_of(room: ModuleType) -> tuple[PostingRule, ...]:
    """The rules of a room's `journals.py`, in the order they are written."""
    return tuple(value for value in vars(room).values() if isinstance(value, PostingRule))
