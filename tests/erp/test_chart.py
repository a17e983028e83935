"""The chart of accounts: each account has its place, its name under both standards, and takes postings or has children."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from erp.kernel.base import metadata
from erp.kernel.entry import Entry, Ledger, Line
from erp.ledger import chart
from erp.ledger.account import Side, StatementLine
from erp.ledger.chart import BY_CODE, BY_ROLE, CHART, OUTPUT_TAX_TO_CORRECT
from erp.ledger.rules import check

SMALL_TOP_CODES = {  # 小企业会计准则, appendix: the accounts that the chart maps to
    *(
        "1001",
        "1002",
        "1012",
        "1121",
        "1122",
        "1123",
        "1221",
        "1402",
        "1403",
        "1404",
        "1405",
        "1411",
        "1511",
    ),
    *("1601", "1602", "1604", "1701", "1702", "1801", "1901"),
    *("2001", "2201", "2202", "2203", "2211", "2221", "2241", "2501"),
    *("3001", "3002", "3101", "3103", "3104", "4001", "4101", "4301"),
    *(
        "5001",
        "5051",
        "5111",
        "5301",
        "5401",
        "5402",
        "5403",
        "5601",
        "5602",
        "5603",
        "5711",
        "5801",
    ),
}


def test_an_account_stands_below_an_account_of_its_ledger_whose_code_it_extends() -> None:
    codes = [account.code for account in CHART]
    assert codes == sorted(set(codes))
    for account in CHART:
        if account.parent is not None:
            above = BY_CODE[account.parent]
            assert account.code.startswith(f"{above.code}.")
            assert account.ledger is above.ledger


def test_each_account_has_its_place_under_both_standards() -> None:
    for account in CHART:
        if account.ledger is Ledger.BUDGET:
            assert account.statement_line is StatementLine.OFF_BALANCE
            assert account.small_code == account.small_name == ""
        else:
            assert account.statement_line is not StatementLine.OFF_BALANCE
            assert account.small_name
            assert account.small_code.split(".")[0] in SMALL_TOP_CODES
            assert account.small_code.count(".") == account.code.count(".")


def test_a_claim_on_chain_is_a_trade_receivable_and_no_note_under_the_small_standard() -> None:
    claims = BY_CODE[BY_ROLE["claims_held"]]
    assert (claims.small_code, claims.small_name) == ("1122", "应收账款")
    assert claims.statement_line is StatementLine.RECEIVABLES_FINANCING


def test_vat_to_come_and_vat_to_be_taken_back_are_shown_on_either_side_of_the_balance_sheet() -> (
    None
):
    to_come, to_take_back = BY_CODE[BY_ROLE["deferred_output_tax"]], BY_CODE[OUTPUT_TAX_TO_CORRECT]
    assert (to_come.side, to_take_back.side) == (Side.CREDIT, Side.DEBIT)
    assert to_come.statement_line is StatementLine.OTHER_CURRENT_LIABILITIES
    assert to_take_back.statement_line is StatementLine.OTHER_CURRENT_ASSETS


def test_an_account_with_a_role_has_none_below_it_and_no_other_has_its_role() -> None:
    assert len(BY_ROLE) == sum(account.role is not None for account in CHART)
    assert all(account.leaf for account in CHART if account.role)


def test_an_account_with_accounts_below_it_takes_no_postings() -> None:
    parents = {account.parent for account in CHART} - {None}
    assert parents == {account.code for account in CHART if not account.leaf}
    for parent in parents:
        made = Entry("buyer", Ledger.GENERAL, (Line(parent or "", 1, 0), Line(chart.BANK, 0, 1)))
        with pytest.raises(ValueError, match="has accounts below it"):
            check(made, BY_CODE)
    with pytest.raises(ValueError, match="is not in ledger GL"):
        check(Entry("buyer", Ledger.GENERAL, (Line("9000", 1, 0), Line("9003", 0, 1))), BY_CODE)


def test_the_accounts_are_rows(engine: Engine) -> None:
    table = metadata.tables["ledger_account"]
    with engine.connect() as connection:
        rows = {row.code: row for row in connection.execute(select(table))}
    assert set(rows) == set(BY_CODE)
    output = rows["2221.01.06"]
    assert (output.parent, output.name_zh, output.role) == ("2221.01", "销项税额", "output_tax")
    assert (output.small_code, output.statement_line) == ("2221.01.06", "taxes payable")
    assert (output.leaf, output.added_by, output.guarded) == (True, None, False)
    assert not rows["2221.01"].leaf
    assert (rows["5001"].small_code, rows["5001"].small_name) == ("4001", "生产成本")
