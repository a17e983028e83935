"""The win-win statement: steam-wash to the fen, two ways to each figure, and faults that it must not hide."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text

from erp.database import snapshot
from erp.kernel.calendar import HOUSE_ZONE, begins
from erp.kernel.entry import Entry
from erp.kernel.errors import NotFound
from erp.parties.schemas import PartyKind, RegisterParty
from erp.standing.queries import net_of_rules
from erp.statements.data import as_data
from erp.statements.model import ELIMINATIONS, TOTAL, Scope, ScopeKind, WinWin
from erp.statements.page import page
from erp.statements.rows import KEPT, ROWS, Counted
from erp.statements.text import lines
from erp.statements.win_win import Asked, win_win
from erp.statements.wording import Language
from erp.statements.workbook import workbook
from tests.erp.groups import GRAB, SELECT, forming, grab, order, prepare, reopening
from tests.erp.statements import (
    COST,
    LAUNDRY,
    LEAD,
    PARTNER,
    PAYS,
    PRICE,
    USERS,
    earned,
    formed_group,
    steam_wash,
    wash,
)
from tests.erp.world import World, account
from tests.faults.planting import plant


def read(world: World, code: str, kind: ScopeKind = ScopeKind.GROUP, **asked: Any) -> WinWin:
    """The statement of something, of this month unless another period is named."""
    wanted = {"first": None, "last": None, **asked}
    with snapshot(world.engine) as session:
        return win_win(session, Scope(kind, code), Asked(**wanted, now=world.now))


def value(found: WinWin, row: str, column: str = TOTAL) -> int | None:
    """A figure of the statement."""
    shown = found.cell(row, column)
    assert shown is not None, (row, column)
    return shown.cell.value


def test_steam_wash_is_shared_to_the_fen(groups: World) -> None:
    found = read(groups, steam_wash(groups))
    assert found.errors == ()
    assert value(found, "1.1") == 30
    assert (value(found, "3.1"), value(found, "3.2"), value(found, "3.3")) == (0, 900_000, 900_000)
    assert (value(found, "4.1"), value(found, "4.2"), value(found, "4.4")) == (0, 100_000, 100_000)
    assert value(found, "2.2") == 800_000
    assert value(found, "2.3", PARTNER) == 141_702
    assert value(found, "2.3", LAUNDRY) == 73_191
    assert value(found, "2.5") == value(found, "2.5", LEAD) == 585_107
    assert value(found, "3.3.1") == 30_000
    assert value(found, "5.1") == 26_666


def test_every_figure_of_money_is_the_sum_of_the_lines_that_it_lists(groups: World) -> None:
    found = read(groups, steam_wash(groups))
    summed = [
        (row.code, column, shown.cell)
        for row in ROWS
        for column in (TOTAL, ELIMINATIONS, *found.columns)
        if row.unit is Counted.MINOR
        and (shown := found.cell(row.code, column))
        and not shown.cell.ratio
    ]
    assert len(summed) > 100
    for row, column, cell in summed:
        assert cell.value in (sum(part.minor for part in cell.parts), None), (row, column)
    keys = {(part.line.entry, part.line.position) for _, _, cell in summed for part in cell.parts}
    with snapshot(groups.engine) as session:
        lines = (
            "SELECT entry, position FROM journal_line WHERE chain_group <> '' AND account LIKE '6%'"
        )
        assert keys == {tuple(row) for row in session.execute(text(lines))}
    shown = found.cell("1.1")
    assert shown is not None
    assert len({act.document for act in shown.cell.acts}) == USERS


def test_the_same_months_side_by_side_tell_what_grew(groups: World) -> None:
    code = steam_wash(groups)
    groups.now = begins("2026-02-10", HOUSE_ZONE)
    wash(groups, code, "U-00")
    found = read(groups, code)
    assert (found.before.name, found.period.name) == ("2026-01", "2026-02")
    for row, now, before in (
        ("1.1", 1, 30),
        ("1.3", 1, 0),
        ("2.2", 26_667, 800_000),
        ("5.1", 26_667, 26_666),
    ):
        shown = found.cell(row)
        assert shown is not None
        assert (shown.cell.value, shown.before, shown.change) == (now, before, now - before), row
    assert value(found, "5.2") is None  # fewer users than before
    assert [point.value_minor for point in found.trend[-3:]] == [0, 800_000, 26_667]
    assert (
        read(groups, code, first="2026-01", last="2026-02").cells["2.2", TOTAL].cell.value
        == 826_667
    )


def test_node_and_platform_have_statements_of_their_own(groups: World) -> None:
    steam_wash(groups)
    wash(groups, None, "U-01")  # for no group
    own = read(groups, LEAD, ScopeKind.NODE)
    assert own.errors == ()
    assert own.columns == (LEAD,)
    # for a node alone everybody is outside: pay and shares are cost, and the sale for no group counts
    assert value(own, "2.2") == 585_107 + PRICE - COST
    assert value(own, "4.2.2") == 300_000
    whole = read(groups, "P1", ScopeKind.PLATFORM)
    assert whole.errors == ()
    assert {LEAD, "buyer"} <= set(whole.columns)
    assert PARTNER not in whole.columns  # an outside partner: its books are a shadow
    assert value(whole, "2.5") is None
    assert value(whole, "2.2") == value(whole, "2.3") == 585_107 + PRICE - COST


@pytest.mark.parametrize("kind", list(ScopeKind))
def test_what_is_not_known_is_not_found(world: World, kind: ScopeKind) -> None:
    with pytest.raises(NotFound):
        read(world, "NOBODY", kind)


def test_trade_between_members_is_kept_in_stock_at_their_price(world: World) -> None:
    world.do(order(world, (0,), leader=account("buyer")))
    world.do(grab("supplier"))
    world.wait(GRAB + SELECT)
    world.do(forming(100).model_copy(update={"leader": account("buyer")}))
    code = world.last("group_forming").fields["chain_group"]
    number = world.ordered(chain_group=code).number
    world.fund()
    world.despatch(90)
    world.inspect(world.receive(number, 90).number, 86, 4)
    world.invoice(number, 86, 997_600, 129_688)
    found = read(world, code)
    assert found.errors == ()
    assert value(found, "3.1", "supplier") == 997_600
    assert (value(found, "3.1"), value(found, "3.1", ELIMINATIONS)) == (0, -997_600)
    assert value(found, KEPT) == -997_600
    assert value(found, "2.2") == value(found, "2.3") == 997_600


# ---- what it must not hide -----------------------------------------------------------------------


def other_side_forgotten(entries: list[Entry]) -> list[Entry]:
    """The holder's entry is not made."""
    return [entry for entry in entries if entry.entity == LEAD]


def group_forgotten(entries: list[Entry]) -> list[Entry]:
    """The holder's entry is made for no group."""
    return [entry if entry.entity == LEAD else replace(entry, chain_group="") for entry in entries]


def counterparty_forgotten(entries: list[Entry]) -> list[Entry]:
    """The holder's entry names nobody."""
    return [
        entry
        if entry.entity == LEAD
        else replace(entry, lines=tuple(replace(line, counterparty=None) for line in entry.lines))
        for entry in entries
    ]


@pytest.mark.parametrize("later", [0, 1, 3_600], ids=["the same second", "a second", "an hour"])
def test_pay_reported_of_work_of_who_left_is_no_business_with_outsiders(
    groups: World, later: int
) -> None:
    """The reporter may tell what a holder did after its role was opened anew; the pay is a pair inside of the group."""
    code = formed_group(groups)
    groups.wait(100)
    groups.do(reopening(groups, PARTNER, "resigned"))
    groups.wait(later)
    groups.do(earned(1, PARTNER))
    told = read(groups, code)
    assert told.errors == ()
    pay = PAYS[PARTNER]
    assert (value(told, "2.3.1", PARTNER), value(told, "2.5", LEAD)) == (pay, -pay)
    assert (value(told, "2.2"), value(told, "4.4")) == (0, 0), "no cost of the group"
    assert told.others is not None
    assert told.others.books_minor == 0


@pytest.mark.parametrize("fault", [other_side_forgotten, group_forgotten, counterparty_forgotten])
def test_a_pair_inside_the_group_that_is_booked_on_one_side_is_an_error_and_breaks_i23(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Callable[[list[Entry]], list[Entry]]
) -> None:
    prepare(world)
    code = formed_group(world)
    plant(monkeypatch, "RecordProgressAttestation", fault)
    told = world.do(earned(1, PARTNER)).number
    found = read(world, code)
    (two_ways, *rest) = found.checks
    assert (two_ways.holds, {check.holds for check in rest}) == (False, {True})
    assert [torn.document for torn in found.torn] == [told]
    assert any(told in error for error in found.errors)
    with snapshot(world.engine) as session:
        wrong = {
            name: net
            for name, net in net_of_rules(session).items()
            if net and name.startswith("I23")
        }
    assert wrong == dict.fromkeys(
        (f"I23 members of {code}", f"I23 members of {code}, {told}"), -PAYS[PARTNER]
    )
    assert "error" in "\n".join(lines(found))
    assert told in page(found, Language.EN)
    monkeypatch.undo()


# ---- on paper ------------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_elsewhere_and_names_are_no_markup(groups: World) -> None:
    steam_wash(groups)
    groups.do(
        RegisterParty(
            code="odd",
            name="<script>alert(1)</script>",
            kind=PartyKind.INTERNAL,
            account=account("odd"),
        )
    )
    for language in Language:
        told = page(read(groups, "odd", ScopeKind.NODE), language)
        assert "<script" not in told
        assert "&lt;script&gt;" in told
        assert not re.search(r"https?:|url\(|<link|<img|javascript", told)
        assert told.count("<svg") == 2
    assert "A4 landscape" in told


def test_the_workbook_holds_numbers_and_every_line_and_no_formula(groups: World) -> None:
    found = read(groups, steam_wash(groups))
    made = workbook(found, Language.ZH)
    assert made == workbook(found, Language.ZH)
    with zipfile.ZipFile(BytesIO(made)) as book:
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2, 3)]
        names = book.read("xl/workbook.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "共赢增值表" in names
    for amount in ("8000", "5851.07", "1417.02", "731.91", "266.66"):
        assert f"<v>{amount}</v>" in sheets[0]
    assert not any("<f>" in sheet for sheet in sheets)
    assert sheets[2].count("<row ") > 200
    assert "SDL-2026-00001" in strings


def test_the_terminal_shows_columns_below_each_other_and_the_reader_who_sees_one_column_no_total(
    groups: World,
) -> None:
    found = read(groups, steam_wash(groups))
    told = lines(found)
    (row,) = [line for line in told if "2.2 Ecosystem" in line]
    assert row.split()[-7:] == [
        "8,000.00",
        "5,851.07",
        "1,417.02",
        "731.91",
        "0.00",
        "0.00",
        "+8,000.00",
    ]
    own = found.seen_by(frozenset({LAUNDRY}), total=False)
    said = "\n".join(lines(own)) + page(own, Language.ZH) + json.dumps(as_data(own))
    assert "731.91" in said
    for hidden in ("8,000.00", "5,851.07", "800000", "585107", PARTNER):
        assert hidden not in said
    assert own.sources("2.3", LAUNDRY) is not None
    with_total = found.seen_by(frozenset({LAUNDRY}), total=True)
    assert with_total.cell("2.2") is not None
    assert with_total.sources("2.2", TOTAL) is None
    assert found.sources("2.2", TOTAL) is not None
