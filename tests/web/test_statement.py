"""The win-win statement as a page: who sees which columns, what each figure stands on, and the same as files."""

from __future__ import annotations

import sys

import pytest

from erp.kernel.roles import Role
from erp.statements import paper
from erp.statements.errors import CannotPrint
from erp.statements.wording import Language
from erp.web.formats import money
from tests.api.house import House
from tests.api.test_groups import PAY, form_first, open_groups
from tests.api.test_needs import Staff
from tests.api.test_statements import progress

from .browser import Browser, Page
from .looking import looked_at, reads, signed_in

PATH = "/app/statement"
CODE = "GRP-2026-00001"


@pytest.fixture
def staff(house: House) -> Staff:
    """A group that Hefei leads, in which Acme has earned half of its pay; and one that is open."""
    made = Staff(house)
    open_groups(house)
    form_first(house)
    house.settle(progress(PAY // 2))
    return made


def test_the_leader_sees_every_column_and_each_figure_opens_its_lines(staff: Staff) -> None:
    browser = signed_in(staff.house, staff.tokens["hefei"])
    page = Page(browser.get(PATH, group=CODE).text)
    read = staff.get("hefei", f"/statements/win-win?group={CODE}").json()
    for column in read["columns"]:
        assert column in page.text
    for row in read["rows"]:
        assert row["name"] in page.text
    assert page.text.count("✓ agrees") == len(read["checks"]) > 0
    opened = [each for each in page.links if each.startswith(f"{PATH}/cells/")]
    counted = sum(
        1
        for row in read["rows"]
        for cell in row["cells"]
        if cell["sources"] and cell["value"] is not None
    )
    assert len(opened) == counted > 0
    lines = Page(browser.get(f"{PATH}/cells/2.3?group={CODE}&column=ACME").text)
    assert money(PAY // 2) in lines.text
    assert "PGA-2026-00001" in lines.text
    assert "ACME" in lines.text


def test_a_member_sees_its_own_column_and_the_total_and_no_other(staff: Staff) -> None:
    page = Page(signed_in(staff.house, staff.tokens["acme"]).get(PATH, group=CODE).text)
    assert "Total" in page.text
    assert "HEFEI" not in page.text.replace("led by HEFEI", "")
    assert f"{PATH}/cells/2.3?group={CODE}&column=ACME" in page.links
    refused = signed_in(staff.house, staff.tokens["rival"]).get(PATH, group=CODE)
    assert refused.status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_token_reads_and_no_more(staff: Staff, role: Role) -> None:
    for query in (
        "",
        f"?group={CODE}",
        "?node=HEFEI",
        "?platform=P1",
        "?from=2026-13",
        "?group=1&node=HEFEI",
    ):
        reads(staff.house, role, f"{PATH}{query}", f"/statements/win-win{query}")
    reads(staff.house, role, f"{PATH}/xlsx?group={CODE}", f"/statements/win-win.xlsx?group={CODE}")
    reads(staff.house, role, f"{PATH}/print?group={CODE}", f"/statements/win-win.html?group={CODE}")
    where = f"?group={CODE}&column=total"
    reads(staff.house, role, f"{PATH}/cells/2.2{where}", f"/statements/win-win/cells/2.2{where}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_whole_in_both_languages_and_run_nothing(
    staff: Staff, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "pdf", lambda *_: b"%PDF-1.7")
    for token in (staff.tokens["auditor"], staff.tokens["acme"]):
        looked_at(staff.house, token, f"{PATH}?group={CODE}", language)
        looked_at(staff.house, token, f"{PATH}/cells/2.3?group={CODE}&column=ACME", language)
    looked_at(staff.house, staff.tokens["auditor"], PATH, language)


def test_the_workbook_and_the_page_to_print_are_the_apis_in_the_readers_language(
    staff: Staff,
) -> None:
    browser = signed_in(staff.house, staff.tokens["hefei"], "zh")
    printed = browser.get(f"{PATH}/print", group=CODE)
    assert printed.text == staff.get("hefei", f"/statements/win-win.html?group={CODE}").text
    assert "script" not in printed.headers["content-security-policy"]
    workbook = browser.get(f"{PATH}/xlsx", group=CODE)
    assert workbook.content.startswith(b"PK")
    assert workbook.headers["content-disposition"].endswith('win-win-group.xlsx"')


def test_the_pdf_is_the_page_or_says_what_is_missing(staff: Staff) -> None:
    browser = signed_in(staff.house, staff.tokens["hefei"])
    try:
        paper.pdf("<p>x</p>", Language.EN)
    except CannotPrint as error:
        missing: str | None = error.missing
    else:
        missing = None
    if missing is not None:
        refused = browser.get(f"{PATH}/pdf", group=CODE)
        assert refused.status_code == 409
        assert missing in refused.text
        return
    made = browser.get(f"{PATH}/pdf", group=CODE)
    assert made.headers["content-type"] == "application/pdf"
    assert made.content.startswith(b"%PDF-")
    told = staff.get("hefei", f"/statements/win-win.pdf?group={CODE}&lang=en")
    assert told.content.startswith(b"%PDF-")
    assert told.headers["content-disposition"].endswith('win-win-group.pdf"')


def test_a_machine_without_weasyprint_says_how_to_install_it(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    told = signed_in(staff.house, staff.tokens["hefei"]).get(f"{PATH}/pdf", group=CODE)
    assert told.status_code == 409
    assert "pip install &#39;interlock[print]&#39;" in told.text
    chinese = signed_in(staff.house, staff.tokens["hefei"], "zh").get(f"{PATH}/pdf", group=CODE)
    assert "此处不能生成 PDF" in chinese.text


def test_a_machine_without_chinese_letters_makes_no_pdf_of_boxes(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "_writes_chinese", lambda: False)
    told = staff.get("hefei", f"/statements/win-win.pdf?group={CODE}")
    assert (told.status_code, told.json()["missing"]) in {
        (409, "a font with Chinese letters"),
        (409, "Pango"),
    }


def test_the_house_without_business_has_a_statement_of_zeros(house: House) -> None:
    page = Page(Browser(house).sign_in(Role.AUDITOR).get(PATH).text)
    assert "0.00" in page.text
    assert "✗" not in page.text
