"""What an operation is given while it runs, and the entries it collects."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from erp.kernel.entry import Entry


@dataclass
class Context:
    """One operation under way: its document's identity, its time, and the entries it will post."""

    session: Session
    sequence: int
    number: str
    at: int  # unix seconds
    actor: str
    entries: list[Entry] = field(default_factory=list)

    def post(self, *entries: Entry | None) -> None:
        """Adds entries to the document; None (nothing to post) is left out."""
        self.entries.extend(entry for entry in entries if entry is not None)
