"""Suppliers read the tenders and auctions that invite them, and of other bids nothing before its time."""

from __future__ import annotations

from typing import Any

import pytest

from erp.auctions.schemas import RecordAuction, RecordAuctionAward, RecordAuctionBid
from erp.kernel.roles import Role
from erp.parties.schemas import EnrolParty, PartyKind, RegisterParty
from erp.payments.schemas import RecordTokenIssue
from erp.procurement.schemas import RecordAward, RecordBid, RecordTender

from .house import BUYER, RIVAL, SUPPLIER, House
from .test_problems import problem
from .test_story import DAY, POLICY, REF, TERMS, bid, done, issued, stocked

THIRD = "0x" + "53" * 20
CEILING = 1_200_000


def opened(
    house: House, *, invited: tuple[str, ...] = (SUPPLIER, RIVAL), bond_minor: int = 1_000
) -> None:
    """A tender of a stocked house, opened for its reorder."""
    stocked(house)
    (requisition,) = issued(house)["follow_ups"]
    house.settle(
        RecordTender(
            tender_id=1, requisition=requisition["number"], requisition_ref=REF, buyer=BUYER, quantity=100,
            ceiling_minor=CEILING, bond_minor=bond_minor, min_credit_bps=0, commit_end=house.clock.now + DAY,
            reveal_end=house.clock.now + 2 * DAY, review_seconds=0, second_price=False, day_value_minor=0, max_days=0,
            credit_weight_bps=0, promised_at=house.clock.now + 30 * DAY, payment_seconds=0, **TERMS, invited_root=REF,
            invited=invited,
        )
    )  # fmt: skip


def auctioned(house: House) -> None:
    """An open auction in which ACME and RIVAL may bid, as a policy asks for it."""
    stocked(house)
    auction = POLICY | {
        "sourcing": "auction",
        "min_decrement_bps": 100,
        "extension_seconds": 600,
        "max_extensions": 3,
    }
    done(house, Role.PLANNER, "/sourcing-policies", **auction)
    (requisition,) = issued(house)["follow_ups"]
    house.settle(
        RecordAuction(
            auction_id=1, requisition=requisition["number"], requisition_ref=REF, buyer=BUYER, quantity=100,
            ceiling_minor=CEILING, bond_minor=1_000, min_decrement_bps=100, min_credit_bps=0, duration_seconds=DAY,
            extension_seconds=600, max_extensions=3, ends_at=house.clock.now + DAY, promised_at=house.clock.now + 30 * DAY,
            payment_seconds=0, **TERMS, invited_root=REF, invited=(SUPPLIER, RIVAL),
        )
    )  # fmt: skip


def underbid(house: House, account: str, amount: int, bond: int = 1_000) -> None:
    house.settle(
        RecordAuctionBid(
            auction_id=1, supplier=account, amount_minor=amount, bond_minor=bond, ends_at=house.clock.now + DAY,
            extensions=0, placed_at=house.clock.now,
        )
    )  # fmt: skip


def told(house: House, path: str, party: str = "ACME", status: int = 200) -> Any:
    """What a route answers to a supplier."""
    token = house.token(f"{party}-{next(house.keys)}", Role.SUPPLIER, party)
    answer = house.client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status, answer.text
    return answer.json()


def other_party(house: House) -> None:
    house.settle(
        RegisterParty(code="THIRD", name="Third", kind=PartyKind.EXTERNAL, account=THIRD),
        EnrolParty(account=THIRD, capabilities=2),
        RecordTokenIssue(account=THIRD, amount_minor=10_000, bank_ref=REF),
    )


def test_an_invited_supplier_reads_the_terms_that_it_bids_on(house: House) -> None:
    opened(house)
    page = told(house, "/invitations/TND-2026-00001")
    tender = page["tender"]
    assert (tender["ceiling_minor"], tender["bond_minor"], tender["quantity"]) == (
        CEILING,
        1_000,
        100,
    )
    assert tender["invited"] == 2
    assert (tender["sealed"], tender["revealed"], tender["status"]) == (0, None, "OPEN")
    assert page["bids"] == []
    assert told(house, "/invitations/1") == page
    assert told(house, "/invitations")["items"] == [tender]


def test_whom_a_tender_does_not_invite_finds_none(house: House) -> None:
    opened(house)
    other_party(house)
    assert told(house, "/invitations", "THIRD")["items"] == []
    hidden = house.client.get(
        "/invitations/1",
        headers={"Authorization": f"Bearer {house.token('t', Role.SUPPLIER, 'THIRD')}"},
    )
    problem(hidden, 404, "unknown-tender")


def test_a_tender_that_invites_nobody_is_open_to_every_supplier(house: House) -> None:
    stocked(house)
    done(house, Role.PLANNER, "/sourcing-policies", **POLICY | {"candidates": []})
    (requisition,) = issued(house)["follow_ups"]
    house.settle(
        RecordTender(
            tender_id=1, requisition=requisition["number"], requisition_ref=REF, buyer=BUYER, quantity=100,
            ceiling_minor=CEILING, bond_minor=1_000, min_credit_bps=0, commit_end=house.clock.now + DAY,
            reveal_end=house.clock.now + 2 * DAY, review_seconds=0, second_price=False, day_value_minor=0, max_days=0,
            credit_weight_bps=0, promised_at=house.clock.now + 30 * DAY, payment_seconds=0, **TERMS, invited_root=REF,
            invited=(),
        )
    )  # fmt: skip
    other_party(house)
    assert told(house, "/invitations/1", "THIRD")["tender"]["invited"] == 0


def test_a_supplier_sees_no_price_of_another_before_the_reveal_is_over(house: House) -> None:
    opened(house)
    house.settle(*bid(RIVAL, 1, 1_180_000))
    for path in ("/invitations", "/invitations/1"):
        assert "1180000" not in str(told(house, path))
        assert "RIVAL" not in str(told(house, path))
    page = told(house, "/invitations/1")
    assert (page["tender"]["sealed"], page["tender"]["revealed"], page["bids"]) == (1, None, [])
    (own,) = told(house, "/invitations/1", "RIVAL")["bids"]
    assert (own["supplier"], own["amount_minor"]) == ("RIVAL", 1_180_000)
    house.clock.now += 2 * DAY
    (opened_one,) = told(house, "/invitations/1")["bids"]
    assert (opened_one["supplier"], opened_one["amount_minor"]) == ("RIVAL", 1_180_000)
    assert told(house, "/invitations/1")["tender"]["revealed"] == 1


def test_a_bid_that_nobody_opened_stays_its_bidders_own(house: House) -> None:
    opened(house)
    house.settle(
        RecordBid(
            tender_id=1, supplier=RIVAL, index=1, commitment=REF, bond_minor=1_000, credit_bps=5_000
        )
    )
    house.clock.now += 3 * DAY
    assert told(house, "/invitations/1")["bids"] == []
    assert told(house, "/invitations/1", "RIVAL")["bids"][0]["status"] == "COMMITTED"


def test_after_the_award_each_bidder_may_rank_all_opened_bids(house: House) -> None:
    opened(house)
    house.settle(*bid(SUPPLIER, 1, 1_150_000), *bid(RIVAL, 2, 1_180_000))
    house.clock.now += 2 * DAY
    house.settle(
        RecordAward(tender_id=1, supplier=SUPPLIER, order_id=1, amount_minor=1_150_000, bids=2)
    )
    loser = told(house, "/invitations/1", "RIVAL")
    assert [each["amount_minor"] for each in loser["bids"]] == [1_150_000, 1_180_000]
    assert (loser["tender"]["supplier"], loser["tender"]["won"], loser["tender"]["amount_minor"]) == (
        "ACME", False, 1_150_000,
    )  # fmt: skip
    assert told(house, "/invitations/1")["tender"]["won"]


@pytest.mark.parametrize("path", ["/invitations", "/auction-invitations"])
def test_staff_reads_tenders_by_its_own_routes(house: House, path: str) -> None:
    problem(house.get(Role.BUYER, path), 403, "forbidden")
    assert house.get(Role.NODE, path).json()["items"] == []


def test_a_bidder_of_an_auction_is_told_the_lowest_bid_and_what_may_follow_it(house: House) -> None:
    auctioned(house)
    first = told(house, "/auction-invitations/AUC-2026-00001")
    assert (first["auction"]["leading_minor"], first["auction"]["most_minor"], first["bid"]) == (
        None,
        CEILING,
        None,
    )
    underbid(house, RIVAL, 1_100_000)
    page = told(house, "/auction-invitations/1")
    assert (page["auction"]["leading_minor"], page["auction"]["most_minor"]) == (
        1_100_000,
        1_089_000,
    )
    assert (page["auction"]["leads"], page["bid"]) == (False, None)
    leader = told(house, "/auction-invitations/1", "RIVAL")
    assert leader["auction"]["leads"]
    assert leader["bid"]["amount_minor"] == 1_100_000
    assert told(house, "/auction-invitations")["items"] == [page["auction"]]
    house.clock.now += DAY
    house.settle(
        RecordAuctionAward(auction_id=1, supplier=RIVAL, order_id=1, amount_minor=1_100_000, bids=1)
    )
    assert told(house, "/auction-invitations/1", "RIVAL")["auction"]["won"]
    assert not told(house, "/auction-invitations/1")["auction"]["won"]


def test_whom_an_auction_does_not_invite_finds_none(house: House) -> None:
    auctioned(house)
    other_party(house)
    assert told(house, "/auction-invitations", "THIRD")["items"] == []
    assert told(house, "/auction-invitations/1", "THIRD", 404)["type"].endswith("unknown-auction")
