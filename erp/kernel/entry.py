"""The shape of a journal entry: what an operation hands over to be posted, and what the log keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

NO_GROUP = ""  # 链群: no chain group


class Ledger(StrEnum):
    """Two ledgers; an account belongs to one and an entry never mixes them."""

    GENERAL = "GL"  # 总账
    BUDGET = "BUD"  # 预算账, off balance


@dataclass(frozen=True)
class Line:
    """One side of an entry. Exactly one of debit and credit is positive. Minor units."""

    account: str
    debit: int
    credit: int
    counterparty: str | None = None
    order: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The line as the document log keeps it."""
        return {
            "account": self.account,
            "debit": self.debit,
            "credit": self.credit,
            "counterparty": self.counterparty,
            "order": self.order,
        }


@dataclass(frozen=True)
class Entry:
    """A balanced entry of one entity in one ledger, for one chain group or none (分录)."""

    entity: str
    ledger: Ledger
    lines: tuple[Line, ...]
    chain_group: str = NO_GROUP


@dataclass(frozen=True)
class Placed:
    """An entry and where it is booked: the platform of its entity, and the month of the entity's books."""

    entry: Entry
    platform: str
    period: str

    def as_json(self) -> dict[str, Any]:
        """The entry as the document log keeps it."""
        return {
            "entity": self.entry.entity,
            "ledger": self.entry.ledger.value,
            "platform": self.platform,
            "chain_group": self.entry.chain_group,
            "period": self.period,
            "lines": [line.as_json() for line in self.entry.lines],
        }
