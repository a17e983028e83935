"""Independent judges read the plain-text export of the ledger and find it sound."""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from erp.database import snapshot
from erp.kernel.entry import Ledger
from erp.kernel.rows import Rows
from erp.ledger.chart import BY_CODE
from erp.ledger.export import beancount_journal, hledger_journal, root_of
from erp.ledger.queries import balance
from erp.ledger.turnover.model import Scope
from erp.payments.schemas import RecordTokenTransfer
from tests.erp.test_worked_case import play
from tests.erp.world import DAY, World, account, closing


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


def test_an_export_leaves_out_the_shadow_books_of_outside_partners(world: World) -> None:
    play(world)
    with snapshot(world.engine) as session:
        texts = {scope: "".join(hledger_journal(session, scope)) for scope in Scope}
    assert ":buyer:" in texts[Scope.OWN]
    assert ":supplier:" not in texts[Scope.OWN]
    assert ":supplier:" in texts[Scope.OUTSIDE]
    assert ":buyer:" not in texts[Scope.OUTSIDE]
    assert texts[Scope.ALL].count("\n\n") == (
        texts[Scope.OWN].count("\n\n") + texts[Scope.OUTSIDE].count("\n\n")
    )


def test_production_cost_is_work_in_progress_and_no_expense() -> None:
    assert {root_of(BY_CODE[code]) for code in ("5001", "5101", "5301")} == {"Assets"}
    assert root_of(BY_CODE["6401"]) == "Expenses"


def test_no_total_of_assets_counts_a_budget(world: World) -> None:
    play(world)
    assert {root_of(one) for one in BY_CODE.values() if one.ledger is Ledger.BUDGET} == {"Equity"}
    with snapshot(world.engine) as session:
        text = "".join(hledger_journal(session, Scope.OWN))
    equity = re.findall(r"^    Equity:\S+:9\d{3} .*  (-?[\d.]+) CNY$", text, re.MULTILINE)
    assert len(equity) > 5
    assert sum(map(Decimal, equity)) == 0


def test_an_entry_of_a_closed_month_bears_the_first_day_of_the_month_it_is_booked_in(
    world: World,
) -> None:
    start = world.now
    world.wait(40 * DAY)
    world.do(closing("2026-01"))
    world.now = start
    world.do(
        RecordTokenTransfer(
            sender=account("buyer"), receiver=account("supplier"), amount_minor=123_456
        ),
        origin="event-1",
    )
    with snapshot(world.engine) as session:
        blocks = "".join(hledger_journal(session, Scope.ALL)).split("\n\n")
    days = {
        ("buyer" if ":buyer:" in block else "supplier"): block[:10]
        for block in blocks
        if "1234.56" in block
    }
    assert days == {"buyer": "2026-02-01", "supplier": "2026-01-01"}
