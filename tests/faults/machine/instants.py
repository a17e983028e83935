"""A bridge that dies at one instant: after its nth statement or request, or before its nth commit, in any stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bridge.chain.rpc import Node
from tests.faults.crashes import Died


def is_gone() -> None:
    """The death of a bridge in this process: nothing catches it on its way out."""
    raise Died


class Instants:
    """Counts statements of a database, its commits, and requests to nodes; dies right after the nth, where there is one."""

    def __init__(self, dies_after: int | None, dies: Callable[[], None]) -> None:
        self.count = 0
        self._dies_after, self._dies = dies_after, dies

    def passes(self, *_: Any) -> None:
        """One more instant."""
        self.count += 1
        if self.count == self._dies_after:
            self._dies()


@contextmanager
def instants(
    engine: Engine, dies_after: int | None = None, dies: Callable[[], None] = is_gone
) -> Iterator[Instants]:
    """The instants of whatever uses this engine, or any node, until the block ends."""
    found = Instants(dies_after, dies)

    def after_statement(*_: Any) -> None:
        found.passes()

    sends: Callable[..., Any] = Node._send

    def request(node: Node, asked: Callable[[], Any]) -> Any:
        answer = sends(node, asked)
        found.passes()
        return answer

    event.listen(engine, "after_cursor_execute", after_statement)
    event.listen(engine, "commit", after_statement)  # right before it
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Node, "_send", request)
            yield found
    finally:
        event.remove(engine, "after_cursor_execute", after_statement)
        event.remove(engine, "commit", after_statement)
