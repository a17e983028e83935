"""The command that reverses a document."""

from __future__ import annotations

from erp.kernel.schema import Command, Number, Text


class ReverseDocument(Command):
    """Undoes a document of purely internal effect by its mirror image (红字冲销), once."""

    number: Number
    reason: Text
