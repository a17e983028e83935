"""The transactions of the bridge's database, who owns it, and how far both sides are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col

from bridge.errors import AlreadyRunning, BadConfiguration, StoreBusy
from bridge.store.tables import Binding, Cursor

HEARTBEAT_SECONDS = 5


class Units:
    """Opens transactions; refuses those of a daemon that another one took the database over from."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        held: Collection[tuple[str, str]] = (),
    ) -> None:
        """`held`: the calls, by contract and function, that wait while their aggregate is on hold."""
        self.engine = engine
        self._clock = clock
        self._held = tuple(sorted(held))
        self._epoch: int | None = None  # of a daemon: its place among those that had the database

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One transaction: commits at the end, rolls back on any error. Raises StoreBusy when it cannot get in.

        Raises AlreadyRunning when another daemon took the database over since this one did.
        """
        with (
            _busy_told(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._check_epoch(session)
            yield session

    def take_over(self) -> None:
        """Makes the database this daemon's: whoever had it before can write nothing any more."""
        with self.unit() as session:
            self.cursor(session)
            # counted by the database: of two that start at once each gets an epoch of its own
            counted = (
                update(Cursor).values(epoch=col(Cursor.epoch) + 1).returning(col(Cursor.epoch))
            )
            epoch = session.scalar(counted)
        self._epoch = epoch

    def _check_epoch(self, session: Session) -> None:
        if self._epoch is None:  # an operator's command, beside the daemon
            return
        epoch = session.scalar(select(col(Cursor.epoch)).with_for_update(read=True))
        if epoch != self._epoch:
            raise AlreadyRunning(
                "another bridge took this database over: this one has stopped, and wrote nothing since"
            )

    @contextmanager
    def view(self) -> Iterator[Session]:
        """A read-only transaction: sees one snapshot and waits for no writer."""
        options: dict[str, Any] = {"read_only": True}
        if self.engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"  # else each statement sees another state
        engine = self.engine.execution_options(**options)
        with _busy_told(), Session(engine, expire_on_commit=False) as session:
            yield session

    def binding(self, session: Session) -> Binding | None:
        """The deployment this database belongs to, if it was ever used."""
        return session.get(Binding, 1)

    def cursor(self, session: Session) -> Cursor:
        """The row of `bridge_cursor`: how far both sides have been read. Raises BadConfiguration before `bind`."""
        cursor = session.get(Cursor, 1)
        if cursor is None:
            raise BadConfiguration(
                "this database is not bound to a deployment yet: start the daemon once"
            )
        return cursor

    def now(self) -> int:
        """The wall clock, unix seconds."""
        return int(self._clock())

    def beat(self) -> None:
        """Writes the time of this pass to the cursor row, at most every few seconds, for `bridge status`."""
        now = int(self._clock())
        with self.view() as session:
            if 0 <= now - self.cursor(session).walked_at < HEARTBEAT_SECONDS:
                return
        with self.unit() as session:
            self.cursor(session).walked_at = now


@contextmanager
def _busy_told() -> Iterator[None]:
    """Raises StoreBusy for a database that is locked or away or has cut the connection, and for a pool that is used up."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreBusy(str(error)) from error
    except DBAPIError as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise StoreBusy(str(error.orig)) from error
        raise
