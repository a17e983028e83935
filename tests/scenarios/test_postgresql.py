"""reorder-to-pay with the ERP and the bridge on PostgreSQL, and what the chain takes no more."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bridge.errors import AlreadyRunning
from bridge.intents import ATTESTER, Call, OutboxStatus
from bridge.operator.status import is_quiet
from bridge.store import schema
from bridge.store.lock import sole_daemon
from bridge.store.overview import calls_under_way
from bridge.store.store import Store
from bridge.store.tables import Cursor, Outbox
from erp.database import open_engine
from erp.guarantees.schemas import ReportDefect
from erp.procurement.schemas import WithdrawInvoice
from scripts.devchain.devchain import DevChain
from tests.amendments import amend
from tests.lives.guarantees import guaranteed
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


def test_what_reaches_the_chain_too_late_is_taken_back_on_postgresql(
    postgres_db: str, tmp_path: Path
) -> None:
    """A match that a change of price overtook, and a defect report after the warranty."""
    with DevChain("anvil") as node:
        world = build_world(node, tmp_path, db=postgres_db)
        order = guaranteed(world, 200_000)
        delivery = world.ship("SUPPLIER", order, 100)
        receipt = world.receive(order, delivery, 100)
        world.settle()
        world.inspect(receipt, 100)
        world.invoice(order, delivery, 100, 1_000_000)
        amend(world, order, amount=900_000)
        world.settle()
        assert len(world.documents("match_void")) == 1
        world.erp(
            WithdrawInvoice(invoice=world.last("supplier_invoice").number, reason="cheaper now")
        )
        world.invoice(order, delivery, 100, 900_000, "INV-2")
        world.settle()
        assert world.last("payment").fields["paid_minor"] == 900_000
        world.let_it_stand()
        world.node.reach_time(int(world.last("guarantee_end").fields["release_at"]) - DAY)
        report = ReportDefect(
            order=order.number, delivery_id=delivery, quantity=1, reason="late cracks"
        )
        found = world.erp(report)
        world.wait(2 * DAY)
        world.settle()
        assert world.last("defect_void").fields["defect"] == found.number
        assert world.last("guarantee_release").fields["amount_minor"] == 200_000
        world.assert_nothing_waits()
        world.assert_audit_holds()
        world.close()


def test_a_second_daemon_on_the_same_postgresql_database_is_refused(postgres_db: str) -> None:
    first, second = open_engine(postgres_db), open_engine(postgres_db)
    with sole_daemon(first), pytest.raises(AlreadyRunning), sole_daemon(second):
        pass
    with sole_daemon(second):
        pass
    first.dispose()
    second.dispose()


def test_of_two_daemons_that_take_over_at_once_one_owns_the_database(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock went with a server that failed over, while a second daemon was starting."""
    engine = open_engine(postgres_db)
    schema.upgrade(engine)
    stores = [Store(engine, lambda: 0.0) for _ in range(2)]
    with stores[0].unit() as session:
        session.add(Cursor(block_number=1, block_hash="0x", block_time=1, document_sequence=0))
    both, cursor = threading.Barrier(2, timeout=10), Store.cursor

    def read_by_both(store: Store, session: Session) -> Cursor:
        found = cursor(store, session)
        both.wait()
        return found

    monkeypatch.setattr(Store, "cursor", read_by_both)
    with ThreadPoolExecutor(2) as starting:
        list(starting.map(Store.take_over, stores))
    writing = 0
    for store in stores:
        with suppress(AlreadyRunning), store.unit():
            writing += 1
    assert writing == 1
    engine.dispose()


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


def test_the_bridge_is_not_quiet_when_it_signs_while_somebody_looks(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was due a moment ago is under way now; whoever looks sees one of the two, not neither."""
    engine = open_engine(postgres_db)
    schema.upgrade(engine)
    store = Store(engine, time.time)
    with store.unit() as session:
        session.add(Cursor(block_number=0, block_hash="", block_time=0, document_sequence=0))
        call = Call("pay", "order:1", ATTESTER, "PurchaseOrders", "acceptDelivery", (1,), 0)
        store.add_call(session, call, None)

    def signed_meanwhile(looking: Session) -> int:
        found = calls_under_way(looking)
        with store.unit() as daemon:
            daemon.exec(select(Outbox)).one().status = OutboxStatus.SUBMITTED
        return found

    monkeypatch.setattr("bridge.operator.status.calls_under_way", signed_meanwhile)
    assert not is_quiet(store, 0, 0)
    engine.dispose()
