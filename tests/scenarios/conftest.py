"""Fixtures of these tests."""

from tests.stage import postgres_db, postgres_server, stage, world

__all__ = ["postgres_db", "postgres_server", "stage", "world"]
