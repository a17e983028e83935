"""A document that was voided says so, on its page, in the list and at the API."""

from __future__ import annotations

from erp.kernel.roles import Role
from erp.payments.schemas import RecordTokenIssue
from erp.reorganisations.schemas import RecordChainReorganisation
from tests.api.house import SUPPLIER, House

from .browser import Browser, Page


def test_a_voided_document_says_by_what(house: House) -> None:
    (issue,) = house.settle(
        RecordTokenIssue(account=SUPPLIER, amount_minor=10_000, bank_ref="0x" + "ab" * 32)
    )
    assert issue.origin is not None
    (voiding,) = house.settle(
        RecordChainReorganisation(
            common_block=1,
            common_hash="0x" + "11" * 32,
            left_block=2,
            left_hash="0x" + "22" * 32,
            origins=(issue.origin,),
        )
    )
    assert (
        house.get(Role.AUDITOR, f"/documents/{issue.number}").json()["voided_by"] == voiding.number
    )
    listed = {
        each["number"]: each["voided_by"]
        for each in house.get(Role.BUYER, "/documents").json()["items"]
    }
    assert {number: by for number, by in listed.items() if by} == {issue.number: voiding.number}
    assert listed[voiding.number] is None
    browser = Browser(house).sign_in(Role.AUDITOR)
    page = Page(browser.get(f"/app/documents/{issue.number}").text)
    assert "what it stood on has left the chain" in page.text
    assert f"/app/documents/{voiding.number}" in page.links
    assert Page(browser.get("/app/documents").text).text.count("voided") == 1
