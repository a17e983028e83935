"""idle-capacity: a washing-machine plant sells idle hours of a press; a buyer redeems them into a production order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from house import DAY, HOUR, MONEY, NODES, POSTS, House, reference, refuses

PLANT, BUYER, OTHER = NODES[:3]
START, FLOOR, LASTS = 1_000, 400, 6 * HOUR  # a minute, minor units; how long the auction falls


@dataclass
class Press:
    """A device of the plant, its first two slots attested and on sale."""

    house: House
    grid: int = 0

    @property
    def tokens(self) -> Any:
        return self.house.contracts["CapacityTokens"]

    @property
    def market(self) -> Any:
        return self.house.contracts["CapacityMarket"]

    def register(self) -> None:
        """Slots of an hour, from ten days ahead."""
        house = self.house
        self.grid = house.chain[-1].timestamp + 10 * DAY
        places = reference(), bytes(32), POSTS["attester"], POSTS["arbiter"]
        terms = (*places, self.grid, HOUR, HOUR, DAY, DAY, DAY)
        self.tokens.registerDevice(terms, house.by(PLANT))
        for slot in (0, 1):
            self.tokens.attestCapacity(1, slot, 60, reference(), house.by("attester"))

    def sell(self, slot: int, minutes: int = 60) -> int:
        """A descending auction that opens in a minute; its number."""
        house = self.house
        opens = house.chain[-1].timestamp + 60
        sale = (1, slot, opens, opens + LASTS, minutes, START, FLOOR)
        sent = self.market.openSale(sale, house.by(PLANT))
        house.wait_until(opens)
        return int(sent.events["CapacitySaleOpened"]["saleId"])

    def buy(self, sale: int, minutes: int, who: str = BUYER) -> Any:
        """Somebody buys at the price of the second; the event."""
        sent = self.market.buy(sale, minutes, START, self.house.by(who))
        return sent.events["CapacitySold"]

    def redeem(self, token: int, minutes: int, who: str = BUYER) -> int:
        """A holder makes a production order of it; the redemption's number."""
        sent = self.market.redeem(token, minutes, reference(), self.house.by(who))
        return int(sent.events["CapacityRedeemed"]["redemptionId"])

    def withdraw(self, who: str) -> None:
        """Somebody is paid what the market owes it."""
        self.market.withdraw(self.house[who], self.house.by("stranger"))


@pytest.fixture
def press(house: House) -> Press:
    found = Press(house)
    found.register()
    return found


def test_the_price_falls_in_a_straight_line_and_the_buyer_pays_that_of_its_second(
    press: Press,
) -> None:
    sale = press.sell(0)
    press.house.wait(LASTS // 2)
    sold = press.buy(sale, 60)
    assert (START + FLOOR) // 2 - 1 <= sold["pricePerMinute"] <= (START + FLOOR) // 2 + 1
    assert press.house.money(BUYER) == MONEY - 60 * sold["pricePerMinute"]


def test_minutes_redeemed_into_a_production_order_that_ran_are_the_plants(press: Press) -> None:
    house, sold = press.house, press.buy(press.sell(0), 60)
    redemption = press.redeem(sold["tokenId"], 60)
    house.wait_until(press.grid + HOUR)
    press.market.reportRun(redemption, 60, reference(), house.by("attester"))
    with refuses("CapacityMarket_NotYetDecided"):
        press.market.settle(redemption, house.by("stranger"))
    press.market.acknowledge(redemption, house.by(BUYER))
    press.withdraw(PLANT)
    assert house.money(PLANT) == MONEY + sold["amount"]
    assert house.held("CapacityMarket") == 0


def test_one_slot_runs_and_the_other_fails_and_is_refunded_at_the_price_paid(press: Press) -> None:
    house = press.house
    first, second = press.buy(press.sell(0), 60), press.buy(press.sell(1), 40)
    redemption = press.redeem(first["tokenId"], 60)
    press.tokens.safeTransferFrom(
        house[BUYER], house[OTHER], second["tokenId"], 15, b"", house.by(BUYER)
    )
    press.tokens.failSlot(1, 1, reference(), house.by(PLANT))
    for holder in (BUYER, OTHER):
        press.market.refund(second["tokenId"], house[holder], house.by("stranger"))
        press.withdraw(holder)
    price = second["pricePerMinute"]
    assert house.money(OTHER) == MONEY + 15 * price
    assert house.money(BUYER) == MONEY - first["amount"] - second["amount"] + 25 * price

    house.wait_until(press.grid + HOUR)
    press.market.reportRun(redemption, 60, reference(), house.by("attester"))
    house.wait(4 * DAY)
    press.market.settle(redemption, house.by("stranger"))
    press.withdraw(PLANT)
    assert house.money(PLANT) == MONEY + first["amount"]
    assert house.held("CapacityMarket") == 0


def test_what_did_not_run_returns_to_the_buyer_when_the_attester_is_silent(press: Press) -> None:
    house, sold = press.house, press.buy(press.sell(0), 60)
    redemption = press.redeem(sold["tokenId"], 60)
    house.wait_until(press.grid + 5 * DAY)
    press.market.settle(redemption, house.by("stranger"))
    press.withdraw(BUYER)
    assert house.money(BUYER) == MONEY


def test_a_report_that_is_disputed_is_settled_as_the_arbiter_rules(press: Press) -> None:
    house, sold = press.house, press.buy(press.sell(0), 60)
    redemption = press.redeem(sold["tokenId"], 60)
    house.wait_until(press.grid + HOUR)
    press.market.reportRun(redemption, 60, reference(), house.by("attester"))
    press.market.disputeRun(redemption, reference(), house.by(BUYER))
    press.market.rule(redemption, 20, reference(), house.by("arbiter"))
    press.withdraw(BUYER)
    press.withdraw(PLANT)
    assert house.money(PLANT) == MONEY + 20 * sold["pricePerMinute"]
    assert house.money(BUYER) == MONEY - 20 * sold["pricePerMinute"]


def test_no_minute_is_sold_twice(press: Press) -> None:
    first, second = press.sell(0), press.sell(0)
    press.buy(first, 40)
    with refuses("CapacityTokens_ExceedsFree"):
        press.buy(second, 21)
    press.buy(second, 20, OTHER)


def test_minutes_never_redeemed_are_the_plants_whose_machine_stood_ready(press: Press) -> None:
    house, sold = press.house, press.buy(press.sell(0), 60)
    house.wait_until(press.grid)
    with refuses("CapacityMarket_TokenExpired"):
        press.redeem(sold["tokenId"], 1)
    press.market.expire(sold["tokenId"], house[BUYER], house.by("stranger"))
    press.withdraw(PLANT)
    assert house.money(PLANT) == MONEY + sold["amount"]


def test_a_press_that_failed_a_slot_is_known_for_it(press: Press) -> None:
    house, sold = press.house, press.buy(press.sell(0), 60)
    credit = house.contracts["CreditRegistry"]
    before = credit.scoreOf(house[PLANT])
    press.tokens.failSlot(1, 0, reference(), house.by(PLANT))
    press.market.refund(sold["tokenId"], house[BUYER], house.by("stranger"))
    press.market.countOutcome(1, 0, house.by("stranger"))
    assert credit.scoreOf(house[PLANT]) < before


def test_a_dispute_that_is_taken_back_costs_nobody_any_time(press: Press) -> None:
    house, sold = press.house, press.buy(press.sell(0), 60)
    redemption = press.redeem(sold["tokenId"], 60)
    house.wait_until(press.grid + HOUR)
    press.market.reportRun(redemption, 60, reference(), house.by("attester"))
    undisputed = press.market.settleableAt(redemption)
    press.market.disputeRun(redemption, reference(), house.by(BUYER))
    press.market.withdrawRunDispute(redemption, house.by(BUYER))
    assert press.market.settleableAt(redemption) == undisputed
