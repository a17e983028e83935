"""A bridge that starts while PostgreSQL has no memory or room, or ends, says to try again, and names no wrong setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bridge.bootstrap import build
from bridge.errors import BadConfiguration, Retryable
from bridge.store.engine import driver_errors
from scripts.devchain.devchain import DevChain
from tests.world import build_world

STATEMENTS_MAX = 60  # of a start
HAS_NONE = "DO $$ BEGIN RAISE EXCEPTION 'has none' USING ERRCODE = '{}'; END $$"


@pytest.mark.parametrize("state", ["53200", "53100", "57P01"], ids=["memory", "disk", "shutdown"])
def test_a_start_for_which_the_database_has_nothing_left_is_told_as_busy(
    tmp_path: Path, postgres_db: str, state: str
) -> None:
    left, said = 0, []

    def before(of: Any, cursor: Any, *_rest: Any) -> None:
        nonlocal left
        if of.dialect.name == "postgresql":
            left -= 1
            if left == 0:
                cursor.connection.execute(HAS_NONE.format(state))

    with DevChain("anvil") as node:
        world = build_world(node, tmp_path, postgres_db)
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
                    said.append(f"statement {each}: {type(error).__name__}: {str(error)[:120]}")
                if left > 0:
                    break
        finally:
            event.remove(Engine, "before_cursor_execute", before)
    assert each > 1
    assert said == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("libpq.so.5: failed to map segment from shared object", Retryable),
        ("libpq.so.5: Cannot allocate memory", Retryable),
        ("No module named 'psycopg'", BadConfiguration),
    ],
)
def test_a_driver_for_whose_library_there_is_no_memory_is_no_missing_driver(
    said: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind), driver_errors("postgresql+psycopg://h/d"):
        raise ImportError(said)
