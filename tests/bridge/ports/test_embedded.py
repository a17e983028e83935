"""The embedded ERP keeps the promises of the port."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bridge.errors import PortBusy
from bridge.ports.embedded import EmbeddedPort, open_embedded
from bridge.ports.port import APPLY_MAX
from erp.database import transaction
from erp.execute import MAX_BATCH
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.second_person import tell
from tests.bridge.ports.conformance import ENROL, NOON, PARTY, PortConformance, Subject


@pytest.fixture
def port(tmp_path: Path) -> Iterator[EmbeddedPort]:
    """An ERP with one party that has money in the bank."""
    opened = open_embedded(f"sqlite:///{tmp_path / 'books.db'}", os.urandom)
    with transaction(opened.engine) as session:
        for command in (
            RegisterParty(
                code="TREASURY", name="Treasury", kind=PartyKind.TREASURY, account="0x" + "7e" * 20
            ),
            RegisterParty(code="ACME", name="Acme", kind=PartyKind.INTERNAL, account=PARTY),
            ContributeCapital(entity="ACME", amount_minor=100_000),
        ):
            tell(session, command, at=NOON, salt=os.urandom(32), actor="seed", second="seed-2")
    yield opened
    opened.engine.dispose()


class TestEmbedded(PortConformance):
    """The embedded ERP in SQLite."""

    @pytest.fixture
    def subject(self, port: EmbeddedPort) -> Subject:
        """The adapter, and somebody with the database's password."""

        def tamper() -> None:
            with port.engine.begin() as connection:
                connection.execute(
                    text("UPDATE ledger_balance SET balance_minor = balance_minor + 1")
                )

        return Subject(port, lambda: Session(port.engine, expire_on_commit=False), tamper)


def test_the_port_promises_what_one_batch_of_the_erp_takes() -> None:
    assert APPLY_MAX == MAX_BATCH


def test_a_database_that_another_writer_holds_is_busy_not_refused(port: EmbeddedPort) -> None:
    with port.engine.connect() as writer:
        writer.execute(text("SELECT 1"))  # every transaction of a writer begins IMMEDIATE
        with port.engine.execution_options(read_only=True).connect() as pooled:
            pooled.exec_driver_sql("PRAGMA busy_timeout = 1")  # the next user of it is impatient
            pooled.rollback()
        with pytest.raises(PortBusy):
            port.apply([ENROL], None)
