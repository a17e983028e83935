"""A house with a workbench, and a browser without a window."""

from __future__ import annotations

import pytest

from tests.api.conftest import database_url, house
from tests.databases import on_both_databases

__all__ = ["database_url", "house", "pytest_generate_tests"]

# Pages read by the readers of the API, whose tests run on both databases. What is the workbench's own runs on both as well:
# every page once, and the sessions of those who sign in.
ON_BOTH = {"test_pages", "test_people_sign_in", "test_signing_in"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test of pages on SQLite, those of `ON_BOTH` on both databases."""
    name = metafunc.module.__name__.rpartition(".")[2]
    if "database" not in metafunc.fixturenames or name in ON_BOTH:
        on_both_databases(metafunc)
    else:
        metafunc.parametrize("database", ["sqlite"], indirect=True, scope="module")
