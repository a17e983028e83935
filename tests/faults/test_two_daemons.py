"""The lock is lost and a second daemon starts: the first writes nothing any more, and nothing is sent twice (attack A10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.bootstrap import build
from bridge.errors import AlreadyRunning
from bridge.store.lock import sole_daemon
from tests.world import World


def test_a_daemon_whose_database_was_taken_over_writes_nothing_and_ends(world: World) -> None:
    first = world.bridge
    first.store.take_over()
    world.issue()
    world.settle_passes(1)
    second = build(world.config, clock=world.clock, sleep=world.clock.sleep)
    second.store.take_over()
    before = world.sql("SELECT count(*) FROM bridge_attempt")
    with pytest.raises(AlreadyRunning, match="took this database over"):
        first.daemon.run(lambda: False)
    assert world.sql("SELECT count(*) FROM bridge_attempt") == before
    first.close()
    world.bridge = second
    world.settle()
    assert len(world.documents("tender")) == 1
    twice = world.sql("SELECT outbox_id FROM bridge_attempt GROUP BY outbox_id HAVING count(*) > 1")
    assert twice == []
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_two_that_read_the_same_rows_send_each_once(world: World) -> None:
    """Without any epoch: the second finds the rows changed since it read them."""
    world.issue()
    world.bridge.report.run()
    submit, second = world.bridge.daemon._ring.submit, build(world.config, clock=world.clock)
    other = second.daemon._ring.submit
    due = submit._due

    def meanwhile() -> object:
        found = due()
        other.run()
        return found

    submit._due = meanwhile  # type: ignore[method-assign]
    submit.run()
    submit._due = due  # type: ignore[method-assign]
    second.close()
    world.settle()
    twice = world.sql("SELECT outbox_id FROM bridge_attempt GROUP BY outbox_id HAVING count(*) > 1")
    assert twice == []
    assert len(world.documents("tender")) == 1
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_link_to_the_database_leads_to_the_same_lock(world: World, tmp_path: Path) -> None:
    file = Path(str(world.bridge.store.engine.url.database))
    link = tmp_path / "link.db"
    link.symlink_to(file)
    world.reopen(db=f"sqlite:///{link}")
    linked = world.bridge.store.engine
    direct = build(world.config.__class__(**{**vars_of(world), "db": f"sqlite:///{file}"}))
    with sole_daemon(linked), pytest.raises(AlreadyRunning), sole_daemon(direct.store.engine):
        pytest.fail("two daemons hold one file")
    direct.close()


def vars_of(world: World) -> dict[str, object]:
    """The settings of the world, by name."""
    return {name: getattr(world.config, name) for name in world.config.__dataclass_fields__}
