"""Who tells a command in the tests: a clerk with a role that may."""

from __future__ import annotations

from erp.kernel.schema import Command
from scripts.plays.acts.acts import actor_of


def clerk_of(command: Command) -> str:
    """The actor of a role that may tell the command: `warehouse:test`. The bridge, when people may not."""
    return actor_of(command, "test")
