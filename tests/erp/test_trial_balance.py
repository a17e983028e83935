"""The trial balance at any month's end, read from the turnover; and no cached sum that is wrong stays unseen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from erp.database import snapshot, transaction
from erp.kernel.entry import Entry, Ledger
from erp.kernel.rows import Rows
from erp.kernel.unit import Unit
from erp.ledger import queries
from erp.ledger.chart import BANK, CAPITAL, COST_OF_SALES, FINISHED_GOODS, GOODS_DESPATCHED, WALLET
from erp.ledger.posting import post
from erp.ledger.rules import entry
from erp.ledger.turnover.model import Dimension, Scope, Selection, TrialBalanceRow
from erp.ledger.turnover.queries import (
    LineSums,
    cache_differences,
    closing_balances,
    trial_balance,
)
from erp.ledger.turnover.rules import in_small_standard, small_accounts, unbalanced
from erp.parties.errors import NoTreasury, TreasuryExists
from erp.parties.queries import treasury
from erp.parties.schemas import PartyKind, RegisterParty
from tests.erp.test_refusals import refused
from tests.erp.test_worked_case import play
from tests.erp.world import World, account


def at(month: int) -> int:
    """Unix seconds of a day in that month of 2026, in Beijing."""
    return int(datetime(2026, month, 15, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


@pytest.fixture
def bare(engine: Engine) -> World:
    """Buyer and rival, an outside partner, with nothing in their books."""
    world = World(engine)
    for code, kind in (("buyer", PartyKind.INTERNAL), ("rival", PartyKind.EXTERNAL)):
        world.do(RegisterParty(code=code, name=code, kind=kind, account=account(code)))
    return world


def put(world: World, month: int, *entries: Entry | None) -> None:
    """Posts entries of a month behind a document that is there already."""
    with transaction(world.engine) as session:
        unit = Unit(session)
        post(unit, 1, at(month), [made for made in entries if made is not None], carry=False)
        unit.release()


def paid_in(entity: str, amount: int, chain_group: str = "") -> Entry | None:
    return entry(entity, Ledger.GENERAL, {BANK: amount}, {CAPITAL: amount}, chain_group=chain_group)


def told(rows: Iterable[TrialBalanceRow], code: str) -> list[tuple[str, int, int, int, int]]:
    """Key, opening balance, turnover on both sides and closing balance of an account."""
    return [
        (row.key, row.opening_minor, row.debit_minor, row.credit_minor, row.closing_minor)
        for row in rows
        if row.account == code
    ]


def months(world: World) -> None:
    """Capital in three months, for two groups and for none, at two entities."""
    put(world, 1, paid_in("buyer", 100, "G1"), paid_in("rival", 7))
    put(world, 2, paid_in("buyer", 20, "G2"))
    put(world, 4, paid_in("buyer", 3, "G1"), paid_in("rival", 1, "G2"))


def test_the_trial_balance_tells_opening_turnover_and_closing_of_any_months(bare: World) -> None:
    months(bare)
    with snapshot(bare.engine) as session:
        for since, through, figures in (
            (None, None, (0, 131, 0, 131)),
            (None, "2026-01", (0, 107, 0, 107)),
            ("2026-02", "2026-03", (107, 20, 0, 127)),
            ("2026-03", "2026-03", (127, 0, 0, 127)),
            ("2026-04", None, (127, 4, 0, 131)),
        ):
            of = Selection(since=since, through=through)
            (found,) = told(trial_balance(session, of=of), CAPITAL)
            opening, debit, credit, closing = figures
            assert found == ("", -opening, credit, debit, -closing)
            assert unbalanced(trial_balance(session, Dimension.CHAIN_GROUP, of)) == []
        of = Selection("2026-02", "2026-04")
        assert told(trial_balance(session, Dimension.CHAIN_GROUP, of), CAPITAL) == [
            ("", -7, 0, 0, -7),
            ("G1", -100, 0, 3, -103),
            ("G2", 0, 0, 21, -21),
        ]
        for by in (Dimension.ENTITY, Dimension.NODE):
            assert told(trial_balance(session, by, of), CAPITAL) == [
                ("buyer", -100, 0, 23, -123),
                ("rival", -7, 0, 1, -8),
            ]
        assert told(trial_balance(session, Dimension.PLATFORM, of), CAPITAL) == [
            ("P1", -107, 0, 24, -131)
        ]
        of = Selection(entity="buyer", chain_group="G1")
        assert told(trial_balance(session, of=of), CAPITAL) == [("", 0, 0, 103, -103)]
        assert closing_balances(session, "buyer", "2026-02")[CAPITAL] == -120
        assert cache_differences(session) == []


def test_shadow_books_of_outside_partners_are_left_out_of_ours(bare: World) -> None:
    months(bare)
    with snapshot(bare.engine) as session:
        parts = {
            scope: told(trial_balance(session, of=Selection(scope=scope)), CAPITAL)
            for scope in Scope
        }
        listed = queries.balances_by_account(session, account=CAPITAL, limit=9)
        own = queries.balances_by_account(session, scope=Scope.OWN, account=CAPITAL, limit=9)
        pairs = queries.used_accounts(session, Scope.OUTSIDE)
    assert parts[Scope.OWN] == [("", 0, 0, 123, -123)]
    assert parts[Scope.OUTSIDE] == [("", 0, 0, 8, -8)]
    assert parts[Scope.ALL] == [("", 0, 0, 131, -131)]
    assert [(row.entity, row.outside) for row in listed] == [("buyer", False), ("rival", True)]
    assert [row.entity for row in own] == ["buyer"]
    assert ("rival", CAPITAL) in pairs
    assert not {"buyer"} & {entity for entity, _ in pairs}


def test_a_platform_is_that_of_the_party(bare: World) -> None:
    bare.do(
        RegisterParty(
            code="lisbon",
            name="Lisbon",
            kind=PartyKind.INTERNAL,
            account=account("lisbon"),
            platform="P2",
        )
    )
    put(bare, 1, paid_in("lisbon", 5), paid_in("buyer", 6))
    with snapshot(bare.engine) as session:
        found = told(trial_balance(session, Dimension.PLATFORM), CAPITAL)
        of_lines = LineSums(session).trial_balance(Dimension.PLATFORM)
    assert found == told(of_lines, CAPITAL) == [("P1", 0, 0, 6, -6), ("P2", 0, 0, 5, -5)]


def test_the_log_says_platform_chain_group_and_month_of_each_entry(world: World) -> None:
    world.now = at(3)
    play(world)
    posted = [made for document in world.log() for made in document.entries]
    assert posted
    for made in posted:
        assert made.keys() == {"entity", "ledger", "platform", "chain_group", "period", "lines"}
        assert (made["platform"], made["chain_group"]) == ("P1", "")
        assert made["period"] in ("2026-01", "2026-03", "2026-04")


def test_the_accounts_of_small_enterprises_that_are_one_there_are_added_up(bare: World) -> None:
    general = Ledger.GENERAL
    put(
        bare,
        1,
        entry("buyer", general, {FINISHED_GOODS: 50}, {CAPITAL: 50}),
        entry("buyer", general, {GOODS_DESPATCHED: 30}, {FINISHED_GOODS: 30}),
        entry("buyer", general, {COST_OF_SALES: 10}, {GOODS_DESPATCHED: 10}),
    )
    with snapshot(bare.engine) as session:
        accounts = queries.accounts(session)
        enterprise = trial_balance(session)
    small = in_small_standard(enterprise, accounts)
    names = small_accounts(accounts)
    assert told(small, "1405") == [("", 0, 80, 40, 40)]  # 库存商品 and 发出商品
    assert names["1405"].name_zh == "库存商品"
    assert told(small, "5401") == [("", 0, 10, 0, 10)]
    assert names["5001"].name_zh == "主营业务收入"
    assert told(small, "3001") == [("", 0, 0, 50, -50)]
    assert {row.account for row in small} <= names.keys()
    assert sum(row.closing_minor for row in small) == 0


@pytest.mark.parametrize(
    ("fault", "table", "cached", "lines"),
    [
        (
            "UPDATE ledger_turnover SET debit_low = debit_low + 1 WHERE entity = 'rival' AND account = '1012.01'",
            "ledger_turnover",
            100_001,
            100_000,
        ),
        (
            "UPDATE ledger_turnover SET credit_high = 1 WHERE entity = 'rival' AND account = '4001'",
            "ledger_turnover",
            2**32 + 100_000,
            100_000,
        ),
        (
            "DELETE FROM ledger_turnover WHERE entity = 'rival' AND account = '1012.01'",
            "ledger_turnover",
            0,
            100_000,
        ),
        (
            "UPDATE ledger_turnover SET period = '2026-02' WHERE entity = 'rival' AND account = '4001'",
            "ledger_turnover",
            0,
            100_000,
        ),
        (
            "UPDATE ledger_balance SET balance_minor = 5 WHERE entity = 'rival' AND account = '4001'",
            "ledger_balance",
            5,
            -100_000,
        ),
        (
            "DELETE FROM ledger_balance WHERE entity = 'rival' AND account = '1012.01'",
            "ledger_balance",
            0,
            100_000,
        ),
    ],
)
def test_i3_a_cached_sum_that_is_not_that_of_the_lines_is_named(
    bare: World, fault: str, table: str, cached: int, lines: int
) -> None:
    put(bare, 1, entry("rival", Ledger.GENERAL, {WALLET: 100_000}, {CAPITAL: 100_000}))
    with snapshot(bare.engine) as session:
        assert cache_differences(session) == []
    with bare.engine.begin() as connection:
        assert connection.execute(text(fault)).rowcount == 1
    with snapshot(bare.engine) as session:
        first, *_more = cache_differences(session)
    assert (first.table, first.cached_minor, first.lines_minor) == (table, cached, lines)
    assert "rival" in str(first)


def test_there_is_one_treasury(bare: World) -> None:
    with snapshot(bare.engine) as session, pytest.raises(NoTreasury):
        treasury(Rows.of(session))
    first, second = (
        RegisterParty(code=code, name=code, kind=PartyKind.TREASURY, account=account(code))
        for code in ("treasury", "second")
    )
    bare.do(first)
    with refused(bare, TreasuryExists, key="treasury"):
        bare.do(second)
    with snapshot(bare.engine) as session:
        assert treasury(Rows.of(session)).code == "treasury"
