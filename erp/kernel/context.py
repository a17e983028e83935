"""What an operation is given while it runs, and the entries it collects."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from erp.kernel.entry import Entry
from erp.kernel.rows import Rows
from erp.kernel.unit import Unit


@dataclass
class Context:
    """One operation under way: its document's identity, its time, and the entries it will post."""

    unit: Unit
    sequence: int
    number: str
    at: int  # unix seconds
    actor: str
    rules_version: int  # by which the document is made, for what operations share
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
