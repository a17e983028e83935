"""D3 at the door: a blocked invoice is released by another clerk, and withdrawn by finance or its own supplier."""

from __future__ import annotations

from erp.kernel.roles import Role

from .house import House
from .test_problems import problem
from .test_story import INVOICE, delivered, done, stocked

BLOCKED = INVOICE | {"quantity": 85}
RELEASE = {"invoice": "SI-2026-00001", "reason": "counted again"}


def test_d3_finance_releases_what_another_clerk_entered(house: House) -> None:
    stocked(house)
    delivered(house)
    done(house, Role.FINANCE, "/supplier-invoices", **BLOCKED)
    body = problem(
        house.post(Role.FINANCE, "/invoice-releases", RELEASE), 409, "released-by-its-enterer"
    )
    assert "finance-1" in body["actor"]
    other = {"Authorization": f"Bearer {house.second}"}
    answer = house.client.post(
        "/invoice-releases", json=RELEASE, headers=other | {"Idempotency-Key": "release-1"}
    )
    assert answer.status_code == 201
    (match,) = answer.json()["follow_ups"]
    assert match["fields"]["status"] == "MATCHED"
    assert match["fields"]["release"] == answer.json()["document"]["number"]
    (invoice,) = house.get(Role.BUYER, "/orders/PO-2026-00001").json()["invoices"]
    assert invoice["release"] == "REL-2026-00001"
    assert invoice["released_net_minor"] == INVOICE["net_minor"]
    assert house.get(Role.FINANCE, "/blocked-invoices").json()["items"] == []


def test_d3_a_release_beyond_the_terms_says_what_would_be_right(house: House) -> None:
    stocked(house)
    delivered(house)
    done(house, Role.SUPPLIER, "/supplier-invoices", **(INVOICE | {"net_minor": 1_100_000}))
    body = problem(
        house.post(Role.FINANCE, "/invoice-releases", RELEASE), 409, "release-out-of-terms"
    )
    assert body["net_most"] < 1_100_000
    right = RELEASE | {"net_minor": body["net_most"], "tax_minor": body["tax_most"]}
    assert house.post(Role.FINANCE, "/invoice-releases", right).status_code == 201


def test_d3_a_supplier_withdraws_its_own_invoice_and_nobody_elses(house: House) -> None:
    stocked(house)
    delivered(house)
    done(house, Role.SUPPLIER, "/supplier-invoices", **BLOCKED)
    rival = {"Authorization": f"Bearer {house.token('rival-1', Role.SUPPLIER, 'RIVAL')}"}
    foreign = house.client.post(
        "/invoice-withdrawals", json=RELEASE, headers=rival | {"Idempotency-Key": "rival-1"}
    )
    problem(foreign, 409, "unknown-invoice")
    done(house, Role.SUPPLIER, "/invoice-withdrawals", **RELEASE)
    again = done(house, Role.SUPPLIER, "/supplier-invoices", **INVOICE)["follow_ups"]
    assert [document["fields"]["status"] for document in again] == ["MATCHED"]
    body = problem(house.post(Role.FINANCE, "/invoice-withdrawals", RELEASE), 409, "wrong-status")
    assert body["what"] == "Invoice"
