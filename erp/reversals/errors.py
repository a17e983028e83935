"""What cannot be reversed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, Rejected


class AlreadyReversed(Conflict):
    code = "already-reversed"
    template = "Document {key} was already reversed. A document is reversed once."


@dataclass(eq=False)
class NotReversible(Rejected):
    """Documents that others rely on are not reversed here."""

    number: str
    type: str
    why: str
    code: ClassVar[str] = "not-reversible"
    template: ClassVar[str] = "Document {number} ({type}) cannot be reversed: {why}."
