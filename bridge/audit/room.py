"""An audit writes a notebook and rebuilt books: where their disk has no room, that is said, and nothing else."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from bridge.errors import StoreBusy

FULL = "disk is full"  # SQLite's word
NO_ROOM = (
    "no room is left on the disk of the notebook or of rebuilt books: make some, and audit again"
)


@contextmanager
def room_told() -> Iterator[None]:
    """Raises StoreBusy where the disk is full on which an audit writes."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError, OSError) as error:
        if FULL in str(error) or getattr(error, "errno", None) == errno.ENOSPC:
            raise StoreBusy(NO_ROOM) from error
        raise
