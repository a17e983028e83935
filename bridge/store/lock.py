"""One daemon per database."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from bridge.errors import AlreadyRunning

ADVISORY_KEY = 0x1E2B_0B1D  # PostgreSQL advisory lock of the bridge


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
    path = Path(f"{engine.url.database}.bridge.lock")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"another bridge works on {engine.url.database}: stop it first"
            ) from None
        yield
