"""What a warehouse and a supplier do with a purchase on its pages: issue goods, open a bid, ship and invoice."""

from __future__ import annotations

import hashlib

import pytest

from erp.kernel.roles import Role
from erp.web.formats import HIDDEN
from tests.api.house import House
from tests.api.test_invitations import told
from tests.api.test_story import ordered, stocked

from .browser import Browser
from .purchase import ORDER, forms, supplier, text_of

ITEM = "/app/stock/item?entity=HEFEI&item=STEEL"
ISSUES = "/app/stock/issues"
SHIPMENTS, INVOICES = f"/app/orders/{ORDER}/shipments", f"/app/orders/{ORDER}/invoices"


@pytest.fixture
def funded(house: House) -> House:
    """A house with one order whose money is in escrow, 90 of 100 on their way."""
    stocked(house)
    ordered(house)
    house.clock.now += 3_600
    return house


def asked(house: House) -> list[dict[str, object]]:
    """The acts that were asked for."""
    return list(told(house, "/act-requests")["items"])


def test_goods_are_issued_once_however_often_the_form_is_sent(house: House) -> None:
    stocked(house)
    clerk = Browser(house).sign_in(Role.WAREHOUSE)
    (form,) = forms(clerk.get(ITEM), ISSUES)
    form |= {"quantity": "5", "purpose": "production", "note": ""}
    shown = clerk.post(ISSUES, **form, show="1")
    assert "Nothing is written yet" in text_of(shown)
    for _ in range(2):
        made = clerk.post(ISSUES, **form)
        assert "Made: GI-2026-00001" in text_of(made)
    everything = house.get(Role.AUDITOR, "/documents").json()["items"]
    assert [each["type"] for each in everything].count("goods_issue") == 1


def test_what_is_not_in_stock_is_not_issued_and_the_page_says_so(house: House) -> None:
    stocked(house)
    clerk = Browser(house).sign_in(Role.WAREHOUSE)
    refused = clerk.post(
        ISSUES, key="k-1", entity="HEFEI", item="STEEL", quantity="9,999", purpose="production"
    )
    assert refused.status_code == 409
    assert "Nothing was written" in refused.text
    assert 'value="9,999"' in refused.text
    buyer = Browser(house).sign_in(Role.BUYER)
    assert forms(buyer.get(ITEM), ISSUES) == []
    assert buyer.post(ISSUES, key="k-2", entity="HEFEI", item="STEEL").status_code == 403


def test_a_supplier_ships_what_is_left_by_an_act_of_its_own_key(funded: House) -> None:
    acme = supplier(funded, "ACME")
    (form,) = forms(acme.get(f"/app/orders/{ORDER}"), SHIPMENTS)
    assert (form["delivery_id"], form["quantity"]) == ("2", "10")
    for _ in range(2):
        made = acme.post(SHIPMENTS, **form | {"note": " DN-778 "})
        assert "What is to be signed appears here" in made.text
    (act,) = asked(funded)
    reference = "0x" + hashlib.sha256(b"DN-778").hexdigest()
    assert act["act"] == "ship"
    assert act["fields"] == {
        "order_id": 1, "delivery_id": 2, "quantity": 10, "despatch_ref": reference,
    }  # fmt: skip
    assert forms(made, SHIPMENTS) == []  # until that is over, another would be refused


def test_an_order_of_another_is_neither_shipped_nor_invoiced(funded: House) -> None:
    rival, buyer = supplier(funded, "RIVAL"), Browser(funded).sign_in(Role.BUYER)
    fields = {"key": "k-1", "delivery_id": "2", "quantity": "10", "note": "x"}
    assert rival.post(SHIPMENTS, **fields).status_code == 404
    assert rival.post(INVOICES, **fields).status_code == 404
    assert forms(buyer.get(f"/app/orders/{ORDER}"), SHIPMENTS) == []
    assert buyer.post(SHIPMENTS, **fields).status_code == 403
    assert asked(funded) == []


def test_an_invoice_is_filled_in_with_what_was_accepted_and_sent_once(funded: House) -> None:
    receipt = funded.post(
        Role.WAREHOUSE, "/goods-receipts",
        {"order": ORDER, "delivery_id": 1, "quantity": 90, "received_at": funded.clock.now},
    )  # fmt: skip
    number = receipt.json()["document"]["number"]
    inspection = {"receipt": number, "accepted": 86, "rejected": 4, "reason": "bent"}
    assert funded.post(Role.QUALITY, "/inspections", inspection).status_code == 201
    acme = supplier(funded, "ACME")
    (form,) = forms(acme.get(f"/app/orders/{ORDER}"), INVOICES)
    assert HIDDEN not in form.values()
    order = funded.get(Role.AUDITOR, f"/orders/{ORDER}").json()
    net = order["goods"][0]["accepted_amount_minor"]
    assert form["net"].replace(",", "").replace(".", "") == str(net)
    refused = acme.post(INVOICES, **form | {"invoice_number": "INV-1", "net": "12.3"})
    assert "Nothing was written" in refused.text
    assert 'value="12.3"' in refused.text
    for _ in range(2):
        made = acme.post(INVOICES, **form | {"invoice_number": "INV-1"})
        assert "Made:" in text_of(made)
    (invoice,) = funded.get(Role.AUDITOR, f"/orders/{ORDER}").json()["invoices"]
    assert (invoice["quantity"], invoice["net_minor"]) == (86, net)
    assert forms(made, INVOICES) == []
