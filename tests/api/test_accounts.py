"""The chart and the trial balance through the API: added accounts, months, scope, the other standard, pages."""

from __future__ import annotations

import pytest

from erp.kernel.roles import Role
from erp.payments.schemas import RecordTokenIssue
from tests.api.house import SUPPLIER, House

RENT = {"code": "6602.06", "parent": "6602", "name": "Rent", "name_zh": "租赁费"}


def tokens(house: House, account: str, amount: int) -> None:
    """An outside partner buys tokens."""
    issue = RecordTokenIssue(account=account, amount_minor=amount, bank_ref="0x" + "ab" * 32)
    house.settle(issue)


def capital(house: House, entity: str, amount: int) -> None:
    body = {"entity": entity, "amount_minor": amount}
    assert house.told(Role.FINANCE, "/capital-contributions", body).status_code == 201


def test_finance_and_admin_add_accounts_and_all_of_the_house_read_them(house: House) -> None:
    for role in (Role.WAREHOUSE, Role.SUPPLIER, Role.AUDITOR):
        assert house.post(role, "/accounts", RENT).status_code == 403
    assert house.post(Role.FINANCE, "/accounts", RENT).status_code == 201
    again = house.post(Role.ADMIN, "/accounts", RENT)
    assert again.json()["type"] == "urn:interlock:problem:account-exists"
    page = house.get(Role.WAREHOUSE, "/accounts", after="6602.05", limit=1).json()
    assert page["items"] == [
        {
            **RENT,
            "ledger": "GL",
            "side": "debit",
            "statement_line": "administrative expenses",
            "guarded": False,
            "small_code": "5602.06",
            "small_name": "租赁费",
            "role": None,
            "leaf": True,
            "added_by": "ACC-2026-00001",
        }
    ]
    assert page["next_after"] == "6602.06"
    assert house.get(Role.SUPPLIER, "/accounts").status_code == 403


def test_the_trial_balance_is_told_for_months_and_scope_and_under_the_other_standard(
    house: House,
) -> None:
    capital(house, "HEFEI", 500)
    tokens(house, SUPPLIER, 70)
    whole = house.get(Role.FINANCE, "/trial-balance").json()
    assert (whole["scope"], whole["debit_minor"], whole["next_after"]) == ("own", 570, None)
    assert [line["account"] for line in whole["lines"]] == ["1002", "2241.01", "4001"]
    every = house.get(Role.FINANCE, "/trial-balance", scope="all", standard="small").json()
    assert [(line["account"], line["closing_minor"]) for line in every["lines"]] == [
        ("1002", 570),
        ("1012.01", 70),
        ("2241.01", -70),
        ("3001", -500),
        ("3104.01", -70),
    ]
    before = house.get(Role.FINANCE, "/trial-balance", through="2026-04").json()
    assert (before["lines"], before["debit_minor"], before["through"]) == ([], 0, "2026-04")
    after = house.get(Role.FINANCE, "/trial-balance", since="2026-06").json()
    assert [line["opening_minor"] for line in after["lines"]] == [570, -70, -500]
    assert after["debit_minor"] == 0
    by_group = house.get(Role.FINANCE, "/trial-balance", by="chain_group", entity="ACME").json()
    assert by_group["lines"] == []
    held = house.get(Role.FINANCE, "/balances", scope="all", after="ACME|1012.01").json()["items"]
    assert [(row["entity"], row["outside"]) for row in held[:2]] == [
        ("ACME", True),
        ("HEFEI", False),
    ]


def test_the_trial_balance_comes_in_pages_with_the_sums_of_all(house: House) -> None:
    capital(house, "HEFEI", 500)
    tokens(house, SUPPLIER, 70)
    query = {"by": "entity", "scope": "all", "limit": 4}
    first = house.get(Role.AUDITOR, "/trial-balance", **query).json()
    rest = house.get(Role.AUDITOR, "/trial-balance", **query, after=first["next_after"]).json()
    keys = [(line["key"], line["account"]) for line in first["lines"] + rest["lines"]]
    assert keys == [
        ("ACME", "1012.01"),
        ("ACME", "4104.01"),
        ("HEFEI", "1002"),
        ("HEFEI", "4001"),
        ("TREASURY", "1002"),
        ("TREASURY", "2241.01"),
    ]
    assert rest["next_after"] is None
    assert first["debit_minor"] == rest["debit_minor"] == 640


@pytest.mark.parametrize(
    "query",
    [
        {"through": "2026-13"},
        {"since": "0000-01"},
        {"scope": "theirs"},
        {"standard": "ifrs"},
        {"limit": 0},
        {"limit": 10_001},
        {"at": "2026-10-31"},
    ],
)
def test_d10_a_trial_balance_that_is_asked_for_wrongly_is_refused(
    house: House, query: dict[str, str | int]
) -> None:
    assert house.get(Role.AUDITOR, "/trial-balance", **query).status_code == 422
