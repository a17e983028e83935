"""The port that any ERP must offer: eight methods. All that is special to one ERP stays inside its adapter.

Three of them carry the ring: `apply` tells the ERP what the chain did, `changes` reads what the ERP did, `documents`
looks one up by its number. The other five are asked by the audit, which does not trust a document log by itself:
`last_sequence`, `roles`, `balances`, `trial_balances`, `rebuild_differences`.

The words exchanged (operations, document types, fields, units, account roles) stand in `bridge/ports/vocabulary/`.
`tests/bridge/ports/conformance.py` holds an adapter to what is promised here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bridge.errors import BridgeError
from bridge.ports.vocabulary import AccountRole

if TYPE_CHECKING:  # a name in a promise: who reads it needs no database
    from sqlalchemy.orm import Session

APPLY_MAX = 500  # instructions that `apply` takes at once


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
    entries: list[dict[str, Any]]  # each with `lines`, a list; the rest is its head
    salt: bytes  # 32 bytes
    rules_version: int  # of the operations and journals that made it
    voided_by: str | None = None  # number of the reorganisation since which it counts no more


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the ERP is told to do, once, for one event: an operation with its fields."""

    operation: str  # a name of vocabulary.OPERATIONS: "RecordDespatch"
    fields: dict[str, Any]  # as that operation's class there
    origin: str
    at: int  # unix seconds, of the block


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """Which documents the audit wants. All conditions hold together; None: any."""

    types: frozenset[str] | None = None
    number: str | None = None
    sequences: tuple[int, ...] | None = None
    after: int = 0
    limit: int = 1_000
    voided: bool = False  # with those that count no more


@dataclass(frozen=True, slots=True)
class BookDifference:
    """A place where the live books and the books rebuilt from documents disagree."""

    kind: str  # "tampered", "missing in ERP", …
    row: str  # table and key
    detail: str
    aggregate: str | None = (
        None  # what it concerns, as `order_aggregate` spells it: its payment is held
    )


class NothingTold(BridgeError):
    """A document says that an event made it, and no event did."""


# What the chain told the ERP, for a document that came of it; None for one that people made. Raises NothingTold.
Retold = Callable[[Document], Instruction | None]
Progress = Callable[[int, int], None]  # documents done, documents in all


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """How books are made again: all of the log as it stands, unless something else is said here."""

    retold: Retold | None = None  # by what the chain told, instead of what the log says of that
    file: Path | None = None  # a new SQLite database in which the rebuilt books stay
    progress: Progress | None = None
    # Go on with the books in `file` by the documents that came since, and compare so many of the other rows, in turns. The
    # file has the books of now when nothing differs, and stays as it was otherwise.
    goes_on_by: int | None = None


AS_LOGGED = Rebuilding()


class AnotherEdition(Exception):
    """Rebuilt books that were to be gone on with are of another edition of the ERP."""


class Port(Protocol):
    """Drives one ERP. Any method raises PortBusy when the same call may succeed later."""

    # ---- the ring -----------------------------------------------------------------------------

    def apply(self, instructions: Sequence[Instruction], unit: Session | None) -> list[Document]:
        """Carries out at most APPLY_MAX instructions, all or none, and returns their documents in order.

        Each sees what those before it did, and happens once for its origin: an instruction whose origin has a document
        already returns that document, and changes nothing. Raises PortRefused when a rule of the ERP said no, or when the
        document of this origin was made by another instruction; nothing of the instructions is left then. Its `index` says
        which it was. Told alone, those before it would not have been refused.

        `unit` is an open transaction of the bridge's database. An ERP in the same database takes part in it and leaves
        the commit to the caller, so that documents and inbox rows commit together; after PortRefused the transaction goes
        on. With None, which is all that an ERP in another database is ever given, the documents are committed when this
        returns.
        """

    def changes(self, after: int, limit: int) -> list[Document]:
        """Committed documents with a sequence number above `after`, in order, at most `limit`."""

    def traces(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """The W3C traceparent of the requests that made these documents, by number; only where traces were on then."""

    def documents(self, query: DocumentQuery) -> Iterator[Document]:
        """Documents that meet the query, in order of sequence."""

    # ---- the operator -------------------------------------------------------------------------

    def in_chinese(self, rule: str, said: str) -> str | None:
        """The Chinese of what PortRefused said, `rule: said`; None where the ERP has none."""

    # ---- the audit ----------------------------------------------------------------------------

    def last_sequence(self) -> int:
        """Sequence number of the newest document; 0 when there is none."""

    def roles(self) -> Mapping[str, AccountRole]:
        """Role of each ledger account that has one, by the account's code in the entries of documents."""

    def balances(self, role: AccountRole) -> dict[str, int]:
        """Balance (debit − credit, minor units) of all accounts of a role, by the owner's settlement account."""

    def trial_balances(self, after: int = 0) -> dict[str, int]:
        """Debits − credits (minor units) in total and per ledger, platform, chain group and node; all must be zero.

        `after`: the sequence of a document; of entries only those of documents that follow it count.
        """

    def rebuild_differences(self, how: Rebuilding = AS_LOGGED) -> list[BookDifference]:
        """Where books rebuilt from the documents alone differ from the live ones, row by row; empty when nowhere.

        The last one may say how many were left out, in the row `(all tables) (cut)`.
        """
