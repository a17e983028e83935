"""What is made once is looked through once, and never again.

Applications and models of some thousand tests stay alive to the end of a run. A full collection walks through all of them:
ten seconds and more on a busy machine, and PostgreSQL ends a transaction that was idle so long. So each module's garbage
is collected when it ends, and what stays is taken out of the collector's sight. Nothing is collected while the tests are
found: what is made then stays.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

YOUNG = 10_000  # objects made before the collector looks at the youngest; Python's own 700 looks too often here


def pytest_configure() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()


@pytest.fixture(scope="module", autouse=True)
def nothing_is_collected_twice() -> Iterator[None]:
    """At the end of each module."""
    yield
    gc.collect()
    gc.freeze()
