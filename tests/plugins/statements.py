"""A statement is compiled once in a run, not once for each database: every test opens engines of its own.

SQLAlchemy keeps what it compiled with the engine, under its dialect. Here all engines of one kind of database keep it
together, under the name of the dialect.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy
from sqlalchemy import Engine

import bridge.store.engine
import erp.database


class Compiled(dict[Any, Any]):
    """What was compiled for one kind of database, by the statement alone."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


COMPILED: defaultdict[str, Compiled] = defaultdict(Compiled)


def create_engine(*arguments: Any, **options: Any) -> Engine:
    """An engine that compiles no statement that another engine of its kind has compiled."""
    engine = sqlalchemy.create_engine(*arguments, **options)
    engine.update_execution_options(compiled_cache=COMPILED[engine.dialect.name])
    return engine


def pytest_configure() -> None:
    for module in (erp.database, bridge.store.engine):
        module.create_engine = create_engine  # type: ignore[attr-defined]
