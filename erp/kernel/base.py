"""Base of all tables, the 64-bit column, and how "the database is busy" becomes `Retryable`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from erp.kernel.errors import Retryable

SIDE_PREFIX = "side_"  # of tables that keep what is no part of the log: no replay makes their rows
# What PostgreSQL says when the same transaction may succeed later, by SQLSTATE.
BUSY_STATES = frozenset(
    {
        "25P03",  # idle in transaction too long
        "40001",  # serialization failure
        "40P01",  # deadlock
        "53000",  # out of some resource
        "53100",  # disk full
        "53200",  # out of memory
        "53300",  # too many connections
        "55P03",  # lock not available within `lock_timeout`
        "57014",  # statement ran longer than `statement_timeout`
        "57P01",  # server shuts down
        "57P02",  # server ended a connection after a crash of another one
        "57P03",  # server starts up
        "58030",  # its machine does not read or write
    }
)

# What is said of the same without a state: by SQLite, and by the library that speaks with PostgreSQL.
BUSY_WORDS = ("database is locked", "database or disk is full", "disk I/O error", "out of memory")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class ErpTable(SQLModel, registry=registry(metadata=metadata)):
    """Base of all ERP tables: their own metadata, apart from whoever else shares the database."""


def big(**options: Any) -> Any:
    """A column of 64-bit integers (money in minor units, quantities, instants, ids), never numbered by the database."""
    if options.get("primary_key"):
        options["sa_column_kwargs"] = {"autoincrement": False}
    return Field(sa_type=BigInteger, **options)


@contextmanager
def busy_is_retryable() -> Iterator[None]:
    """Turns a busy or full database, deadlocks, bounds of waiting, and a pool without a free connection into `Retryable`."""
    try:
        yield
    except PoolTimeout as error:
        raise Retryable(f"The database is busy: {error}") from error
    except DBAPIError as error:
        if is_busy(error):
            raise Retryable(f"The database is busy: {error.orig}") from error
        raise


def is_busy(error: DBAPIError) -> bool:
    """True when the same transaction may succeed if tried again."""
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in BUSY_STATES:
        return True
    said = str(error.orig)
    return isinstance(error, OperationalError) and any(word in said for word in BUSY_WORDS)
