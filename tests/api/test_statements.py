"""The win-win statement over HTTP and at the terminal: who reads which columns, cell by cell, on paper and as a workbook."""

from __future__ import annotations

import json
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from httpx import Response
from typer.testing import CliRunner

from erp.exits import Exit
from erp.kernel.roles import Role
from erp.statement_cli import app
from erp.statements import paper
from tests.erp import groups as told
from tests.erp.world import REF
from tests.faults.planting import plant

from .house import SUPPLIER, House
from .test_groups import PAY, form_first, open_groups
from .test_needs import Staff, told_of

PATH = "/statements/win-win"


@pytest.fixture
def staff(house: House) -> Staff:
    """A group that Hefei leads, in which Acme has earned half of its pay; and one that is open."""
    made = Staff(house)
    open_groups(house)
    form_first(house)
    house.settle(progress(PAY // 2))
    return made


def progress(amount: int) -> Any:
    """Half of the work is done."""
    return told.s.RecordProgressAttestation(
        group_id=1, role_id=1, round=1, holder=SUPPLIER, earned_bps=5_000, amount_minor=amount, evidence_ref=REF,
        evidence=None,
    )  # fmt: skip


def read(staff: Staff, who: str, query: str = "?group=1") -> dict[str, Any]:
    """The statement as somebody sees it."""
    answer = staff.get(who, f"{PATH}{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def cells(found: dict[str, Any], row: str) -> dict[str, int | None]:
    """The values of a row by column."""
    (cells_,) = [each["cells"] for each in found["rows"] if each["code"] == row]
    return {cell["column"]: cell["value"] for cell in cells_}


def test_leader_and_finance_of_the_house_read_every_column_a_member_its_own_and_the_total(
    staff: Staff,
) -> None:
    half = PAY // 2
    for who in ("hefei", "finance", "auditor"):
        found = read(staff, who)
        assert found["errors"] == []
        assert cells(found, "2.2") == {"total": 0, "HEFEI": -half, "ACME": half, "eliminations": 0}
        assert {check["holds"] for check in found["checks"]} == {True}
    own = read(staff, "acme")
    assert own["columns"] == ["ACME"]
    assert cells(own, "2.2") == {"total": 0, "ACME": half, "eliminations": 0}
    assert own["sequence"] is None  # how much the house does is not told to other firms
    code = own["code"]
    assert read(staff, "hefei", f"?group={code}")["code"] == code


def test_whoever_is_no_member_is_told_that_there_is_no_such_group(staff: Staff) -> None:
    for query in ("?group=1", "?group=1&from=2026-05", "?group=GRP-2026-99999"):
        assert told_of(staff.get("rival", f"{PATH}{query}")) == (422, "unknown-group")
    for ending in (".xlsx", ".html", "/cells/2.2"):
        assert told_of(staff.get("rival", f"{PATH}{ending}?group=1")) == (422, "unknown-group")
    assert staff.get("warehouse", f"{PATH}?group=1").status_code == 403
    assert staff.house.get(Role.SUPPLIER, f"{PATH}?group=1").status_code == 403


def test_a_node_reads_its_own_books_and_nobody_elses(staff: Staff) -> None:
    assert read(staff, "acme", "?node=ACME") == read(staff, "acme", "")
    assert told_of(staff.get("acme", f"{PATH}?node=HEFEI")) == (422, "unknown-party")
    assert told_of(staff.get("acme", f"{PATH}?platform=P1")) == (422, "unknown-platform")
    assert told_of(staff.get("finance", f"{PATH}?platform=P9")) == (422, "unknown-platform")
    assert told_of(staff.get("finance", f"{PATH}?node=NOBODY")) == (422, "unknown-party")
    assert cells(read(staff, "finance", ""), "2.2")["HEFEI"] == -(PAY // 2)
    assert "ACME" not in read(staff, "finance", "?platform=P1")["columns"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?group=1&node=HEFEI", "one of group, node and platform"),
        ("?group=1&from=2026-13", "is no period"),
        ("?group=1&from=2026-03&to=2026-02", "is no period"),
        ("?group=1&from=march", "from"),
        ("?group=1&since=2026-03", "unknown query parameter"),
    ],
)
def test_a_query_that_names_nothing_says_what_would_be_right(
    staff: Staff, query: str, says: str
) -> None:
    answer = staff.get("finance", f"{PATH}{query}")
    assert answer.status_code == 422
    assert says in answer.text


def sources(staff: Staff, who: str, row: str, query: str = "") -> Response:
    return staff.get(who, f"{PATH}/cells/{row}?group=1{query}")


def test_a_cell_leads_to_its_lines_and_their_documents_page_by_page(staff: Staff) -> None:
    (line,) = sources(staff, "hefei", "2.3.1", "&column=ACME").json()["items"]
    assert (line["account"], line["counterparty"], line["amount_minor"]) == (
        "6051.03",
        "HEFEI",
        PAY // 2,
    )
    assert (
        staff.get("auditor", f"/documents/{line['document']}").json()["type"]
        == "progress_attestation"
    )
    first = sources(staff, "hefei", "3.3", "&column=eliminations&limit=1").json()
    assert [(each["entry"], each["position"]) for each in first["items"]] == [
        (line["entry"], line["position"])
    ]
    assert (
        sources(
            staff, "hefei", "3.3", f"&column=eliminations&limit=1&after={first['next_after']}"
        ).json()["items"]
        == []
    )
    assert told_of(sources(staff, "hefei", "9.9")) == (404, "unknown-statement-cell")
    assert told_of(sources(staff, "hefei", "2.2", "&column=RIVAL")) == (
        404,
        "unknown-statement-cell",
    )


def test_what_a_total_stands_on_is_told_only_to_who_reads_every_column(staff: Staff) -> None:
    assert len(sources(staff, "acme", "3.3", "&column=ACME").json()["items"]) == 1
    for column in ("total", "eliminations", "HEFEI"):
        assert told_of(sources(staff, "acme", "4.4", f"&column={column}")) == (
            404,
            "unknown-statement-cell",
        )


def test_page_and_workbook_show_no_more_than_the_answer(staff: Staff) -> None:
    html = staff.get("hefei", f"{PATH}.html?group=1&lang=en")
    assert html.headers["content-type"].startswith("text/html")
    assert "sandbox" in html.headers["content-security-policy"]
    assert ">HEFEI (leader)<" in html.text
    own = staff.get("acme", f"{PATH}.html?group=1")
    assert "HEFEI" not in own.text
    assert "共赢增值表" in own.text
    book = staff.get("acme", f"{PATH}.xlsx?group=1")
    assert book.headers["content-disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(BytesIO(book.content)) as packed:
        strings = packed.read("xl/sharedStrings.xml").decode()
    assert "ACME" in strings
    # the counterparty of its own line is the leader; no column and no line of the leader's is there
    assert strings.count("HEFEI") == 1


# ---- at the terminal -----------------------------------------------------------------------------


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["win-win", *arguments], env={"COLUMNS": "200"})


def test_the_terminal_prints_it_and_writes_page_and_workbook(
    staff: Staff, database_url: str, tmp_path: Path
) -> None:
    files = [tmp_path / "statement.html", tmp_path / "statement.xlsx"]
    month = ("--db", database_url, "--group", "1", "--from", "2026-05")
    made = run(*month, "--html", str(files[0]), "--xlsx", str(files[1]), "--en")
    assert made.exit_code == 0, made.output
    assert "✓ 2.2 = 2.3 + 2.4 + 2.5" in made.output
    assert "Win-win" in files[0].read_text()
    assert files[1].read_bytes().startswith(b"PK")
    as_json = json.loads(run(*month, "--json").output)
    assert cells(as_json, "2.3")["ACME"] == PAY // 2


def test_the_terminal_says_what_it_cannot_do(
    staff: Staff, database_url: str, tmp_path: Path
) -> None:
    two = run("--db", database_url, "--group", "1", "--node", "HEFEI")
    assert (two.exit_code, "name one of" in two.output) == (Exit.USAGE, True)
    unknown = run("--db", database_url, "--group", "99")
    assert unknown.exit_code == Exit.REFUSED
    nowhere = run("--db", database_url, "--group", "1", "--html", str(tmp_path / "no" / "x.html"))
    assert (nowhere.exit_code, "cannot be written" in nowhere.output) == (Exit.USAGE, True)


def test_the_terminal_writes_a_pdf_or_names_what_to_install(
    staff: Staff, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = ("--db", database_url, "--group", "1", "--from", "2026-05", "--en")
    file = tmp_path / "statement.pdf"
    monkeypatch.setattr(paper, "pdf", lambda html, _: f"%PDF-1.7 {len(html)}".encode())
    made = run(*month, "--pdf", str(file))
    assert made.exit_code == 0, made.output
    assert file.read_bytes().startswith(b"%PDF-")
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    refused = run(*month, "--pdf", str(file))
    assert refused.exit_code == Exit.USAGE
    assert "pip install 'interlock[print]'" in refused.output


def test_a_statement_that_is_not_whole_ends_with_1_and_says_which_document(
    staff: Staff, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, "RecordProgressAttestation", lambda entries: entries[:1])
    (made,) = staff.house.settle(
        progress(PAY // 4).model_copy(update={"earned_bps": 7_500}),
    )
    found = read(staff, "hefei")
    assert found["torn"] == [{"document": made.number, "minor": -(PAY // 4), "entities": ["HEFEI"]}]
    assert any(made.number in error for error in found["errors"])
    assert read(staff, "acme")["torn"] == []
    told_by = run("--db", database_url, "--group", "1", "--from", "2026-05")
    assert told_by.exit_code == 1
    assert made.number in told_by.output
