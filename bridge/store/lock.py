"""One daemon per database of the bridge.

The lock keeps a second one from starting. Where it is lost, with its connection or its file, the epoch that
`Store.take_over` counts keeps the first one from writing.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Engine, text

from bridge.errors import AlreadyRunning

ADVISORY_KEY = 0x1E2B_0B1D  # PostgreSQL advisory lock of the bridge; below 2**32
TRIES = 3  # somebody who only looks at the lock of a file holds it for a moment
PAUSE_SECONDS = 0.05

HELD = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :key "
    "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


@contextmanager
def sole_daemon(engine: Engine) -> Iterator[None]:
    """Holds the database for this process; the lock goes with the process, however it ends. Raises AlreadyRunning."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.detach()  # its end is the lock's end: it never goes back to the pool
            if not connection.scalar(
                text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}
            ):
                raise AlreadyRunning("another bridge works on this database: stop it first")
            connection.commit()
            yield
        return
    with _lock_file(engine).open("w") as file:
        for left in reversed(range(TRIES)):
            if _locked(file, fcntl.LOCK_EX):
                break
            if not left:
                raise AlreadyRunning(
                    f"another bridge works on {engine.url.database}: stop it first"
                )
            time.sleep(PAUSE_SECONDS)
        yield


@contextmanager
def sole_daemon_of(engines: Iterable[Engine]) -> Iterator[None]:
    """Holds several databases as `sole_daemon` holds one. Raises AlreadyRunning."""
    with ExitStack() as held:
        for engine in engines:
            held.enter_context(sole_daemon(engine))
        yield


def is_daemon_alive(engine: Engine) -> bool:
    """True while a process holds the database as its daemon, on this host for SQLite, on any for PostgreSQL."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            return bool(connection.scalar(HELD, {"key": ADVISORY_KEY}))
    path = _lock_file(engine)
    if not path.exists():
        return False
    with path.open() as file:
        return not _locked(file, fcntl.LOCK_SH)


def check_idle(engine: Engine) -> None:
    """Raises AlreadyRunning while a bridge works on the database: its tables are not brought up to date under it."""
    if is_daemon_alive(engine):
        raise AlreadyRunning(
            f"a bridge of another version works on {engine.url}: stop it first, then start this one, which brings the "
            "tables up to date"
        )


def _lock_file(engine: Engine) -> Path:
    # by the file's own name: a link to it must not lead to another lock
    return Path(f"{Path(str(engine.url.database)).resolve()}.bridge.lock")


def _locked(file: IO[str], how: int) -> bool:
    """True when the lock was free and is now held until the file is closed."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
