"""The clock of a sandbox is its chain's, and survives that the node closes a connection."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bridge.errors import NodeUnavailable
from scripts.sandbox.api import chain_clock


class Node:
    """A node that closes so many connections before it answers."""

    def __init__(self, closes: int) -> None:
        self.closes = closes

    def head(self) -> Any:
        if self.closes:
            self.closes -= 1
            raise NodeUnavailable("Connection reset by peer")
        return SimpleNamespace(timestamp=1_700_000_000)


def test_a_page_is_made_though_the_node_closed_a_still_connection() -> None:
    assert chain_clock(cast("Any", Node(closes=1)))() == 1_700_000_000


def test_a_node_that_stays_away_is_told() -> None:
    with pytest.raises(NodeUnavailable):
        chain_clock(cast("Any", Node(closes=2)))()
