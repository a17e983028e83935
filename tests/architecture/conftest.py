"""Fixtures of these tests."""

from tests.worlds import postgres_db, postgres_server, world, worlds

__all__ = ["postgres_db", "postgres_server", "world", "worlds"]
