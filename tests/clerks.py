"""Who tells a command in the tests: a clerk with a role that may."""

from __future__ import annotations

from erp.kernel.schema import Command
from erp.rooms import OPERATIONS


def clerk_of(command: Command) -> str:
    """The actor of a role that may tell the command: `warehouse:test`. The bridge, when people may not."""
    roles = OPERATIONS[type(command)].roles
    return f"{min(roles)}:test" if roles else "bridge"
