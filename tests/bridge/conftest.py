"""Fixtures of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.store import schema
from bridge.store.engine import open_engine
from bridge.store.store import Store
from tests.worlds import world, worlds

__all__ = ["store", "world", "worlds"]


@pytest.fixture
def store() -> Iterator[Store]:
    """The bridge's tables in memory, where it is always 1970."""
    engine = open_engine("sqlite://")
    schema.upgrade(engine)
    yield Store(engine, lambda: 0.0)
    engine.dispose()
