"""What parties owe each other stands against the right party on both sides, and in the right chain group."""

from __future__ import annotations

import pytest

from erp.bets import schemas as bets
from erp.capacity.schemas import CapacityLine, ExplainCapacityTransfer, RecordCapacityTransfer
from erp.payments.purposes import TransferPurpose
from erp.payments.schemas import ExplainTransfer, RecordTokenTransfer
from erp.receivables.schemas import ExplainClaimTransfer
from tests.erp.capacity import PLANT, PRICE, Market, token
from tests.erp.claims import AMOUNT, Deal, due, handed, sold, split
from tests.erp.groups import GROUP_ID, order
from tests.erp.sums import by_counterparty, by_group
from tests.erp.test_bets import POOL, VALUE, active, all_reported, settlement
from tests.erp.world import World, account

HELD, ISSUED, PREPAID, PROMISED = "1124", "2202.03", "1123.02", "2205"
SENT, RECEIVED, WALLET = "1221.09", "2241.09", "1012.01"
VALUE_SHARED, VALUE_INCOME = "6602.01", "6051.02"
GROUP = "GRP-2026-00001"


def tokens(world: World, sender: str, receiver: str, amount: int) -> str:
    """Tokens sent outside of any contract; the number of their document."""
    moved = RecordTokenTransfer(
        sender=account(sender), receiver=account(receiver), amount_minor=amount
    )
    return world.do(moved).number


def top_up(payer: str, amount: int) -> bets.RecordBetTopUp:
    """Another than the sponsor puts money into the pool of bet 1."""
    return bets.RecordBetTopUp(
        bet_id=1, payer=account(payer), amount_minor=amount, pool_minor=POOL + amount
    )


def groups_bet_topped_up(world: World) -> str:
    """A bet of a chain group, and 7 that a stranger put into its pool; the number of that document."""
    world.do(order(world, pays=(10_000,)))
    active(world, group_id=GROUP_ID)
    return world.do(top_up("n3", 7)).number


# ---- claims --------------------------------------------------------------------------------------


def test_who_bought_a_claim_is_whom_its_debtor_owes_and_the_first_holder_has_nothing_left(
    world: World,
) -> None:
    Deal(world).claimed()
    assert by_counterparty(world, "buyer", ISSUED) == {"supplier": -AMOUNT}
    world.do(sold(1_130_000))
    assert by_counterparty(world, "buyer", ISSUED) == {"rival": -AMOUNT}
    assert by_counterparty(world, "supplier", HELD) == {}
    assert by_counterparty(world, "rival", HELD) == {"buyer": 1_130_000}
    world.do(due("rival"))
    for who, code in (("buyer", ISSUED), ("supplier", HELD), ("rival", HELD)):
        assert by_counterparty(world, who, code) == {}


def test_of_a_claim_that_was_split_the_part_that_was_sold_is_owed_to_another(world: World) -> None:
    Deal(world).claimed()
    world.do(split(2, 400_000, AMOUNT - 400_000))
    world.do(sold(390_000, claim_id=2, amount=400_000))
    assert by_counterparty(world, "buyer", ISSUED) == {
        "supplier": -(AMOUNT - 400_000),
        "rival": -400_000,
    }
    assert by_counterparty(world, "supplier", HELD) == {"buyer": AMOUNT - 400_000}


@pytest.mark.parametrize("price", [90_000, AMOUNT], ids=["below its amount", "at its amount"])
def test_a_claim_handed_on_is_owed_to_who_has_it_and_its_price_stands_against_its_debtor(
    world: World, price: int
) -> None:
    Deal(world).claimed()
    world.do(handed("supplier", "rival"))
    assert by_counterparty(world, "buyer", ISSUED) == {"rival": -AMOUNT}
    tokens(world, "rival", "supplier", price)
    assert by_counterparty(world, "rival", HELD) == {"buyer": price}
    for who in ("supplier", "rival"):
        assert by_counterparty(world, who, SENT) == by_counterparty(world, who, RECEIVED) == {}
    world.do(due("rival"))
    for who, code in (("buyer", ISSUED), ("supplier", HELD), ("rival", HELD)):
        assert by_counterparty(world, who, code) == {}


def test_a_claim_that_came_back_is_owed_to_its_first_holder_again(world: World) -> None:
    Deal(world).claimed()
    there = world.do(handed("supplier", "rival")).number
    back = world.do(handed("rival", "supplier", revision=2)).number
    world.do(ExplainClaimTransfer(transfer=there, returned_by=back, reason="a slip"))
    assert by_counterparty(world, "buyer", ISSUED) == {"supplier": -AMOUNT}
    assert by_counterparty(world, "supplier", HELD) == {"buyer": AMOUNT}
    assert by_counterparty(world, "rival", HELD) == {}


# ---- machine-minutes -----------------------------------------------------------------------------


def test_minutes_sold_on_are_owed_by_their_plant_to_who_has_them(world: World) -> None:
    market = Market(world)
    market.open()
    world.do(market.purchase(200))
    world.do(market.transfer(20))
    assert by_counterparty(world, PLANT, PROMISED) == {
        "buyer": -180 * PRICE,
        "rival": -20 * PRICE,
    }
    tokens(world, "rival", "buyer", 2_500)  # explains itself
    assert by_counterparty(world, "buyer", PREPAID) == {PLANT: 180 * PRICE}
    assert by_counterparty(world, "rival", PREPAID) == {PLANT: 2_500}
    world.do(market.redemption(20, "rival"))
    world.do(market.settlement(20, 20, "rival"))
    assert by_counterparty(world, PLANT, PROMISED) == {"buyer": -180 * PRICE}
    assert by_counterparty(world, "rival", PREPAID) == {}


def test_minutes_of_two_plants_that_move_at_once_are_owed_by_each_plant(world: World) -> None:
    world.party("mill", 2, 1_000)
    market = Market(world)
    market.open()
    world.do(market.device(device_id=2, plant=account("mill")))
    world.do(market.attested(device_id=2))
    world.do(market.sale(sale_id=2, device_id=2, plant=account("mill")))
    other = token(device=2)
    world.do(market.purchase(100))
    world.do(market.purchase(50, sale_id=2, token_id=other, plant=account("mill")))
    lines = (
        CapacityLine(token_id=token(), minutes=20),
        CapacityLine(token_id=other, minutes=10),
    )
    sent = world.do(
        RecordCapacityTransfer(sender=account("buyer"), receiver=account("rival"), lines=lines)
    ).number
    assert by_counterparty(world, PLANT, PROMISED) == {"buyer": -80 * PRICE, "rival": -20 * PRICE}
    assert by_counterparty(world, "mill", PROMISED) == {"buyer": -40 * PRICE, "rival": -10 * PRICE}
    paid = tokens(world, "rival", "buyer", 4_202)  # 2 above 4,200: ⌊2 × 2,800 ÷ 4,200⌋ is 1
    world.do(ExplainCapacityTransfer(transfer=sent, paid_by=paid, reason="sold on"))
    assert by_counterparty(world, "rival", PREPAID) == {PLANT: 2_801, "mill": 1_401}
    assert by_counterparty(world, "buyer", PREPAID) == {PLANT: 80 * PRICE, "mill": 40 * PRICE}


# ---- chain groups --------------------------------------------------------------------------------


@pytest.mark.parametrize("paid_first", [True, False], ids=["paid first", "handed on first"])
def test_tokens_that_paid_for_a_groups_claim_are_booked_for_the_group(
    world: World, paid_first: bool
) -> None:
    Deal(world, chain_group=GROUP).claimed()
    had = {who: by_group(world, who, WALLET) for who in ("supplier", "rival")}
    if paid_first:
        tokens(world, "rival", "supplier", 90_000)
        world.do(handed("supplier", "rival"))
    else:
        world.do(handed("supplier", "rival"))
        tokens(world, "rival", "supplier", 90_000)
    assert world.last("claim_explanation").fields["paid_minor"] == 90_000
    for who in ("supplier", "rival"):
        assert by_group(world, who, SENT) == by_group(world, who, RECEIVED) == {}
    for who, moved in (("supplier", 90_000), ("rival", -90_000)):
        before, now = had[who].get(GROUP, 0), by_group(world, who, WALLET)
        assert now.get(GROUP, 0) - before == moved
        assert now.get("", 0) == had[who].get("", 0)


def test_tokens_that_came_back_for_a_groups_top_up_leave_suspense_in_the_group(
    groups: World,
) -> None:
    topped_up = groups_bet_topped_up(groups)
    back = tokens(groups, "lead", "n3", 7)
    groups.do(
        ExplainTransfer(
            transfer=topped_up, purpose=TransferPurpose.ERROR_RETURNED, returned_by=back, reason="a slip"
        )
    )  # fmt: skip
    for who in ("lead", "n3"):
        assert by_group(groups, who, SENT) == by_group(groups, who, RECEIVED) == {}


def test_a_groups_top_up_that_finance_explains_leaves_suspense_in_the_group(groups: World) -> None:
    topped_up = groups_bet_topped_up(groups)
    groups.do(
        ExplainTransfer(transfer=topped_up, purpose=TransferPurpose.VALUE_SHARE, reason="for all")
    )
    for who in ("lead", "n3"):
        assert by_group(groups, who, SENT) == by_group(groups, who, RECEIVED) == {}


# ---- bets ----------------------------------------------------------------------------------------


def test_money_in_a_bets_pool_is_not_taken_by_itself_for_the_price_of_a_claim(
    groups: World,
) -> None:
    Deal(groups).claimed()
    active(groups, sponsor=account("supplier"))
    groups.do(top_up("rival", 90_000))
    groups.do(handed("supplier", "rival"))
    assert [made.type for made in groups.log() if made.type == "claim_explanation"] == []
    tokens(groups, "rival", "supplier", 80_000)
    assert groups.last("claim_explanation").fields["paid_minor"] == 80_000


def test_finance_may_say_that_money_in_a_pool_paid_for_a_claim(groups: World) -> None:
    Deal(groups).claimed()
    active(groups, sponsor=account("supplier"))
    given = groups.do(top_up("rival", 90_000)).number
    moved = groups.do(handed("supplier", "rival")).number
    groups.do(ExplainClaimTransfer(transfer=moved, paid_by=given, reason="agreed in writing"))
    for who in ("supplier", "rival"):
        assert by_counterparty(groups, who, SENT) == by_counterparty(groups, who, RECEIVED) == {}


def test_what_a_bet_shares_stands_on_its_sponsors_side_against_the_party_that_has_it(
    groups: World,
) -> None:
    active(groups)
    all_reported(groups)
    groups.do(settlement())
    incomes = {who: -by_counterparty(groups, who, VALUE_INCOME)["lead"] for who in ("n1", "n2")}
    assert incomes == {"n1": 164_705, "n2": 235_294}
    left = VALUE - sum(incomes.values())  # by the division: nobody's
    shared: dict[str | None, int] = {None: left, **incomes}
    assert by_counterparty(groups, "lead", VALUE_SHARED) == shared
