"""What an operation is given while it runs, and the entries it collects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.kernel.entry import Entry
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.kernel.unit import Unit


class Redo(Protocol):
    """What an operation may ask of the engine that runs it: to carry documents out again, in other books."""

    def empty_books(self) -> Engine:
        """A database in memory with the tables and what must stand in them from the start."""

    def redo(self, session: Session, documents: Sequence[Document]) -> list[Document]:
        """Carries out the commands of these told documents, all or none; every document that they make now, in order.

        Raises BatchRefused, and whatever an operation raises that misses what it stood on.
        """

    def is_regardless(self, command: str) -> bool:
        """True for a command that stands whatever is taken back before it."""


@dataclass
class Context:
    """One operation under way: its document's identity, its time, and the entries it will post."""

    unit: Unit
    sequence: int
    number: str
    at: int  # unix seconds
    actor: str
    rules_version: int  # by which the document is made, for what operations share
    engine: Redo
    entries: list[Entry] = field(default_factory=list)

    @property
    def rows(self) -> Rows:
        """The rows of the books, as the operations before have left them."""
        return self.unit.rows

    @property
    def session(self) -> Session:
        """The session, for queries that read the database itself: what is pending is written first, and that costs."""
        return self.unit.session

    def post(self, *entries: Entry | None) -> None:
        """Adds entries to the document; None (nothing to post) is left out."""
        self.entries.extend(entry for entry in entries if entry is not None)
