"""Open auctions and direct orders in the books: what each command posts, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from erp.auctions.errors import AuctionExists, UnknownAuction, UnknownAuctionBid
from erp.auctions.schemas import (
    RecordAuctionVoid,
)
from erp.budget.schemas import ApproveBudget
from erp.database import transaction
from erp.items.errors import InvalidPolicy
from erp.kernel.errors import Disagrees, WrongStatus
from erp.procurement.errors import AlreadyOrdered, LotsTooSmall, NotInLots
from erp.procurement.lots import divided
from erp.procurement.schemas import RaiseRequisition, RequestLots
from erp.replay import differences
from tests.erp.auctions import AUCTION, auction, award, direct, raised, returned, told, underbid
from tests.erp.test_refusals import refused
from tests.erp.test_worked_case import booked
from tests.erp.world import BOND, World, account


def sound(world: World) -> None:
    with transaction(world.engine) as session:
        assert differences(session) == []


def test_a_bond_is_lent_with_the_first_bid_and_comes_back_whatever_becomes_of_the_auction(
    world: World,
) -> None:
    world.do(auction(world, raised(world, **AUCTION)))
    assert booked(underbid(world, 1_200_000)) == [
        ("supplier", "GL", {"1012.04": BOND}, {"1012.01": BOND})
    ]
    assert booked(underbid(world, 1_188_000, "rival")) == [
        ("rival", "GL", {"1012.04": BOND}, {"1012.01": BOND})
    ]
    assert underbid(world, 1_100_000, bond_minor=0).entries == []
    assert booked(world.do(returned())) == [
        ("supplier", "GL", {"1012.01": BOND}, {"1012.04": BOND})
    ]
    with refused(world, Disagrees, field="bond_minor", recorded=0):
        world.do(returned())
    sound(world)


def test_the_order_of_an_auction_takes_the_budget_of_its_requisition(world: World) -> None:
    requisition = raised(world, **AUCTION)
    world.do(auction(world, requisition))
    underbid(world, 1_200_000)
    underbid(world, 1_188_000, "rival")
    order = world.do(
        world.order(
            7,
            requisition,
            tender_id=None,
            auction_id=1,
            supplier=account("rival"),
            amount_minor=1_188_000,
        )
    )
    assert booked(order) == [
        ("buyer", "BUD", {"9002": 1_200_000}, {"9001": 1_188_000, "9003": 12_000})
    ]
    with refused(world, AlreadyOrdered, key="auction_id 1"):
        world.do(world.order(8, requisition, tender_id=None, auction_id=1))
    awarded = world.do(award())
    assert (awarded.fields["order"], awarded.fields["supplier_code"]) == (order.number, "rival")
    with refused(world, WrongStatus, status="AWARDED"):
        world.do(award())
    sound(world)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"supplier": account("supplier")}, "supplier"),
        ({"amount_minor": 1}, "amount_minor"),
        ({"bids": 3}, "bids"),
        ({"order_id": 1}, "auction_id"),
    ],
)
def test_an_award_to_another_than_the_lowest_bid_is_refused(
    world: World, changed: dict[str, Any], field: str
) -> None:
    world.ordered()
    world.do(ApproveBudget(entity="buyer", amount_minor=2_000_000))
    world.do(auction(world, raised(world, **AUCTION)))
    underbid(world, 1_200_000)
    underbid(world, 1_188_000, "rival")
    with refused(world, Disagrees, field=field):
        world.do(award(**changed))


@pytest.mark.parametrize(
    ("amount", "changed", "field"),
    [
        (1_188_001, {}, "amount_minor"),  # a hundredth below the leading one, at least
        (1_188_000, {"bond_minor": 0}, "bond_minor"),
        (1_188_000, {"ends_at": 1}, "ends_at"),
        (1_188_000, {"extensions": 1}, "extensions"),
    ],
)
def test_a_bid_that_the_terms_do_not_allow_is_refused(
    world: World, amount: int, changed: dict[str, Any], field: str
) -> None:
    world.do(auction(world, raised(world, **AUCTION)))
    underbid(world, 1_200_000)
    with refused(world, Disagrees, field=field):
        underbid(world, amount, "rival", **changed)


def test_a_bid_in_the_last_seconds_moves_the_end_as_often_as_the_terms_say(world: World) -> None:
    first = world.do(auction(world, raised(world, **AUCTION)))
    ends_at = first.fields["ends_at"]
    world.now = ends_at - 600
    underbid(world, 1_200_000)
    world.now = ends_at - 599
    underbid(world, 1_188_000, "rival", ends_at=ends_at + 600, extensions=1)
    world.now = ends_at + 599
    underbid(world, 1_100_000, bond_minor=0, ends_at=ends_at + 600, extensions=1)
    sound(world)


def test_an_auction_without_a_bid_frees_the_budget_and_one_with_a_bid_is_not_void(
    world: World,
) -> None:
    requisition = raised(world, **AUCTION)
    world.do(auction(world, requisition))
    void = RecordAuctionVoid(auction_id=1, requisition=requisition.number)
    assert booked(world.do(void)) == [("buyer", "BUD", {"9002": 1_200_000}, {"9003": 1_200_000})]
    other = world.do(RaiseRequisition(item="bolt"))
    world.do(auction(world, other, auction_id=2))
    underbid(world, 1_200_000, auction_id=2)
    with refused(world, Disagrees, field="bids"):
        world.do(RecordAuctionVoid(auction_id=2, requisition=other.number))
    sound(world)


@pytest.mark.parametrize(
    ("field", "value"),
    [("quantity", 99), ("bond_minor", 1), ("extension_seconds", 1), ("tax_bps", 0)],
)
def test_an_auction_on_other_terms_than_its_requisition_is_kept_without_it(
    world: World, field: str, value: int
) -> None:
    requisition = raised(world, **AUCTION)
    kept = world.do(auction(world, requisition, **{field: value}))
    assert f"{field} is said to be" in kept.fields["unasked"]
    own = world.do(auction(world, requisition, auction_id=2))
    assert own.fields["unasked"] is None


def test_what_is_to_be_bought_otherwise_is_not_auctioned_on_its_requisition(world: World) -> None:
    sealed = world.do(RaiseRequisition(item="bolt"))
    kept = world.do(auction(world, sealed))
    assert "is to be bought sealed, not auction" in kept.fields["unasked"]


def test_an_order_that_nobody_asked_for_has_no_budget_entry_and_says_how_much(world: World) -> None:
    requisition = raised(world, **AUCTION)
    unknown = {"requisition": None}
    world.do(auction(world, requisition).model_copy(update=unknown))
    underbid(world, 1_200_000)
    told = world.order(7, requisition, tender_id=None, auction_id=1, amount_minor=1_200_000)
    order = world.do(told.model_copy(update=unknown))
    assert order.entries == []
    assert order.fields["unbudgeted_minor"] == 1_200_000
    assert order.fields["item"] == "UNLISTED"
    world.do(award(supplier=account("supplier"), amount_minor=1_200_000, bids=1))
    sound(world)


def test_events_of_an_auction_that_is_not_booked_are_refused(world: World) -> None:
    requisition = raised(world, **AUCTION)
    with refused(world, UnknownAuction, key=1):
        world.do(returned())
    world.do(auction(world, requisition))
    with refused(world, AuctionExists, key=1):
        world.do(auction(world, requisition))
    with refused(world, UnknownAuctionBid):
        world.do(returned())


# ---- what both sides signed


def test_a_signed_order_above_the_estimate_takes_what_is_available_and_names_the_rest(
    world: World,
) -> None:
    requisition = raised(world, sourcing="direct")
    order = direct(world, requisition, amount_minor=2_500_000)
    assert booked(order) == [
        ("buyer", "BUD", {"9002": 1_200_000, "9003": 800_000}, {"9001": 2_000_000})
    ]
    assert order.fields["unbudgeted_minor"] == 500_000
    with refused(world, Disagrees, field="amount_minor"):
        world.do(told())
    assert world.do(told(amount_minor=2_500_000)).entries == []
    sound(world)


@pytest.mark.parametrize("changed", [{"quantity": 99}, {"buyer": account("rival")}])
def test_a_signed_order_for_something_else_leaves_the_requisition_waiting(
    world: World, changed: dict[str, Any]
) -> None:
    requisition = raised(world, sourcing="direct")
    order = direct(world, requisition, **changed)
    assert order.entries == []
    assert next(iter(changed)) in order.fields["unasked"]
    assert world.do(world.order(8, requisition, tender_id=None)).fields["unasked"] is None


# ---- lots, and policies that cannot work


def test_lots_share_quantity_and_estimate_without_a_rest() -> None:
    assert divided(100, 1_000, 3) == [(34, 340), (33, 330), (33, 330)]
    assert sum(worth for _, worth in divided(7, 1_001, 5)) == 1_001


def test_lots_become_requisitions_and_their_opening_lists_them(world: World) -> None:
    world.do(world.policy(sourcing="lots", lots=2))
    world.do(RequestLots(item="bolt", quantity=5, estimate_minor=11))
    lots = [d for d in world.log() if d.type == "requisition"]
    assert [(d.fields["quantity"], d.fields["estimate_minor"]) for d in lots] == [(3, 6), (2, 5)]
    opening = world.last("lots_opening")
    assert [lot["requisition"] for lot in opening.fields["lots"]] == [d.number for d in lots]
    with refused(world, NotInLots):
        world.do(RaiseRequisition(item="bolt", lots=world.last("lots_request").number))
    with refused(world, LotsTooSmall):
        world.do(RequestLots(item="bolt", quantity=1))
    sound(world)


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ({"sourcing": "auction", "second_price": True}, "belong to sealed bids"),
        ({"min_decrement_bps": 1}, "belong to auctions"),
        ({"sourcing": "lots"}, "number of lots"),
        ({"lots": 2}, "number of lots"),
        ({"sourcing": "lots", "lots": 1}, "2 to 16 lots"),
        ({"review_seconds": 59}, "60 seconds"),
        ({"day_value_minor": 1}, "bids may name days"),
        ({"day_value_minor": 1, "max_days": 29}, "latest delivery"),
        ({**AUCTION, "max_extensions": 0}, "extensions have a length"),
    ],
)
def test_a_policy_by_which_nothing_could_be_bought_is_refused(
    world: World, policy: dict[str, Any], why: str
) -> None:
    with refused(world, InvalidPolicy, item="bolt"):
        world.do(world.policy(**policy))
    with pytest.raises(InvalidPolicy, match=why):
        world.do(world.policy(**policy))
