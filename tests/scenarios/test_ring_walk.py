"""A random walk around the ring: real contracts, the real ERP, the real bridge, all rooms, an audit at checkpoints.

`STEPS` says how many operations on each database (500 by default), `SEED` which walk. A failure prints the seed and the
last operations.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.devchain.devchain import DevChain
from tests.databases import Databases, on_both_databases
from tests.scenarios.walk.walk import Walk
from tests.world import build_world

SEED = int(os.environ.get("SEED", "7"))
STEPS = int(os.environ.get("STEPS", "500"))
BETWEEN_CHECKS = max(250, STEPS // 20)
MOST_SECONDS = 300 + STEPS  # a bound against a walk that hangs, no measure of speed

pytest_generate_tests = on_both_databases


@contextmanager
def told_on_failure(walk: Walk) -> Iterator[None]:
    """Says, with any failure, how to get there."""
    try:
        yield
    except BaseException as error:
        error.add_note(walk.story())
        raise


@pytest.mark.slow
@pytest.mark.chain
@pytest.mark.timeout(MOST_SECONDS)
def test_a_walk_over_all_rooms_leaves_books_and_contracts_the_same(
    databases: Databases, database: str, tmp_path: Path
) -> None:
    url = databases.empty()
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path, db=url)
        walk = Walk(world, SEED)
        with told_on_failure(walk):
            while walk.operations < STEPS:
                walk.walk(min(BETWEEN_CHECKS, STEPS - walk.operations))
                print(
                    f"{database}, {walk.figures()}", flush=True
                )  # seen with -s, where a walk is long
            assert walk.operations >= STEPS
            assert sum(walk.told().values()) > STEPS // 2, "most of what is tried is done"
        world.close()
    databases.drop(url)
