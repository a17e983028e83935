"""The port that any ERP must offer. Four methods; all that is special to one ERP stays inside its adapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bridge.ports.vocabulary import AccountRole


@dataclass(frozen=True, slots=True)
class Document:
    """A row of the ERP's document log (单据流水)."""

    sequence: int  # gap-free, from 1
    type: str  # "goods_receipt"
    number: str  # "GR-2026-00001"
    origin: str | None  # the event it was made for, or None when people made it
    at: int  # unix seconds
    actor: str
    fields: dict[str, Any]
    entries: list[dict[str, Any]]
    salt: bytes  # 32 bytes


@dataclass(frozen=True, slots=True)
class Command:
    """An instruction to the ERP, made for one event: do this once."""

    operation: str  # "RecordDespatch": an operation of the ERP's settlement side
    fields: dict[str, Any]
    origin: str
    at: int  # unix seconds, of the block


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """Which documents the audit wants. All conditions hold together; None: any."""

    types: frozenset[str] | None = None
    number: str | None = None
    after: int = 0
    limit: int = 1_000


class Unit(Protocol):
    """A transaction of the bridge's database that an embedded ERP joins; a foreign ERP ignores it."""


class Port(Protocol):
    """Drives one ERP. Raises PortRefused when a rule said no, PortBusy when it is worth trying again."""

    def apply(self, commands: Sequence[Command], unit: Any) -> list[Document]:
        """Do these, each exactly once by its origin. A command seen before returns the document it made."""

    def changes(self, after: int, limit: int) -> list[Document]:
        """Documents with a sequence number above `after`, in order, at most `limit`."""

    def find(self, origin: str) -> Document | None:
        """The document made for an event."""

    def documents(self, query: DocumentQuery) -> Iterator[Document]:
        """Documents for the audit, in order of sequence."""


@dataclass(frozen=True, slots=True)
class BookDifference:
    """A place where the live books and the books rebuilt from documents disagree."""

    kind: str  # "tampered", "missing in ERP", …
    row: str  # table and key
    detail: str
    order_id: int | None = None


class Books(Protocol):
    """What the audit asks of an ERP's ledger beyond its documents."""

    def types_of(self, operations: frozenset[str]) -> frozenset[str]:
        """Types of the documents that these operations make."""

    def last_sequence(self) -> int:
        """Sequence number of the newest document; 0 when there is none."""

    def roles(self) -> Mapping[str, AccountRole]:
        """Role of each ledger account that has one, by the account's code in the entries of documents."""

    def balances(self, role: AccountRole) -> dict[str, int]:
        """Balance (debit − credit, minor units) of all accounts of a role, by the owner's settlement account."""

    def trial_balances(self) -> dict[str, int]:
        """Debits − credits in total and per ledger, platform, chain group and node; all must be zero."""

    def rebuild_differences(self) -> list[BookDifference]:
        """Where books rebuilt from the documents alone differ from the live ones, row by row."""
