"""Pages of a thing lead to what their reader has to sign for it."""

from __future__ import annotations

from erp.kernel.roles import Role
from erp.signing.schemas import OfferSigning, SigningKind
from tests.api.house import House
from tests.api.test_invitations import opened
from tests.api.test_story import REF

from .browser import Page
from .purchase import TENDER, forms, supplier, text_of


def test_the_act_of_a_party_leads_to_its_signing_request_and_no_other_party_sees_it(
    house: House,
) -> None:
    opened(house)
    acme, rival = supplier(house, "ACME"), supplier(house, "RIVAL")
    room = f"/app/tenders/{TENDER}"
    (form,) = forms(acme.get(room), f"{room}/bid")
    acme.post(f"{room}/bid", **form | {"commitment": REF})
    house.settle(
        OfferSigning(
            request="ACT-2026-00001", showing=1, kind=SigningKind.TRANSACTION, payload="{}", digest=REF, refs={}
        )
    )  # fmt: skip
    own = acme.get(room)
    assert "/app/signing/SRQ-2026-00001" in Page(own.text).links
    assert "interlock sign SRQ-2026-00001" in text_of(own)
    assert acme.get("/app/signing/SRQ-2026-00001").status_code == 200
    assert "SRQ-2026-00001" not in rival.get(room).text
    house.post(
        Role.SUPPLIER, "/signatures", {"signing_request": "SRQ-2026-00001", "answer": "0x" + "11" * 65}
    )  # fmt: skip
    assert "Signed. The bridge brings it to the chain." in text_of(acme.get(room))
