"""Events of DocumentRegistry."""

from __future__ import annotations

from bridge.events import Logged
from bridge.handlers.context import Context, Instruction


def anchored(logged: Logged, context: Context) -> Instruction:
    """Nothing to book: an anchor is evidence about documents, and a document about it would need an anchor in turn."""
    return None
