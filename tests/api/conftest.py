"""A house for each test, on SQLite and on PostgreSQL, copied from one furnished once in a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from erp.database import open_engine, upgrade
from tests.databases import Databases
from tests.databases import on_both_databases as pytest_generate_tests  # noqa: F401 - a hook
from tests.erp.classes import every_field_has_a_class  # noqa: F401 - a fixture

from .house import House, furnish, house_in


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """The URL of an up-to-date database: that of the test's house, or one without any document or token."""
    url = databases.copy(furnish if "house" in request.fixturenames else upgrade)
    yield url
    databases.drop(url)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    engine = open_engine(database_url)
    yield house_in(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def door(databases: Databases) -> Iterator[House]:
    """A house at whose door is knocked many times; nothing is ever written in it."""
    url = databases.copy(furnish)
    engine = open_engine(url)
    yield house_in(engine)
    engine.dispose()
    databases.drop(url)
