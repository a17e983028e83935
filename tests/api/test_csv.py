"""Every list is read as comma-separated values too, with the same rows, the same rights and no formula in it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from erp.api.as_csv import cell
from erp.api.routes import ACCESS
from erp.kernel.roles import Role
from tests.erp.conftest import NewEngine, new_engine

from .everything import opened, with_everything
from .house import House

__all__ = ["new_engine"]


def lists(house: House) -> list[str]:
    """The paths whose document says that they answer in this form, of those that an auditor may read."""
    found = []
    for path, by in house.app.openapi()["paths"].items():
        answer = by.get("get", {}).get("responses", {}).get("200", {})
        if (
            "{" not in path
            and "text/csv" in answer.get("content", {})
            and Role.AUDITOR in ACCESS["GET", path]
        ):
            found.append(path)
    return found


def asked(house: House, role: Role, path: str, **query: Any) -> tuple[list[dict[str, str]], Any]:
    headers = house.headers(role) | {"Accept": "text/csv"}
    answer = house.client.get(path, params=query or None, headers=headers)
    assert answer.status_code == 200, (path, answer.text)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline=""))), answer


@pytest.mark.sqlite("the same rows in another form")
def test_every_list_has_the_rows_of_its_page_and_names_the_next(new_engine: NewEngine) -> None:
    house = opened(new_engine(with_everything), "supplier")
    found = lists(house)
    assert len(found) > 30
    for path in found:
        whole = house.get(Role.AUDITOR, path, limit=3)
        if whole.status_code != 200:
            whole = house.get(Role.AUDITOR, path)
        page = whole.json()
        query = {"limit": 3} if "next_after" in page and whole.request.url.query else {}
        rows, answer = asked(house, Role.AUDITOR, path, **query)
        assert len(rows) == len(page["items"]), path
        for row, item in zip(rows, page["items"], strict=True):
            assert row == {name: str(cell(value)) for name, value in item.items()}, path
        if page["next_after"] is not None:
            place = answer.links["next"]["url"]
            after, _ = asked(house, Role.AUDITOR, place)
            assert not [row for row in after if row in rows], path


def test_what_a_role_is_not_shown_is_empty(house: House) -> None:
    house.post(Role.PLANNER, "/items", {"code": "STEEL", "name": "Steel", "unit": "sheet"})
    (row,), _ = asked(house, Role.WAREHOUSE, "/documents", type="item")
    assert (row["number"], row["salt"], row["entries"]) == ("ITM-2026-00001", "", "")
    assert asked(house, Role.WAREHOUSE, "/tenders")[0] == []


@pytest.mark.parametrize(
    ("value", "told"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), (-5, -5), (None, ""), ([1], "[1]"), ("合肥, \"x\"", "合肥, \"x\"")],
)  # fmt: skip
def test_no_text_is_taken_for_a_formula(value: Any, told: Any) -> None:
    assert cell(value) == told
