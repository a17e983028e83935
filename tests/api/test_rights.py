"""What a token reads of the money and the plans of others: acts, claims, defects, machine-minutes."""

from __future__ import annotations

from typing import Any

from erp.database import transaction
from erp.guarantees.tables import Defect, Guarantee
from erp.kernel.roles import Role
from erp.parties.schemas import EnrolParty
from erp.receivables.tables import Claim
from erp.signing.schemas import OfferSigning, SigningKind

from .house import SUPPLIER, House
from .test_capacity import sold
from .test_story import paid, stocked

PLEDGE = 7_654_321
SIGNED = "0x" + "5e" * 65
PLAN = "0x" + "ab" * 32
CLERKS = (Role.WAREHOUSE, Role.QUALITY, Role.BUYER, Role.PLANNER, Role.FINANCE, Role.ADMIN)


def signed_act(house: House) -> str:
    """A node asks for an act, is offered what to sign, and signs; the number of its act."""
    house.settle(EnrolParty(account=SUPPLIER, capabilities=8))
    fields = {"group_id": 1, "role_id": 1, "pledge_minor": PLEDGE, "plan": PLAN}
    body = {"party": "ACME", "act": "grab_role", "fields": fields}
    asked = house.post(Role.NODE, "/act-requests", body)
    assert asked.status_code == 201, asked.text
    number: str = asked.json()["document"]["number"]
    (offered,) = house.settle(
        OfferSigning(
            request=number,
            showing=1,
            kind=SigningKind.TRANSACTION,
            payload='{"pledge":7654321}',
            digest="0x" + "11" * 32,
            refs={},
        )
    )
    answer = {"signing_request": offered.number, "answer": SIGNED}
    assert house.post(Role.NODE, "/signatures", answer).status_code == 201
    return number


def test_no_clerk_of_the_house_reads_what_a_firm_is_about_to_sign_or_has_signed(
    house: House,
) -> None:
    signed_act(house)
    types = ("act_request", "signing_request", "signature")
    for role in CLERKS:
        for path in ("/documents", "/act-requests", "/signing-requests"):
            answer = house.get(role, path, **({"type": types} if path == "/documents" else {}))
            for secret in (str(PLEDGE), SIGNED, PLAN):
                assert secret not in answer.text, (role, path)


def test_a_firm_and_the_auditor_read_what_it_asked_for_and_signed(house: House) -> None:
    number = signed_act(house)
    for role in (Role.NODE, Role.AUDITOR):
        act: dict[str, Any] = house.get(role, f"/act-requests/{number}").json()
        assert act["fields"]["pledge_minor"] == PLEDGE
        (request,) = house.get(role, "/signing-requests").json()["items"]
        assert str(PLEDGE) in request["payload"]
    assert SIGNED in house.get(Role.AUDITOR, "/documents", type="signature").text
    assert house.get(Role.ADMIN, f"/act-requests/{number}").json()["fields"] is None


def claimed(house: House) -> None:
    """Acme's claim on Hefei, which Rival holds by now; a guarantee of Acme with a defect."""
    stocked(house)
    paid(house)
    with transaction(house.engine) as session:
        session.add(
            Claim(
                claim_id=1, number="RCV-2026-00001", origin_id=1, issued_minor=1_000, order_id=1, delivery_id=1,
                supplier="ACME", buyer="HEFEI", holder="RIVAL", amount_minor=1_000, carrying_minor=777,
                due_at=house.clock.now, status="OPEN",
            )
        )  # fmt: skip
        session.add(
            Guarantee(
                order_id=1, number="GUP-2026-00001", buyer="HEFEI", supplier="ACME", status="PLEDGED", amount_minor=1_000
            )
        )  # fmt: skip
        session.add(
            Defect(number="DFR-2026-00001", order_id=1, delivery_id=1, quantity=1, status="PENDING")
        )


def test_a_financier_that_is_a_node_reads_the_claims_it_holds_and_no_others(house: House) -> None:
    claimed(house)
    financier = {"Authorization": f"Bearer {house.token('bank-1', Role.NODE, 'RIVAL')}"}
    for path in ("/claims", "/claims/1", "/claims/1/flows"):
        assert house.client.get(path, headers=financier).status_code == 200, path
    stranger = {"Authorization": f"Bearer {house.token('node-2', Role.NODE, 'TREASURY')}"}
    assert house.client.get("/claims", headers=stranger).json()["items"] == []
    for path in ("/claims/1", "/claims/RCV-2026-00001", "/claims/1/flows"):
        assert house.client.get(path, headers=stranger).status_code == 404, path


def test_a_supplier_reads_the_defects_it_may_dispute_and_no_others(house: House) -> None:
    claimed(house)
    (own,) = house.get(Role.SUPPLIER, "/defects").json()["items"]
    assert (own["number"], own["quantity"]) == ("DFR-2026-00001", 1)
    other = {"Authorization": f"Bearer {house.token('rival-1', Role.SUPPLIER, 'RIVAL')}"}
    for query in ({}, {"order_id": 1}):
        listed = house.client.get("/defects", params=query, headers=other)
        assert listed.json()["items"] == []


def test_what_minutes_cost_their_holder_is_not_told_to_the_plant(house: House) -> None:
    sold(house)
    (run,) = house.get(Role.FINANCE, "/capacity-redemptions").json()["items"]
    assert run["carrying_minor"] == run["amount_minor"]
    for path in ("/capacity-redemptions/1", f"/capacity-redemptions/{run['number']}"):
        told = house.get(Role.SUPPLIER, path).json()  # Acme is the plant
        assert (told["amount_minor"], told["carrying_minor"]) == (run["amount_minor"], None)
