"""Time lines without a chain: what the ERP tells by itself, what it says it does not know, and who is shown what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from erp.api import flows
from erp.api.witness import Evidence, Missing, Silence
from erp.kernel.log.model import Document
from erp.kernel.roles import Role

from .house import House
from .test_story import paid, stocked

PATH = "/orders/PO-2026-00001/flows"


@pytest.fixture
def worked(house: House) -> House:
    """The worked case, from the first budget to the last payment."""
    stocked(house)
    paid(house)
    return house


def test_without_a_witness_documents_goods_and_cash_are_told_and_nothing_else_is_claimed(
    worked: House,
) -> None:
    told = worked.get(Role.AUDITOR, PATH).json()
    assert (told["witnessed"], told["complete"]) == (False, True)
    assert told["remark"] == "no witness of the chain: none is connected to this API"
    assert told["booked"] is told["cash_agrees"] is told["anchored"] is told["differences"] is None
    steps = told["steps"]
    assert [step["what"] for step in steps][:2] == ["requisition", "tender"]
    assert steps[-1]["what"] == "order_close"
    assert {s["transaction"] or s["block"] or s["anchor"] or s["gap"] for s in steps} == {None}
    by_type = {step["what"]: step for step in steps}
    assert by_type["goods_receipt"]["goods"] == {"quantity": 90}
    assert by_type["inspection"]["goods"] == {
        "received": 90,
        "accepted": 86,
        "rejected": 4,
    }
    assert by_type["escrow_deposit"]["held_minor"] == 1_350_000
    assert steps[-1]["held_minor"] == 0
    paid_out = {m["entity"]: m["amount_minor"] for m in by_type["payment"]["cash"]}
    assert paid_out == {"HEFEI": -1_127_288, "ACME": 1_127_288}


def test_each_role_is_shown_of_a_time_line_what_it_is_shown_of_the_order(worked: House) -> None:
    warehouse = worked.get(Role.WAREHOUSE, PATH).json()["steps"]
    assert {step["cash"] for step in warehouse} == {None}
    assert any(step["goods"] for step in warehouse)
    supplier = worked.get(Role.SUPPLIER, PATH).json()
    page = worked.get(Role.SUPPLIER, "/orders/PO-2026-00001").json()
    shown = {step["document"] for step in supplier["steps"]}
    assert shown == {document["number"] for document in page["documents"]}
    assert {m["entity"] for step in supplier["steps"] for m in step["cash"]} == {"ACME"}
    assert {step["held_minor"] for step in supplier["steps"]} == {None}
    assert not any(":" in step["actor"] for step in supplier["steps"])
    rival = {"Authorization": f"Bearer {worked.token('rival-1', Role.SUPPLIER, 'RIVAL')}"}
    assert worked.client.get(PATH, headers=rival).status_code == 404


class Told:
    """A witness that says of every thing what it was given to say."""

    def __init__(self, *missing: Missing) -> None:
        self.missing = missing

    def tell(self, noun: str, id_: str, documents: Sequence[Document]) -> Evidence | Silence:
        return Evidence({}, self.missing, ("chain 1, ledger 2",))


def call(document: str, *, needs_a_person: bool = True) -> Missing:
    return Missing(
        *(1, "Tenders.open", document, "0xaa", None, None, "refused", "budget is short"),
        needs_a_person,
    )


def test_a_call_for_a_paper_that_a_supplier_is_not_shown_is_not_shown_to_it(worked: House) -> None:
    tender = worked.get(Role.AUDITOR, "/orders/PO-2026-00001").json()["order"]["tender"]
    told_by = Told(call(tender), call("PO-2026-00001"))
    worked.app.state.request_context = replace(worked.app.state.request_context, witness=told_by)
    for role, shown in (
        (Role.BUYER, [tender, "PO-2026-00001"]),
        (Role.SUPPLIER, ["PO-2026-00001"]),
    ):
        told = worked.get(role, PATH).json()
        gaps = [step for step in told["steps"] if step["what"] == "Tenders.open"]
        assert [step["document"] for step in gaps] == shown
        assert (told["booked"], told["cash_agrees"], told["anchored"]) == (False, False, False)
    assert told["differences"] is None
    assert {step["reason"] for step in gaps} == {None}


def test_a_time_line_that_is_longer_than_its_bound_says_so(
    worked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows, "MAX_DOCUMENTS", 3)
    told = worked.get(Role.AUDITOR, PATH).json()
    assert not told["complete"]
    assert len(told["steps"]) == 3
