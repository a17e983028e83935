"""Fixtures of these tests."""

from tests.stage import stage, world

__all__ = ["stage", "world"]
