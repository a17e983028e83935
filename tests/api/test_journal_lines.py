"""The lines of the journal by account, month, entity and group are those of the documents and add up to the balances."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from erp.kernel.roles import Role
from tests.erp.conftest import NewEngine, new_engine

from .everything import opened, with_everything
from .house import House
from .test_problems import problem

__all__ = ["new_engine"]


@pytest.fixture
def told(new_engine: NewEngine) -> House:
    return opened(new_engine(with_everything), "supplier")


def lines(house: House, **query: Any) -> list[dict[str, Any]]:
    """All lines that a query finds, page by page."""
    found: list[dict[str, Any]] = []
    after: Any = ""
    while after is not None:
        answer = house.get(Role.AUDITOR, "/journal-lines", limit=200, after=after, **query)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        after = answer.json()["next_after"]
    return found


def test_the_lines_of_an_account_add_up_to_its_balance_and_those_of_a_month_to_its_turnover(
    told: House,
) -> None:
    whole = lines(told, scope="all")
    sums: Counter[tuple[str, str]] = Counter()
    for line in whole:
        sums[line["entity"], line["account"]] += line["debit_minor"] - line["credit_minor"]
    balances = told.get(Role.AUDITOR, "/balances", scope="all", limit=500).json()["items"]
    assert {(b["entity"], b["account"]): b["balance_minor"] for b in balances} == dict(sums)
    month = whole[len(whole) // 2]["period"]
    trial = told.get(
        Role.AUDITOR, "/trial-balance", since=month, through=month, entity="buyer", scope="all"
    ).json()
    own = lines(told, period=month, entity="buyer", scope="all")
    assert sum(line["debit_minor"] for line in own) == trial["debit_minor"]
    assert sum(line["credit_minor"] for line in own) == trial["credit_minor"]
    for line in trial["lines"]:
        assert line["opening_minor"] + line["debit_minor"] - line["credit_minor"] in {
            line["closing_minor"], -line["closing_minor"],
        }  # fmt: skip


def test_lines_are_found_by_account_group_party_and_order(told: House) -> None:
    whole = lines(told)
    above = whole[0]["account"].partition(".")[0]
    below = [line for line in whole if line["account"].partition(".")[0] == above]
    assert lines(told, account=above) == below
    for name, query in (
        ("chain_group", "chain_group"),
        ("counterparty", "party"),
        ("order_number", "order"),
    ):
        value = next(line[name] for line in whole if line[name])
        assert lines(told, **{query: value}) == [line for line in whole if line[name] == value]
    number = whole[-1]["document"]
    document = told.get(Role.AUDITOR, f"/documents/{number}").json()
    booked = [line["account"] for entry in document["entries"] for line in entry["lines"]]
    assert {line["account"] for line in whole if line["document"] == number} <= set(booked)


def test_lines_are_shown_to_the_books_alone_and_from_a_place_that_is_one(told: House) -> None:
    assert told.get(Role.WAREHOUSE, "/journal-lines").status_code == 403
    for after in ("x", "1", "1|x", "|1"):
        answer = told.get(Role.AUDITOR, "/journal-lines", after=after)
        problem(answer, 422, "unreadable-query")
