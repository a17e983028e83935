"""Fixtures of these tests."""

from tests.worlds import world, worlds

__all__ = ["world", "worlds"]
