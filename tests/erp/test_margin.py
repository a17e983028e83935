"""What a group made is one figure wherever it is shown: the cockpit and the win-win statement list the same accounts."""

from __future__ import annotations

import pytest

from erp.boards.cockpit import cockpit
from erp.boards.series import series
from erp.database import snapshot
from erp.kernel.entry import Entry, Ledger, Line
from erp.ledger import chart
from erp.performance.counts.money import MARGIN_ACCOUNTS
from erp.statements.model import Scope, ScopeKind
from erp.statements.rows import NOT_SHOWN, is_result, row_of
from erp.statements.win_win import Asked, win_win
from tests.erp.groups import GROUP_ID, prepare
from tests.erp.statements import LEAD, PARTNER, earned, formed_group
from tests.erp.world import World
from tests.faults.planting import plant

RESULTS = sorted(
    account.code
    for account in chart.CHART
    if account.leaf and account.ledger is Ledger.GENERAL and is_result(account.code)
)


def credit(account: str) -> int:
    """What is booked on an account, credits less debits: another amount on each, so that none stands in for another."""
    return 1 << RESULTS.index(account)


def every_account(entries: list[Entry]) -> list[Entry]:
    """The leader books something on every account of income and cost: with outsiders, and three times that with a member."""
    group = entries[0].chain_group
    lines = [
        line
        for times, other in ((1, None), (3, PARTNER))
        for account in RESULTS
        for line in (
            Line(account, 0, times * credit(account), other),
            Line(chart.OPENING, times * credit(account), 0),
        )
    ]
    return [*entries, Entry(LEAD, Ledger.GENERAL, tuple(lines), group)]


def test_cockpit_and_statement_agree_on_every_account_of_income_and_cost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(world)
    code = formed_group(world)
    plant(monkeypatch, "RecordProgressAttestation", every_account)
    world.do(earned(1, PARTNER))
    with snapshot(world.engine) as session:
        board = cockpit(session, GROUP_ID, world.now).ledger
        over_time = series(session, GROUP_ID, world.now).moments
        asked = Asked("0", str(world.now + 1), world.now)
        said = win_win(session, Scope(ScopeKind.GROUP, code), asked)
    shown = {row: said.cell(row, "total") for row in ("3.3", "4.4", "2.2")}
    figures = {"3.3": board.revenue_minor, "4.4": board.cost_minor, "2.2": board.margin_minor}
    assert {row: figure.value for row, figure in figures.items()} == {
        row: cell.cell.value for row, cell in shown.items() if cell is not None
    }
    assert over_time[-1].value_minor.value == board.margin_minor.value
    assert len(over_time[-1].value_minor.documents) == 1  # the report that posted all of it
    outside = sum(credit(account) for account in RESULTS if row_of(account) is not None)
    assert board.margin_minor.value == outside
    assert {account for account in RESULTS if row_of(account) is None} == set(NOT_SHOWN)
    assert board.counted_minor.value == sum(credit(account) for account in MARGIN_ACCOUNTS)
    monkeypatch.undo()


def test_what_a_bet_counts_is_part_of_the_margin() -> None:
    assert set(RESULTS) > MARGIN_ACCOUNTS
    assert not {account for account in MARGIN_ACCOUNTS if row_of(account) is None}
