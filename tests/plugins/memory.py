"""What modules leave behind is looked through once, between two tests, and never again.

Applications and models of some thousand tests stay alive to the end of a run. A full collection walks through all of them:
ten seconds and more on a busy machine, and PostgreSQL ends a transaction that was idle so long. So each module's garbage
is collected when it ends, and what stays is taken out of the collector's sight.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def nothing_is_collected_twice() -> Iterator[None]:
    """At the end of each module."""
    yield
    gc.collect()
    gc.freeze()
