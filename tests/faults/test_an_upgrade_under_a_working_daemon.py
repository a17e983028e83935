"""A start while a bridge of an older version works leaves that bridge's tables as they are.

What the older one wrote into newer tables would lack what they are to say: of such an act nobody was told how it ended, and
one that waited for an approval was held for ever.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from bridge.bootstrap import Bridge, build
from bridge.errors import AlreadyRunning
from bridge.operator.standing_by import working_bridge
from bridge.store import schema
from bridge.store.lock import sole_daemon_of
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid
from tests.world import World

OF_0002 = (
    "ix_bridge_outbox_untold",
    "ix_bridge_outbox_try_at",
    "ix_bridge_attempt_lost",
    "ix_bridge_anchor_last_sequence",
)
COLUMNS = "is_told", "renewed", "corrections"  # of 0002 and 0003


def becomes_older(world: World) -> None:
    """The tables are those of migration 0001."""
    for name in OF_0002:
        world.sql(f"DROP INDEX {name}")
    for name in COLUMNS:
        world.sql(f"ALTER TABLE bridge_outbox DROP COLUMN {name}")
    world.sql("UPDATE alembic_version_bridge SET version_num = '0001'")


def starts_in_vain(world: World, works_on: tuple[Engine, ...], *, stand_by: bool) -> None:
    """The new version is started while the older one works."""

    def built() -> Bridge:
        return build(world.config, clock=world.clock)

    with (
        sole_daemon_of(works_on),
        pytest.raises(AlreadyRunning, match=r"another version works on .*: stop it first"),
        working_bridge(
            built, stand_by=stand_by, stopped=lambda: True, sleep=lambda _: None, say=lambda _: None
        ),
    ):
        pytest.fail("two work")


@pytest.mark.parametrize("stand_by", [False, True])
def test_a_start_that_is_refused_leaves_the_tables_of_the_bridge_that_works(
    world: World, *, stand_by: bool
) -> None:
    world.settle()
    works_on = world.bridge.engines
    becomes_older(world)
    starts_in_vain(world, works_on, stand_by=stand_by)
    assert world.sql("SELECT version_num FROM alembic_version_bridge") == [("0001",)]
    world.reopen()  # once the older one was stopped
    asked = asks_to_pay(world)
    world.settle()
    answers(world, asked)
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"])
    assert schema.is_current(world.bridge.store.engine)
