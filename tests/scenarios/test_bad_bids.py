"""bad-bids: every bid that must not win is refused where the bidder is, and leaves nothing half-done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.commitments.invitations import invitation_proof
from bridge.errors import CallRefused
from scripts.devchain.devchain import DevChain
from tests.world import BUYER, POLICY, World, build_world

BOND = POLICY["bond_minor"]
START = 10_000_000
MAX_AMOUNT = 2**60  # of the contracts
FORFEITS, PENALTY, STAKES, WALLET = "6301.02", "6711.01", "1012.03", "1012.01"


def test_a_bid_never_revealed_forfeits_its_bond_to_the_buyer_by_itself(world: World) -> None:
    tender = world.open_tender()
    world.commit("SUPPLIER", tender, 1_000_000)
    world.commit("RIVAL", tender, 900_000)
    world.node.reach_time(tender.fields["commit_end"])
    world.reveal("SUPPLIER", tender)
    world.node.reach_time(tender.fields["reveal_end"])
    world.settle()
    assert world.last("purchase_order").fields["supplier_code"] == "SUPPLIER"
    forfeit = world.last("bond_forfeit").fields
    assert (forfeit["supplier_code"], forfeit["bond_minor"]) == ("RIVAL", BOND)
    assert world.balance("RIVAL") == START - BOND == world.account("RIVAL", WALLET)
    assert world.balance(BUYER) == START + BOND - 1_000_000
    assert world.account(BUYER, FORFEITS) == -BOND
    assert world.account("RIVAL", PENALTY) == BOND
    assert world.account("RIVAL", STAKES) == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_bid_after_the_commit_window_is_refused(world: World) -> None:
    tender = world.open_tender()
    world.node.reach_time(tender.fields["commit_end"])
    with pytest.raises(CallRefused, match="Tenders_CommitClosed"):
        world.commit("SUPPLIER", tender, 1_000_000)
    world.settle()
    assert world.documents("bid") == []
    assert world.balance("SUPPLIER") == START
    world.assert_audit_holds()


def test_a_bid_revealed_too_early_or_too_late_is_refused(world: World) -> None:
    tender = world.open_tender()
    world.commit("SUPPLIER", tender, 1_000_000)
    with pytest.raises(CallRefused, match="Tenders_RevealNotOpen"):
        world.reveal("SUPPLIER", tender)
    world.node.reach_time(tender.fields["reveal_end"])
    with pytest.raises(CallRefused, match="Tenders_RevealClosed"):
        world.reveal("SUPPLIER", tender)
    world.settle()
    assert world.documents("quotation") == []
    assert world.balance("SUPPLIER") == START - BOND
    world.assert_audit_holds()


def test_another_price_than_the_sealed_one_is_refused(world: World) -> None:
    tender = world.open_tender()
    world.commit("SUPPLIER", tender, 1_000_000)
    world.node.reach_time(tender.fields["commit_end"])
    _, _, salt = world.salts[1, "SUPPLIER"]
    with pytest.raises(CallRefused, match="Tenders_CommitmentMismatch"):
        world.transact("SUPPLIER", "Tenders", "revealBid", 1, world.terms(1), 900_000, 0, salt)
    world.reveal("SUPPLIER", tender)
    world.node.reach_time(tender.fields["reveal_end"])
    world.settle()
    assert world.last("purchase_order").fields["amount_minor"] == 1_000_000
    world.assert_audit_holds()


def test_a_commitment_copied_from_a_rival_cannot_be_revealed(world: World) -> None:
    tender = world.open_tender()
    world.commit("SUPPLIER", tender, 1_000_000)
    amount, _, salt = world.salts[1, "SUPPLIER"]
    copied = world.last("tender")  # everything a rival needs stands on chain in the clear
    world.settle()
    sealed = world.last("bid").fields["commitment"]
    proof = invitation_proof(copied.fields["invited"], world.people["RIVAL"].address)
    world.transact("RIVAL", "Tenders", "commitBid", 1, world.terms(1), sealed, proof)
    world.node.reach_time(tender.fields["commit_end"])
    world.reveal("SUPPLIER", tender)
    with pytest.raises(CallRefused, match="Tenders_CommitmentMismatch"):
        world.transact("RIVAL", "Tenders", "revealBid", 1, world.terms(1), amount, 0, salt)
    world.node.reach_time(tender.fields["reveal_end"])
    world.settle()
    assert world.last("purchase_order").fields["supplier_code"] == "SUPPLIER"
    assert world.last("bond_forfeit").fields["supplier_code"] == "RIVAL"
    world.assert_audit_holds()


def test_a_bid_above_the_ceiling_is_quoted_and_cannot_win(world: World) -> None:
    order = world.tender({"SUPPLIER": 1_200_001, "RIVAL": 1_200_000})
    assert order.fields["supplier_code"] == "RIVAL"
    first, _ = world.documents("quotation")
    assert first.fields["within_ceiling"] is False
    assert world.balance("SUPPLIER") == START
    world.assert_audit_holds()


def test_a_bid_that_no_ledger_can_hold_cannot_be_revealed_and_the_honest_bid_is_paid(
    world: World,
) -> None:
    tender = world.open_tender()
    world.commit("RIVAL", tender, MAX_AMOUNT + 1)
    world.commit("SUPPLIER", tender, 1_000_003)
    world.node.reach_time(tender.fields["commit_end"])
    with pytest.raises(CallRefused, match="Tenders_AmountOutOfBounds"):
        world.reveal("RIVAL", tender)
    world.reveal("SUPPLIER", tender)
    world.node.reach_time(tender.fields["reveal_end"])
    world.settle()
    order = world.last("purchase_order")
    assert world.last("bond_forfeit").fields["supplier_code"] == "RIVAL"
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=100, net=1_000_003)
    assert world.balance("SUPPLIER") == START + 1_000_003
    assert world.balance("RIVAL") == START - BOND
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_order_goes_to_the_lowest_bid_and_a_tie_to_the_earlier_commitment(world: World) -> None:
    order = world.tender({"RIVAL": 1_000_000, "SUPPLIER": 1_000_000})
    assert order.fields["supplier_code"] == "RIVAL"
    world.assert_audit_holds()


def test_whoever_lost_its_credit_after_the_invitation_cannot_bid(world: World) -> None:
    world.stock_item("COPPER", min_credit_bps=5_500)
    invited = world.open_tender("COPPER")
    _break_a_promise(world, "RIVAL")
    assert world.score("RIVAL") < 5_500
    with pytest.raises(CallRefused, match="Bidding_CreditTooLow"):
        world.commit("RIVAL", invited, 1_000_000)
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[World]:
    """A world with a supplier more, who is no candidate."""
    with DevChain("anvil") as node:
        yield build_world(node, tmp_path, parties=(BUYER, "SUPPLIER", "RIVAL", "STRANGER"))


def test_a_supplier_that_was_not_invited_is_refused(crowd: World) -> None:
    tender = crowd.open_tender()
    with pytest.raises(KeyError):
        invitation_proof(tender.fields["invited"], crowd.people["STRANGER"].address)
    sealed = os.urandom(32)
    stolen = invitation_proof(tender.fields["invited"], crowd.people["RIVAL"].address)
    for proof in ([], stolen):
        with pytest.raises(CallRefused, match="Bidding_NotInvited"):
            crowd.transact("STRANGER", "Tenders", "commitBid", 1, crowd.terms(1), sealed, proof)
    crowd.settle()
    assert crowd.documents("bid") == []
    crowd.assert_audit_holds()


def _break_a_promise(world: World, who: str) -> None:
    """Wins an order and cancels it before it is funded."""
    world.bid(world.open_tender(), {who: 1_000_000})
    world.transact(who, "Tenders", "award", 2, world.terms(2))
    world.transact(who, "PurchaseOrders", "cancel", 1)
    world.settle()
