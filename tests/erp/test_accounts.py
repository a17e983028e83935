"""Accounts are added below others: never below one that is posted to, and with all that the one above has."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from erp.database import snapshot, transaction
from erp.kernel.entry import Entry, Ledger
from erp.kernel.rows import Rows
from erp.kernel.unit import Unit
from erp.ledger import queries
from erp.ledger.chart import BANK, CAPITAL
from erp.ledger.errors import (
    AccountExists,
    AccountInUse,
    AccountNotBelow,
    AccountTakesNoPostings,
    UnknownLedgerAccount,
)
from erp.ledger.posting import post
from erp.ledger.rules import entry
from erp.ledger.schemas import AddAccount
from erp.ledger.turnover.queries import trial_balance
from erp.replay import differences
from tests.erp.books import check_journal
from tests.erp.test_refusals import refused
from tests.erp.world import START, World

RENT = "6602.06"


def added(code: str, parent: str, name: str = "Rent", name_zh: str = "租赁费") -> AddAccount:
    return AddAccount(code=code, parent=parent, name=name, name_zh=name_zh)


def book(world: World, account: str, amount: int = 100) -> Entry:
    """The owners pay for something of the buyer's that stands on this account, behind a document that is there already."""
    made = entry("buyer", Ledger.GENERAL, {account: amount}, {CAPITAL: amount})
    assert made is not None
    with transaction(world.engine) as session:
        unit = Unit(session)
        post(unit, 1, START, [made], carry=False)
        unit.release()
    return made


def test_an_account_that_is_added_takes_postings_and_stands_in_the_trial_balance(
    world: World,
) -> None:
    made = world.do(added(RENT, "6602"))
    assert (made.type, made.number) == ("account", "ACC-2026-00001")
    book(world, RENT)
    with snapshot(world.engine) as session:
        account = queries.accounts(session)[RENT]
        assert (account.small_code, account.small_name) == ("5602.06", "租赁费")
        assert (account.side, account.statement_line) == ("debit", "administrative expenses")
        assert (account.role, account.leaf, account.guarded) == (None, True, False)
        assert queries.balance(Rows.of(session), "buyer", RENT) == 100
        assert [r.debit_minor for r in trial_balance(session) if r.account == RENT] == [100]
        check_journal(session)


def test_what_was_added_is_rebuilt_from_the_log(world: World) -> None:
    world.do(added(RENT, "6602"))
    world.do(added("6602.06.01", RENT, "Rent of halls", "厂房租金"))
    with snapshot(world.engine) as session:
        assert differences(session) == []


def test_an_account_with_others_below_it_is_posted_to_no_more(world: World) -> None:
    world.do(added(RENT, "6602"))
    world.do(added("6602.06.01", RENT))
    with snapshot(world.engine) as session:
        rows = Rows.of(session)
        assert queries.posting_account(rows, "6602.06.01").leaf
        with pytest.raises(AccountTakesNoPostings, match="has accounts below it"):
            queries.posting_account(rows, RENT)
        with pytest.raises(UnknownLedgerAccount):
            queries.posting_account(rows, "6602.77")
    with pytest.raises(ValueError, match="has accounts below it"):
        book(world, RENT)
    with pytest.raises(ValueError, match="is not in ledger GL"):
        book(world, "6602.77")


def test_an_account_is_added_below_a_parent_that_takes_no_postings(world: World) -> None:
    with refused(world, UnknownLedgerAccount, key="6604"):
        world.do(added("6604.01", "6604"))
    with refused(world, AccountExists, key="6602.01"):
        world.do(added("6602.01", "6602"))
    for code in ("6601.09", "6602.01.01", "6602.06.01"):
        with refused(world, AccountNotBelow, account=code, parent="6602"):
            world.do(added(code, "6602"))
    with refused(world, AccountInUse, account=BANK):
        world.do(added("1002.01", BANK))
    with refused(world, AccountInUse, account="9003"):
        world.do(added("9003.01", "9003"))
    world.do(added(RENT, "6602"))
    book(world, RENT)
    with refused(world, AccountInUse, account=RENT, use="it has postings"):
        world.do(added("6602.06.01", RENT))


@pytest.mark.parametrize(
    "code", ["", "66", "6602.", "6602.1", "6602.001", "0602", "6602.01\n", "A602"]
)
def test_a_code_of_an_account_is_four_digits_and_pairs(code: str) -> None:
    with pytest.raises(ValidationError):
        added(code, "6602")
