"""Machine-minutes over HTTP: what the house reads, what a partner reads of its own, and transfers explained by finance."""

from __future__ import annotations

from typing import Any

from erp.capacity.rules import TokenTerms, token_id_of
from erp.capacity.schemas import (
    CapacityLine,
    RecordCapacityAttested,
    RecordCapacityPurchase,
    RecordCapacityRedemption,
    RecordCapacitySale,
    RecordCapacityTransfer,
    RecordDeviceRegistration,
)
from erp.kernel.roles import Role
from erp.payments.schemas import RecordTokenIssue
from tests.erp.world import DAY, REF

from .house import BUYER, RIVAL, SUPPLIER, House
from .test_problems import problem

PRICE = 140
TOKEN = token_id_of(TokenTerms(1, 0, 1, PRICE))


def sold(house: House) -> None:
    """Acme sells 300 minutes: Hefei holds 180 of 200 that it bought, its rival 20, and 60 are to be run for Hefei."""
    at = house.clock.now
    house.settle(RecordTokenIssue(account=BUYER, amount_minor=1_000_000, bank_ref=REF))
    house.settle(
        RecordDeviceRegistration(
            device_id=1, plant=SUPPLIER, device_ref=REF, region="0x" + "00" * 32, attester_post=1, arbiter_post=3,
            grid_start=at + 5 * DAY, slot_seconds=28_800, notice_seconds=3_600, report_seconds=DAY,
            dispute_seconds=DAY, ruling_seconds=DAY,
        ),
        RecordCapacityAttested(
            device_id=1, slot_index=0, attester_post=1, attester="0x" + "aa" * 20, attested=300, issued=0,
            evidence_ref=REF,
        ),
        RecordCapacitySale(
            sale_id=1, device_id=1, plant=SUPPLIER, slot_index=0, opens_at=at, closes_at=at + DAY, quantity=300,
            start_minor=200, floor_minor=100,
        ),
        RecordCapacityPurchase(
            sale_id=1, token_id=TOKEN, buyer=BUYER, plant=SUPPLIER, quantity=200, price_minor=PRICE,
            amount_minor=200 * PRICE,
        ),
        RecordCapacityTransfer(
            sender=BUYER, receiver=RIVAL, lines=(CapacityLine(token_id=TOKEN, minutes=20),)
        ),
        RecordCapacityRedemption(
            redemption_id=1, token_id=TOKEN, holder=BUYER, plant=SUPPLIER, quantity=60, amount_minor=60 * PRICE,
            work_order=None, production_order_ref=REF, dispute_by=at + 7 * DAY,
        ),
    )  # fmt: skip


def items(house: House, role: Role, path: str, **query: str) -> list[dict[str, Any]]:
    """What a role lists."""
    answer = house.get(role, path, **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_the_house_reads_all_and_a_partner_what_is_its_own(house: House) -> None:
    sold(house)
    held = {
        row["party"]: row["minutes"] for row in items(house, Role.AUDITOR, "/capacity-holdings")
    }
    assert held == {"HEFEI": 120, "RIVAL": 20}
    assert items(house, Role.SUPPLIER, "/capacity-holdings") == []  # Acme is the plant
    (run,) = items(house, Role.FINANCE, "/capacity-redemptions")
    assert (run["holder"], run["minutes"], run["amount_minor"]) == ("HEFEI", 60, 60 * PRICE)
    told = run | {"carrying_minor": None}  # what it cost its holder is the holder's own
    assert items(house, Role.SUPPLIER, "/capacity-redemptions") == [told]
    headers = {"Authorization": f"Bearer {house.token('rival-1', Role.SUPPLIER, 'RIVAL')}"}
    (own,) = house.client.get("/capacity-holdings", headers=headers).json()["items"]
    assert (own["party"], own["token_id"], own["carrying_minor"]) == ("RIVAL", TOKEN, 20 * PRICE)
    for name in ("1", run["number"]):
        assert house.get(Role.SUPPLIER, f"/capacity-redemptions/{name}").json() == told
        hidden = house.client.get(f"/capacity-redemptions/{name}", headers=headers)
        problem(hidden, 404, "unknown-redemption")
    assert house.get(Role.FINANCE, "/capacity-redemptions/CRD-2026-00009").status_code == 404
    (sale,) = items(house, Role.WAREHOUSE, "/capacity-sales")
    assert (sale["sold"], sale["start_minor"]) == (200, None)  # who handles goods sees no money
    assert items(house, Role.SUPPLIER, "/capacity-devices")[0]["plant"] == "ACME"


def test_finance_explains_a_transfer_once_and_a_wrong_one_is_told_why(house: House) -> None:
    sold(house)
    (moved,) = (
        document["number"]
        for document in items(house, Role.AUDITOR, "/documents", type="capacity_transfer")
    )
    body = {"transfer": moved, "reason": "they help us out"}
    unknown = house.post(
        Role.FINANCE, "/capacity-explanations", body | {"paid_by": "TKT-2026-00001"}
    )
    problem(unknown, 409, "unknown-transfer")
    assert house.post(Role.FINANCE, "/capacity-explanations", body).status_code == 201
    again = house.post(Role.FINANCE, "/capacity-explanations", body)
    problem(again, 409, "capacity-transfer-explained")
    assert house.post(Role.BUYER, "/capacity-explanations", body).status_code == 403
