"""The embedded ERP keeps the promises of the port."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bridge.errors import PortBusy
from bridge.ports.embedded import EmbeddedPort, open_embedded
from bridge.ports.port import APPLY_MAX, Instruction
from erp.database import transaction
from erp.execute import MAX_BATCH
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.second_person import tell
from tests.bridge.ports.conformance import ENROL, ISSUE, NOON, PARTY, PortConformance, Subject

ISSUES_MAX = 200  # more than a full database has room for


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


def test_a_full_disk_is_trouble_that_passes_and_no_bug(port: EmbeddedPort) -> None:
    port.apply([ENROL], None)
    pages = bounded(port, 0)
    bounded(port, pages)
    with pytest.raises(PortBusy, match="disk is full"):
        fill(port)
    bounded(port, 2 * pages)
    assert port.apply([issue(ISSUES_MAX)], None)


def bounded(port: EmbeddedPort, pages: int) -> int:
    """Gives whoever uses the pooled connection next room for so many pages, where any are said; how many there are."""
    with port.engine.connect() as pooled:
        if pages:
            pooled.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        count = pooled.exec_driver_sql("PRAGMA page_count").scalar_one()
        pooled.rollback()
        return int(count)


def fill(port: EmbeddedPort) -> None:
    """Tells more than there is room for, one after another."""
    for number in range(ISSUES_MAX):
        port.apply([issue(number)], None)


def issue(number: int) -> Instruction:
    """One issue of tokens of many."""
    fields = {**ISSUE.fields, "bank_ref": f"0x{number:064x}"}
    return replace(ISSUE, fields=fields, origin=f"issue-{number}")
