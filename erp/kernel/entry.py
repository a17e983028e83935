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
    chain_group: str = NO_GROUP


@dataclass(frozen=True)
class Entry:
    """A balanced entry of one entity in one ledger (分录)."""

    entity: str
    ledger: Ledger
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        """The entry as the document log keeps it."""
        return {
            "entity": self.entity,
            "ledger": self.ledger.value,
            "lines": [
                {
                    "account": line.account,
                    "debit": line.debit,
                    "credit": line.credit,
                    "chain_group": line.chain_group,
                    "counterparty": line.counterparty,
                    "order": line.order,
                }
                for line in self.lines
            ],
        }
