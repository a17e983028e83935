"""What a trial balance is asked for, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Dimension(StrEnum):
    """What a trial balance is split by (平台–链群–小微). The node is the entity."""

    ENTITY = "entity"
    PLATFORM = "platform"
    CHAIN_GROUP = "chain_group"
    NODE = "node"


class Scope(StrEnum):
    """Whose books: the group's own, or the shadow books that we keep of outside partners."""

    OWN = "own"
    OUTSIDE = "outside"
    ALL = "all"


class Standard(StrEnum):
    """The accounting standard whose codes and names are shown."""

    ENTERPRISE = "enterprise"  # 企业会计准则
    SMALL = "small"  # 小企业会计准则


@dataclass(frozen=True)
class Selection:
    """Which turnover a trial balance counts: of some months, of one entity, of one chain group, of whose books.

    `since` and `through` name months, 2026-03; without `since` it begins with the books, and nothing is opening balance.
    """

    since: str | None = None
    through: str | None = None
    entity: str | None = None
    chain_group: str | None = None
    scope: Scope = Scope.ALL


@dataclass(frozen=True)
class TrialBalanceRow:
    """One account within one value of a dimension ("" for the whole). Minor units; balances are debits less credits."""

    key: str
    ledger: str
    account: str
    opening_minor: int
    debit_minor: int
    credit_minor: int

    @property
    def closing_minor(self) -> int:
        """What stands on the account at the end."""
        return self.opening_minor + self.debit_minor - self.credit_minor

    def plus(self, other: TrialBalanceRow) -> TrialBalanceRow:
        """The sum of this row and another of the same key and account."""
        return replace(
            self,
            opening_minor=self.opening_minor + other.opening_minor,
            debit_minor=self.debit_minor + other.debit_minor,
            credit_minor=self.credit_minor + other.credit_minor,
        )


@dataclass(frozen=True)
class CacheDifference:
    """A cached sum that is not that of the journal lines. Minor units, debits less credits, or one side of a turnover."""

    table: str
    key: str
    cached_minor: int
    lines_minor: int

    def __str__(self) -> str:
        return f"{self.table} {self.key} is {self.cached_minor}, by the journal lines it is {self.lines_minor}"
