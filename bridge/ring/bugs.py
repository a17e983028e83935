"""Which errors one event or document is parked with, and which are trouble of everything around it."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from bridge.errors import Halt, Retryable

# What the machine says when it has no more of something, or its disk fails: files, memory, processes, room.
OF_THE_MACHINE = frozenset(
    {
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOBUFS),
        *(errno.EIO, errno.ENOSPC, errno.EDQUOT),
    }
)


def is_of_one_row(error: Exception) -> bool:
    """True for a refusal or a bug that a row met; False for what another time, machine or database would not show."""
    if isinstance(error, DBAPIError):
        return isinstance(error, (DataError, IntegrityError))
    if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
        return False
    return not isinstance(error, (Retryable, Halt, MemoryError))
