"""Every list: filters, orders and places under the same names, forwards and backwards, and no row left out or met twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from erp.api.listing import MAX_COUNTED
from erp.api.routes import ACCESS
from erp.kernel.roles import Role
from tests.erp.conftest import NewEngine, new_engine

from .everything import opened, with_everything
from .house import House
from .test_problems import problem

__all__ = ["new_engine"]
MANY = 100_000
EVERYWHERE = {"sort", "before", "after", "limit", "count"}
# A table read from end to end; SQLite says SCAN also of one that is read in the order of a key, from a place on.
SCAN = re.compile(r"Seq Scan on document_log|SCAN document_log(?! USING INDEX)")
QUERIES: tuple[dict[str, Any], ...] = (
    {"type": "goods_receipt", "sort": "-id"},
    {"type": ["goods_receipt", "inspection"], "sort": "-id"},
    {"sort": "-at"},
    {"sort": "at", "since": 40_000, "until": 60_000},
    {"number": "X-777"},
    {"type": "goods_receipt", "sort": "-id", "after": 50_000},
)


@pytest.fixture
def told(new_engine: NewEngine) -> House:
    return opened(new_engine(with_everything), "supplier")


def lists(house: House) -> dict[str, set[str]]:
    """The paths of lists that take an order, each with what it takes."""
    found = {}
    for path, by in house.app.openapi()["paths"].items():
        names = {each["name"] for each in by.get("get", {}).get("parameters", [])}
        if "sort" in names:
            found[path] = names
    return found


def sorts(house: House, path: str) -> list[str]:
    parameters = house.app.openapi()["paths"][path]["get"]["parameters"]
    schema = next(each["schema"] for each in parameters if each["name"] == "sort")
    return list(schema["enum"])


def read(house: House, path: str, **query: Any) -> dict[str, Any]:
    answer = house.get(Role.AUDITOR, path, **query)
    assert answer.status_code == 200, (path, query, answer.text)
    return dict(answer.json())


def walked(house: House, path: str, **query: Any) -> list[Any]:
    """All rows of a list, two at a time, forwards; then the same backwards from its end."""
    forwards: list[Any] = []
    page = read(house, path, limit=2, **query)
    assert page["previous_before"] is None
    forwards += page["items"]
    last = page
    while page["next_after"] is not None:
        last, page = page, read(house, path, limit=2, after=page["next_after"], **query)
        forwards += page["items"]
    backwards = list(page["items"] or last["items"])
    page = page if page["items"] else last
    while page["previous_before"] is not None:
        page = read(house, path, limit=2, before=page["previous_before"], **query)
        backwards = page["items"] + backwards
    assert backwards == forwards, (path, query)
    return forwards


@pytest.mark.sqlite("the same statements; PostgreSQL has one list below")
def test_every_list_is_read_forwards_and_backwards_in_every_order_without_a_gap(
    told: House,
) -> None:
    found = lists(told)
    assert len(found) >= 18
    for path, names in found.items():
        assert names >= EVERYWHERE, path
        whole = read(told, path, limit=500)["items"]
        for sort in sorts(told, path):
            rows = walked(told, path, sort=sort)
            assert len(rows) == len(whole), (path, sort)
            key = str
            assert sorted(map(key, rows)) == sorted(map(key, whole)), (path, sort)
        count = read(told, path, limit=1, count="true")["count"]
        assert count == len(whole), path


def test_orders_are_filtered_by_party_item_dates_statuses_and_number(told: House) -> None:
    whole = read(told, "/orders")["items"]
    statuses = sorted({each["status"] for each in whole})
    assert len(statuses) > 1
    some = [each for each in whole if each["status"] in statuses[:2]]
    assert read(told, "/orders", status=statuses[:2])["items"] == some
    latest = read(told, "/orders", status=statuses[:2], sort="-id", limit=3)["items"]
    assert latest == some[::-1][:3]
    party = whole[0]["supplier"]
    theirs = [each for each in whole if party in {each["buyer"], each["supplier"]}]
    assert read(told, "/orders", party=party)["items"] == theirs
    item = whole[-1]["item"]
    assert read(told, "/orders", item=item)["items"] == [e for e in whole if e["item"] == item]
    at = whole[len(whole) // 2]["opened_at"]
    since = [each for each in whole if each["opened_at"] >= at]
    until = [each for each in whole if each["opened_at"] < at]
    assert read(told, "/orders", since=at)["items"] == since
    assert read(told, "/orders", until=at)["items"] == until
    number = whole[0]["number"]
    assert read(told, "/orders", number=number.lower())["items"] == [whole[0]]
    begins = read(told, "/orders", number=number[:-1])["items"]
    assert begins == [each for each in whole if each["number"].startswith(number[:-1])]
    assert read(told, "/orders", number="XX")["items"] == []


def test_documents_are_filtered_by_types_dates_party_and_number(told: House) -> None:
    whole = read(told, "/documents", limit=500)["items"]
    kinds = ["goods_receipt", "inspection"]
    some = [each for each in whole if each["type"] in kinds]
    assert read(told, "/documents", type=kinds)["items"] == some
    newest = read(told, "/documents", type=kinds, sort="-id", limit=2)["items"]
    assert newest == some[::-1][:2]
    at = some[-1]["at"]
    assert read(told, "/documents", type=kinds, since=at)["items"] == [
        each for each in some if each["at"] >= at
    ]
    booked = read(told, "/documents", party="supplier", limit=500)["items"]
    assert booked
    for each in booked:
        assert "supplier" in {entry["entity"] for entry in each["entries"]}
    number = some[0]["number"]
    assert read(told, "/documents", number=number)["items"] == [some[0]]


def test_a_place_of_another_list_or_of_both_directions_is_refused(told: House) -> None:
    for query in (
        {"after": "x"},
        {"after": "1|2"},
        {"sort": "at", "after": "1"},
        {"after": "1", "before": "2"},
        {"before": "1" * 30},
    ):
        problem(told.get(Role.AUDITOR, "/orders", **query), 422, "unreadable-query")


def test_a_supplier_is_listed_no_more_by_any_filter_than_without(told: House) -> None:
    for path in lists(told):
        if Role.SUPPLIER not in ACCESS["GET", path]:
            continue
        names = lists(told)[path]
        own = told.get(Role.SUPPLIER, path, limit=500).json()["items"]
        for query in (
            {"count": "true"}, {"party": "buyer"}, {"party": "rival"}, {"sort": "-id"}, {"since": 0}, {"number": "P"},
        ):  # fmt: skip
            if not query.keys() <= names or ("sort" in query and "-id" not in sorts(told, path)):
                continue
            answer = told.get(Role.SUPPLIER, path, limit=500, **query)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            assert all(each in own for each in page["items"]), (path, query)
            assert page["count"] in {None, len(own)}


# ---- 10^5 documents --------------------------------------------------------------------------------


def fill(engine: Engine) -> None:
    """A log of MANY documents, a tenth of them goods receipts."""
    row = (
        "INSERT INTO document_log (sequence, type, number, at, actor, command, payload, salt, rules_version) "
        "SELECT n + 100, CASE n % 10 WHEN 0 THEN 'goods_receipt' WHEN 1 THEN 'inspection' ELSE 'payment' END, "
        "'X-' || n, n, 'a', 'C', '{{\"entries\":[],\"fields\":{{}}}}', '00', 1 FROM {source}"
    )
    series = f"generate_series(1, {MANY}) AS n"
    if engine.dialect.name == "sqlite":
        series = f"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {MANY}) SELECT n FROM c)"  # noqa: S608
    with engine.begin() as connection:
        connection.execute(text(row.format(source=series)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def plans(engine: Engine, ask: Callable[[], Any]) -> list[str]:
    """How the database does each statement about the log that `ask` makes."""
    told: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if (
            statement.startswith("SELECT")
            and "document_log" in statement
            and "void" not in statement
        ):
            told.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    ask()
    event.remove(engine, "before_cursor_execute", keep)
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    found = []
    with engine.connect() as connection:
        for statement, parameters in told:
            rows = connection.exec_driver_sql(explain + statement, parameters)
            found.append("\n".join(str(row[-1]) for row in rows))
    assert found
    return found


def test_the_newest_50_of_a_type_among_a_hundred_thousand_need_no_scan(house: House) -> None:
    fill(house.engine)
    for query in QUERIES:
        page: dict[str, Any] = {}

        def ask(page: dict[str, Any] = page, query: dict[str, Any] = query) -> None:
            page.update(read(house, "/documents", limit=50, **query))

        for plan in plans(house.engine, ask):
            scans = [line for line in plan.splitlines() if SCAN.search(line)]
            assert not scans, (query, plan)
        assert page["items"], query
        if query.get("sort") == "-id" and "after" not in query:
            assert page["items"][0]["sequence"] > MANY
    assert read(house, "/documents", limit=1, count="true")["count"] == MAX_COUNTED
