"""A party asks for an act on a page, sees there what is to be signed, and how it ended; nobody else's."""

from __future__ import annotations

from erp.kernel.roles import Role
from erp.signing.schemas import ActOutcome, EndAct, OfferSigning, SigningKind
from tests.api.house import House
from tests.api.test_story import REF, ordered, stocked

from .browser import Browser, Page
from .purchase import forms, supplier, text_of

NEW = "/app/acts/new"
SHIP = {"act": "ship", "order_id": "1", "delivery_id": "2"}


def test_the_page_of_an_order_leads_its_supplier_to_shipping_and_nobody_else(house: House) -> None:
    stocked(house)
    ordered(house)
    acme, rival = supplier(house, "ACME"), supplier(house, "RIVAL")
    page = acme.get("/app/orders/PO-2026-00001")
    assert len(forms(page, "/app/orders/PO-2026-00001/shipments")) == 1
    assert "/app/acts/new?act=cancel_part&order_id=1" in Page(page.text).links
    assert "act=ship" not in page.text  # one way to ship: the form
    assert "fund_order" not in page.text
    assert rival.get("/app/orders/PO-2026-00001").status_code == 404


def test_an_act_is_asked_for_signed_and_ended_on_its_own_page(house: House) -> None:
    stocked(house)
    ordered(house)
    acme = supplier(house, "ACME")
    (form,) = forms(acme.get(NEW, **SHIP), "/app/acts")
    asked = acme.post("/app/acts", **form | {"quantity": "1,0"})
    assert asked.status_code == 409
    assert "quantity" in text_of(asked)
    (form,) = forms(asked, "/app/acts")
    made = acme.post("/app/acts", **form | {"quantity": "5"})
    assert made.url.path == "/app/acts/ACT-2026-00001"
    assert "The bridge prepares the next step." in text_of(made)
    house.settle(
        OfferSigning(
            request="ACT-2026-00001", showing=1, kind=SigningKind.TRANSACTION, payload="{}", digest=REF, refs={}
        )
    )  # fmt: skip
    shown = acme.get("/app/acts/ACT-2026-00001")
    assert "Ship 5 units as delivery 2 of order 1" in text_of(shown)
    assert 'id="sign-SRQ-2026-00001"' in shown.text
    (form,) = forms(shown, "/app/signing/SRQ-2026-00001/answer")
    back = acme.post("/app/signing/SRQ-2026-00001/answer", **form | {"answer": "0x" + "11" * 65})
    assert back.url.path == "/app/acts/ACT-2026-00001"
    assert "Signed. The bridge brings it to the chain." in text_of(back)
    house.settle(
        EndAct(request="ACT-2026-00001", outcome=ActOutcome.DONE, reason="", at_reference=REF)
    )
    assert "It is on the chain and in the books." in text_of(acme.get("/app/acts/ACT-2026-00001"))
    assert supplier(house, "RIVAL").get("/app/acts/ACT-2026-00001").status_code == 404


def test_a_reference_that_is_not_typed_is_made_fresh(house: House) -> None:
    stocked(house)
    ordered(house)
    acme = supplier(house, "ACME")
    for _ in range(2):
        (form,) = forms(acme.get(NEW, **SHIP), "/app/acts")
        acme.post("/app/acts", **form | {"quantity": "5"})
    found = house.get(Role.SUPPLIER, "/act-requests").json()["items"]
    refs = {each["fields"]["despatch_ref"] for each in found}
    assert len(refs) == len(found) == 2
    assert all(each.startswith("0x") and len(each) == 66 for each in refs)


def test_there_is_no_form_for_an_act_that_is_none(house: House) -> None:
    assert supplier(house, "ACME").get(NEW, act="steal").status_code == 404


def test_whoever_acts_for_no_party_asks_for_none(house: House) -> None:
    page = Browser(house).sign_in(Role.AUDITOR).get(NEW, **SHIP)
    assert "you act for none" in text_of(page)
