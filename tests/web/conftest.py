"""A house with a workbench, and a browser without a window."""

from __future__ import annotations

from tests.api.conftest import database_url, house, pytest_generate_tests

__all__ = ["database_url", "house", "pytest_generate_tests"]
