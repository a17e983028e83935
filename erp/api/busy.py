"""Tells a busy or absent database from a broken program."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from erp import database


def is_busy(error: BaseException) -> bool:
    """True when the same request may succeed later: a lock, a full pool, a server that cannot be reached."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return database.is_busy(error) or is_unreachable(error)


def is_unreachable(error: DBAPIError) -> bool:
    """True when no server answered: the driver reports a failure without the SQLSTATE that a server gives."""
    if not isinstance(error, OperationalError) or isinstance(error.orig, sqlite3.Error):
        return False
    return getattr(error.orig, "sqlstate", None) is None
