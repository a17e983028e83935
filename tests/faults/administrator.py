"""What somebody with the database's password can write: rows of the outbox, documents without their event, an old copy."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from erp.database import transaction
from erp.kernel.schema import Command
from erp.rooms import execute
from tests.world import DAY, World

AMOUNT = 1_000_003
ROW = (
    "INSERT INTO bridge_outbox (key, document_number, aggregate, signer, contract, function, args, not_before, "
    "after_sequence, good_until, tries, try_at, note, status, offers, traced) VALUES (:key, :document, :key, "
    ":signer, :contract, :function, :args, :not_before, 0, 0, 0, 0, '{}', 'pending', 0, 0)"
)


def inject(
    world: World, signer: str, contract: str, function: str, args: list[Any],
    *, key: str = "invented", document: str | None = None, not_before: int = 0,
) -> None:  # fmt: skip
    """A pending intent that nobody asked for stands in the outbox."""
    world.sql(
        ROW,
        key=key,
        document=document,
        signer=signer,
        contract=contract,
        function=function,
        args=json.dumps(args),
        not_before=not_before,
    )


def forge(world: World, command: Command) -> str:
    """Appends a document with its journal as the ERP itself would, without any event; its number."""
    with transaction(world.engine) as session:
        document = execute(
            session, command, at=world.now, salt=os.urandom(32), origin=None, actor="bridge"
        )
        return document.number


def copy_database(source: Path, target: Path) -> None:
    """Target is the SQLite database of source, whole."""
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    target.unlink(missing_ok=True)
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    reading.backup(writing)
    reading.close()
    writing.close()


def shipped(world: World) -> tuple[Any, int]:
    """An order whose goods have arrived at the door a day ago and nobody booked them: the order, the delivery."""
    order = world.tender({"SUPPLIER": AMOUNT, "RIVAL": AMOUNT + 1})
    delivery = world.ship("SUPPLIER", order, 100)
    world.wait(DAY)
    return order, delivery


def matched(world: World) -> str:
    """Goods received, inspected and invoiced; the bridge has made the intent and not sent it. The match's number."""
    order, delivery = shipped(world)
    world.inspect(world.receive(order, delivery, 100), 100)
    world.settle()
    world.invoice(order, delivery, 100, AMOUNT)
    world.bridge.report.run()
    return world.last("match").number


def paid(world: World) -> None:
    """One order, from falling stock to payment."""
    order, delivery = shipped(world)
    world.deliver(order, delivery, received=100, accepted=100, net=AMOUNT)
