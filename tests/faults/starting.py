"""A bridge that starts again and again, while something goes wrong at each statement of PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bridge.bootstrap import build
from bridge.errors import Retryable
from scripts.devchain.devchain import DevChain
from tests.world import build_world

STATEMENTS_MAX = 60  # of a start


def told_otherwise(home: Path, url: str, trouble: Callable[[Any], object]) -> list[str]:
    """What a start says that is not to be tried again, with the statement at which the trouble came.

    `trouble`: what becomes of the connection of the driver just before a statement. Fails when no start was reached.
    """
    left, said = 0, []

    def before(of: Any, cursor: Any, *_rest: Any) -> None:
        nonlocal left
        if of.dialect.name == "postgresql":
            left -= 1
            if left == 0:
                trouble(cursor.connection)

    with DevChain("anvil") as node:
        world = build_world(node, home, url)
        world.close()
        event.listen(Engine, "before_cursor_execute", before)
        try:
            for each in range(1, STATEMENTS_MAX):
                left = each
                try:
                    build(world.config).close()
                except Retryable:
                    pass
                except Exception as error:
                    said.append(f"statement {each}: {type(error).__name__}: {str(error)[-160:]}")
                if left > 0:
                    break
        finally:
            event.remove(Engine, "before_cursor_execute", before)
    assert each > 1
    return said
