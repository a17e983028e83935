"""Which errors one event or document is parked with, and which are trouble of everything around it."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from bridge.errors import Halt, Retryable


def is_of_one_row(error: Exception) -> bool:
    """True for a refusal or a bug that a row met; False for what another time, machine or database would not show."""
    if isinstance(error, DBAPIError):
        return isinstance(error, (DataError, IntegrityError))
    return not isinstance(error, (Retryable, Halt, MemoryError))
