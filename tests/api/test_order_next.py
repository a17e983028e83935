"""The page of an order tells the bids it came of, who has to do what next, and what time alone will do."""

from __future__ import annotations

from typing import Any

from erp.kernel.roles import PARTNERS, Role
from erp.procurement.schemas import OpenPurchaseOrder, RecordAward

from .house import BUYER, SUPPLIER, House
from .test_invitations import CEILING, opened
from .test_story import DAY, INVOICE, REF, TERMS, bid, delivered, done, ordered, paid, stocked

ORDER = "/orders/PO-2026-00001"


def read(house: House, role: Role = Role.AUDITOR) -> dict[str, Any]:
    answer = house.get(role, ORDER)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def next_of(house: House, role: Role = Role.AUDITOR) -> list[tuple[str, str, str | None]]:
    return [(each["what"], each["by"], each["party"]) for each in read(house, role)["next_steps"]]


def just_opened(house: House) -> None:
    """An order that waits for its deposit; RIVAL sealed a bid and never opened it."""
    opened(house)
    sealed, _ = bid("0x" + "52" * 20, 2, 1_180_000)
    house.settle(*bid(SUPPLIER, 1, 1_150_000), sealed)
    house.clock.now += 2 * DAY
    house.settle(
        RecordAward(tender_id=1, supplier=SUPPLIER, order_id=1, amount_minor=1_150_000, bids=2),
        OpenPurchaseOrder(
            order_id=1, tender_id=1, requisition="PR-2026-00001", requisition_ref=REF, buyer=BUYER, supplier=SUPPLIER,
            quantity=100, amount_minor=1_150_000, deposit_minor=1_325_554, promised_at=house.clock.now + 28 * DAY,
            awarder="0x" + "aa" * 20, attester_post=1, arbiter_post=3, region="0x" + "00" * 32,
            schedule_root="0x" + "00" * 32, **TERMS,
        ),
    )  # fmt: skip


def test_an_order_without_money_waits_for_the_bridge_and_time_ends_it_otherwise(
    house: House,
) -> None:
    just_opened(house)
    (step,) = read(house)["next_steps"]
    (edge,) = read(house)["times"]
    assert (step["what"], step["by"], step["party"]) == ("fund", "bridge", "HEFEI")
    assert step["until"] == edge["at"] == house.clock.now + TERMS["fund_seconds"]
    assert (edge["name"], edge["passed"]) == ("fund_by", False)


def test_each_step_of_an_order_names_the_one_whose_turn_it_is(house: House) -> None:
    stocked(house)
    ordered(house)
    assert next_of(house) == [("ship", "supplier", "ACME"), ("receive", "warehouse", "HEFEI")]
    assert [e["name"] for e in read(house)["times"]] == ["promised_at", "closable_at"]
    yours = {
        role: [each["what"] for each in read(house, role)["next_steps"] if each["yours"]]
        for role in (Role.SUPPLIER, Role.WAREHOUSE, Role.QUALITY)
    }
    assert yours == {Role.SUPPLIER: ["ship"], Role.WAREHOUSE: ["receive"], Role.QUALITY: []}


def test_a_blocked_invoice_waits_for_finance_and_a_match_for_the_money(house: House) -> None:
    stocked(house)
    delivered(house)
    assert next_of(house)[-1] == ("invoice", "supplier", "ACME")
    done(house, Role.SUPPLIER, "/supplier-invoices", **(INVOICE | {"net_minor": 1_100_000}))
    assert next_of(house)[-1] == ("settle_invoice", "finance", "HEFEI")
    silence = next(e["at"] for e in read(house)["times"] if e["name"] == "silence_end")
    assert read(house)["next_steps"][-1]["until"] == silence
    done(house, Role.SUPPLIER, "/supplier-invoices", **(INVOICE | {"invoice_number": "INV-779"}))
    assert next_of(house)[-1] == ("pay", "bridge", "HEFEI")


def test_an_order_that_is_over_waits_for_nobody(house: House) -> None:
    stocked(house)
    paid(house)
    assert read(house)["next_steps"] == read(house)["times"] == []


def test_clerks_read_the_bids_of_an_order_and_those_who_handle_goods_no_price(
    house: House,
) -> None:
    just_opened(house)
    first, second = read(house, Role.BUYER)["bids"]
    assert (first["supplier"], first["won"], first["amount_minor"]) == ("ACME", True, 1_150_000)
    assert (second["status"], second["won"], second["amount_minor"]) == ("COMMITTED", False, None)
    for role in (Role.WAREHOUSE, Role.QUALITY, Role.SALES, Role.ADMIN):
        for told in read(house, role)["bids"]:
            assert told["supplier"] in {"ACME", "RIVAL"}
            assert told["amount_minor"] is told["bond_minor"] is told["offered_days"] is None


def test_the_winner_reads_the_opened_bids_and_never_one_that_stayed_sealed(house: House) -> None:
    just_opened(house)
    (own,) = read(house, Role.SUPPLIER)["bids"]
    assert (own["supplier"], own["won"]) == ("ACME", True)
    assert CEILING > own["amount_minor"] > 0


def test_a_party_of_the_order_that_was_not_invited_reads_no_bid(house: House) -> None:
    stocked(house)
    ordered(house)
    assert len(read(house, Role.SUPPLIER)["bids"]) == 2
    house.tokens[Role.NODE] = house.token("hefei-node", Role.NODE, "HEFEI")
    told = read(house, Role.NODE)
    assert Role.NODE in PARTNERS
    assert told["order"]["tender"] == "TND-2026-00001"
    assert told["bids"] is None
