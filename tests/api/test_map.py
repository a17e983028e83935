"""docs/erp.md shows what `interlock erp map` prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from erp import map as erp_map
from erp.api.routes import ACCESS, PUBLIC
from erp.cli import app
from erp.rooms import OPERATIONS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "erp.md").read_text(encoding="utf-8")
POLICIES = (DOCS / "accounting-policies.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "table",
    [
        erp_map.roles_table,
        erp_map.reads_table,
        erp_map.fields_table,
        erp_map.operations_table,
        erp_map.chart_table,
    ],
)
def test_the_page_shows_each_table_as_it_is_printed(table: object) -> None:
    assert callable(table)
    assert str(table()) in PAGE, (
        f"put the output of `interlock erp map` into docs/erp.md:\n{table()}"
    )


def test_the_policies_show_every_posting_rule_as_it_is_printed() -> None:
    assert erp_map.rules_table() in POLICIES, (
        f"put the rules of `interlock erp map` into docs/accounting-policies.md:\n{erp_map.rules_table()}"
    )


def test_the_map_is_printed_for_people_and_for_programs() -> None:
    assert CliRunner().invoke(app, ["map"]).output.strip() == erp_map.as_markdown()
    told = json.loads(CliRunner().invoke(app, ["map", "--json"]).output)
    assert {row["command"] for row in told["operations"]} == {one.__name__ for one in OPERATIONS}
    assert {(row["method"], row["path"]) for row in told["routes"]} == ACCESS.keys() | PUBLIC
    for row in told["operations"]:
        assert bool(row["route"]) == bool(row["roles"])
        assert row["fields"]


def test_the_page_tells_entries_of_documents_that_there_are() -> None:
    entries = PAGE.partition("## Entries")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| `(\w+)` \|", entries, re.MULTILINE))
    assert named
    assert named <= {operation.doc_type for operation in OPERATIONS.values()}
