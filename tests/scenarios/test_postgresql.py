"""reorder-to-pay with the ERP and the bridge on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import AlreadyRunning
from bridge.store.lock import sole_daemon
from erp.database import open_engine
from scripts.devchain.devchain import DevChain
from tests.world import BUYER, DAY, build_world


def test_the_main_job_on_postgresql(postgres_db: str, tmp_path: Path) -> None:
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path, db=postgres_db)
        order = world.tender({"SUPPLIER": 1_000_003, "RIVAL": 1_000_004})
        before = world.balance("SUPPLIER")
        first = world.ship("SUPPLIER", order, 60)
        world.wait(DAY)
        world.deliver(order, first, received=60, accepted=50, net=500_001)
        second = world.ship("SUPPLIER", order, 50)
        world.deliver(order, second, received=50, accepted=50, net=500_002, number="INV-2")
        assert world.balance("SUPPLIER") - before == 1_000_003
        assert world.balance(BUYER) == 10_000_000 - 1_000_003
        world.assert_nothing_waits()
        world.assert_audit_holds()
        world.sql("UPDATE purchase_order SET paid_minor = paid_minor + 1")
        assert not world.audit().holds
        world.close()


def test_a_second_daemon_on_the_same_postgresql_database_is_refused(postgres_db: str) -> None:
    first, second = open_engine(postgres_db), open_engine(postgres_db)
    with sole_daemon(first), pytest.raises(AlreadyRunning), sole_daemon(second):
        pass
    with sole_daemon(second):
        pass
    first.dispose()
    second.dispose()


def test_the_main_job_with_the_erp_on_postgresql_and_the_bridge_in_a_file(
    postgres_db: str, tmp_path: Path
) -> None:
    with DevChain("anvil") as node:
        own = f"sqlite:///{tmp_path / 'bridge.db'}"
        world = build_world(node, tmp_path, db=postgres_db, bridge_db=own)
        order = world.tender({"SUPPLIER": 1_000_003})
        delivery = world.ship("SUPPLIER", order, 100)
        world.wait(DAY)
        world.deliver(order, delivery, received=100, accepted=100, net=1_000_003)
        assert world.last("order_close").fields["order"] == order.number
        world.assert_nothing_waits()
        world.assert_audit_holds()
        world.close()
