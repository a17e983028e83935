"""Independent judges read the plain-text export of the ledger and find it sound."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from erp.database import snapshot
from erp.kernel.rows import Rows
from erp.ledger.export import beancount_journal, hledger_journal
from erp.ledger.queries import balance
from erp.ledger.turnover.model import Scope
from tests.erp.test_worked_case import play
from tests.erp.world import World


def test_beancount_agrees(world: World) -> None:
    loader = pytest.importorskip("beancount.loader", reason="beancount is not installed")
    from beancount.core import realization  # noqa: PLC0415

    play(world)
    with snapshot(world.engine) as session:
        entries, found, _options = loader.load_string(
            "".join(beancount_journal(session, Scope.ALL))
        )
        expected = (
            balance(Rows.of(session), "buyer", "1403"),
            balance(Rows.of(session), "supplier", "6001"),
        )
    assert found == []
    accounts = realization.realize(entries)
    stock = realization.get(accounts, "Assets:E-buyer:1403").balance.reduce(lambda p: p.units)
    revenue = realization.get(accounts, "Income:E-supplier:6001").balance.reduce(lambda p: p.units)
    units = [next(iter(inventory)).units.number for inventory in (stock, revenue)]
    assert units == [Decimal(amount) / 100 for amount in expected]


def test_beancount_catches_a_journal_that_does_not_balance(world: World) -> None:
    loader = pytest.importorskip("beancount.loader", reason="beancount is not installed")
    play(world)
    with snapshot(world.engine) as session:
        text = "".join(beancount_journal(session, Scope.ALL)).replace("86.00 CNY", "86.01 CNY", 1)
    assert "does not balance" in loader.load_string(text)[1][0].message


def test_hledger_agrees(world: World, tmp_path: Path) -> None:
    play(world)
    with snapshot(world.engine) as session:
        (tmp_path / "books.journal").write_text("".join(hledger_journal(session, Scope.ALL)))
    hledger = shutil.which("hledger")
    if hledger is None:
        pytest.skip(
            "hledger is not installed: it comes from the system's packages, which tests do not touch"
        )
    subprocess.run([hledger, "check", "-f", tmp_path / "books.journal"], check=True)


def test_hledger_text_balances_line_by_line(world: World) -> None:
    play(world)
    with snapshot(world.engine) as session:
        blocks = "".join(hledger_journal(session, Scope.ALL)).split("\n\n")
    assert len(blocks) > 10
    for block in blocks[1:]:
        amounts = [Decimal(line.rsplit("  ", 1)[1].split()[0]) for line in block.splitlines()[1:]]
        assert sum(amounts) == 0
