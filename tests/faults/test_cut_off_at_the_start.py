"""A bridge that starts while its connection is cut, or PostgreSQL dies, says to try again, and names no wrong setting."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bridge.bootstrap import build
from bridge.errors import Retryable
from scripts.devchain.devchain import DevChain
from tests.world import build_world

STATEMENTS_MAX = 60  # of a start


def test_a_start_whose_connection_is_cut_is_told_as_one_to_try_again(
    tmp_path: Path, postgres_db: str
) -> None:
    left, said = 0, []

    def before(of: Any, cursor: Any, *_rest: Any) -> None:
        nonlocal left
        if of.dialect.name == "postgresql":
            left -= 1
            if left == 0:  # no word of the server arrives any more
                socket.socket(fileno=os.dup(cursor.connection.fileno())).shutdown(socket.SHUT_RDWR)

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
                    said.append(f"statement {each}: {type(error).__name__}: {str(error)[-160:]}")
                if left > 0:
                    break
        finally:
            event.remove(Engine, "before_cursor_execute", before)
    assert each > 1
    assert said == []
