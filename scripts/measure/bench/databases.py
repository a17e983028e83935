"""New, empty databases for a run: SQLite files, and a PostgreSQL server of its own when its package is there."""

from __future__ import annotations

import itertools
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import create_engine, make_url, text

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Absent(Exception):
    """This machine has no such database server; the text says why."""


class Databases:
    """Makes databases below one folder, and stops the server at the end."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._server: Any = None
        self._counter = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.cleanup()

    def new(self, dialect: str) -> str:
        """The URL of a new, empty database. Raises Absent."""
        name = f"bench_{next(self._counter)}"
        if dialect == SQLITE:
            return f"sqlite:///{self._home / name}.db"
        server = self._postgresql()
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    def _postgresql(self) -> str:
        if self._server is None:
            with warnings.catch_warnings(action="ignore"):  # of its own libraries, about folders
                self._server = self._started()
        return str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)

    def _started(self) -> Any:
        try:
            import pgserver  # noqa: PLC0415 - may be absent
        except ImportError as error:
            raise Absent(
                "the package pgserver, which brings PostgreSQL, is not installed"
            ) from error
        self._home.chmod(0o755)  # the server runs as another user when we are root
        return pgserver.get_server(  # type: ignore[attr-defined]
            self._home / "postgresql", cleanup_mode="stop"
        )
