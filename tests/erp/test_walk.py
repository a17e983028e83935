"""A random walk over the books: thousands of commands of all rooms, and at every checkpoint every invariant holds.

On SQLite one walker and ten thousand commands, so that a seed says all that happens; on PostgreSQL four walkers, in threads
with sessions of their own, whose commands the database's lock puts in order, and four thousand. A failure prints the seed
and what was told last; `SEED` walks it again, `COMMANDS` says how far.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from erp.database import snapshot
from erp.replay import differences
from erp.rooms import COMMANDS
from tests.erp.conftest import NewEngine, prepared
from tests.erp.walk.checks import check_walk
from tests.erp.walk.walker import Walk
from tests.erp.world import World

WANTED = os.environ.get("COMMANDS")
COMMANDS_MIN = {"sqlite": int(WANTED or 10_000), "postgresql": int(WANTED or 4_000)}
COMMANDS_MAX = 14_000  # by which a rare command has its turn, as the dice fall
BETWEEN_CHECKS = 500
SEED = int(os.environ.get("SEED", "8"))
WALKERS = {"sqlite": 1, "postgresql": 4}
BESIDE_THE_WALK = {
    "AttachFile": "its bytes are kept before: tests/erp/test_attachments.py",
    "EraseSideData": "of the same",
    "ContinueRefunds": "follows where a failed slot has more holders than one document names: tests/erp/test_capacity.py",
    "ContinueReleases": "follows where more stakes are free than one document names: tests/erp/test_group_life.py",
    **dict.fromkeys(
        ("ConfirmReview", "CloseReview"),
        "follow where a group works long enough: tests/erp/test_reviews.py",
    ),
    **dict.fromkeys(
        ("ReportPerformance", "ReportIndex", "ReportValue", "CloseReport"),
        "measure what the documents of a group show: tests/scenarios/test_performance.py, test_market_metrics.py",
    ),
    **dict.fromkeys(
        ("RegisterPerson", "EmployPerson", "EndEmployment"), "of people: tests/erp/test_people.py"
    ),
    "HoldProcess": "follows from a fact whose process cannot start: tests/erp/test_work.py",
    "RecordReceiptVoid": "a step tells it where a receipt waits so long, which several walkers seldom leave: "
    "tests/erp/test_receipt_voids.py",
    "RecordDefectVoid": "a step tells it where a report waits until the warranty is over, which is as seldom: "
    "tests/erp/test_guarantees.py",
    "HoldReorder": "follows from a reorder that cannot be raised: tests/erp/test_planning.py",
    "RecordChainReorganisation": "takes back what the walkers know of: test_reorganisations.py",
}


@contextmanager
def told_on_failure(walk: Walk) -> Iterator[None]:
    """Says, with any failure, how to get there."""
    try:
        yield
    except BaseException as error:
        error.add_note(walk.story())
        raise


def commands_in_the_log(world: World) -> set[str]:
    with snapshot(world.engine) as session:
        return set(session.scalars(text("SELECT DISTINCT command FROM document_log")))


@pytest.mark.slow
def test_thousands_of_commands_leave_every_invariant_whole_and_replay(
    world: World, database: str
) -> None:
    walk = Walk(world, SEED, WALKERS[database])
    with told_on_failure(walk):
        # Several walkers are never twice the same: what has no step at all, the one walker shows.
        missing = COMMANDS.keys() - BESIDE_THE_WALK.keys() if database == "sqlite" else set[str]()
        while walk.accepted < COMMANDS_MIN[database] or (missing and walk.accepted < COMMANDS_MAX):
            walk.walk(BETWEEN_CHECKS)
            with snapshot(world.engine) as session:
                check_walk(session)
            missing -= commands_in_the_log(world)
        with snapshot(world.engine) as session:
            assert differences(session) == []
        assert not missing, "give the walk a step for each new command"


@pytest.mark.sqlite("several walkers are never twice the same")
def test_a_seed_walks_the_same_way_twice_and_says_what_it_told(new_engine: NewEngine) -> None:
    stories = []
    for _ in range(2):
        walk = Walk(World(new_engine(prepared)), SEED, 1)
        walk.walk(120)
        stories.append(walk.story())
    assert stories[0] == stories[1]
    assert stories[0].startswith(f"seed {SEED}, 1 walkers, ")
    assert "(entity=" in stories[0]
