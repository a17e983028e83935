// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

contract CountOutcomeTest is CapacityHouse {
    function _counted() private view returns (ICreditRegistry.ComponentRecord memory) {
        return credit.componentsOf(plant)[uint256(ICreditRegistry.Component.Bets)];
    }

    /// The same device where storms excuse.
    function _inARegion(uint24 slotSeconds) private {
        ICapacityTokens.DeviceTerms memory terms = deviceTerms();
        terms.deviceRef = newReference();
        terms.region = REGION;
        terms.slotSeconds = slotSeconds;
        vm.prank(plant);
        deviceId = capacity.registerDevice(terms);
    }

    function _end() private view returns (uint256 endsAt) {
        (,, endsAt,) = capacity.slotTimes(deviceId, SLOT);
    }

    function _expectCounted(uint24 quantity, uint24 ran, uint256 weight, uint16 outcomeBps, uint16 excused) private {
        vm.expectEmit(address(market));
        emit ICapacityMarket.CapacityOutcomeCounted(deviceId, SLOT, plant, quantity, ran, weight, outcomeBps, excused);
        market.countOutcome(deviceId, SLOT);
    }

    function test_what_ran_counts_by_minutes_at_what_was_paid() public {
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 90);
        vm.warp(decidesAt(run));
        market.settle(run);
        ICapacityMarket.Outcome memory noted = market.outcomeOf(deviceId, SLOT);
        assertEq(noted.quantity, 120);
        assertEq(noted.ran, 90);
        assertEq(noted.weight, 30_000);
        _expectCounted(120, 90, 30_000, 7500, 0);
        assertEq(_counted().value, 30_000);
        assertEq(_counted().weighted, 30_000 * 7500);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NothingToCount.selector, deviceId, SLOT));
        market.countOutcome(deviceId, SLOT);
    }

    function test_what_was_acknowledged_counts_whole_and_what_was_conceded_not_at_all() public {
        uint256 run = redeemed();
        uint256 state = vm.snapshotState();
        vm.prank(holder);
        market.acknowledge(run);
        _expectCounted(120, 120, 30_000, 10_000, 0);
        vm.revertToState(state);
        vm.prank(plant);
        market.concede(run);
        _expectCounted(120, 0, 30_000, 0, 0);
    }

    function test_several_redemptions_and_refunds_of_a_slot_count_together_each_once() public {
        uint256 tokenId = sold(120);
        uint256 first = redeem(tokenId, 60);
        redeem(tokenId, 30);
        vm.prank(holder);
        market.acknowledge(first);
        failSlot();
        market.settle(2);
        market.refund(tokenId, holder);
        _expectCounted(120, 60, 30_000, 5000, 0);
    }

    function test_what_nobody_redeemed_says_nothing_of_the_plant() public {
        uint256 tokenId = sold(120);
        vm.warp(expiry());
        market.expire(tokenId, holder);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NothingToCount.selector, deviceId, SLOT));
        market.countOutcome(deviceId, SLOT);
    }

    function test_a_minute_weighs_its_price_up_to_a_bound() public {
        attest(FREE);
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        (terms.startPrice, terms.floorPrice) = (2 ** 44, 2 ** 44);
        uint256 tokenId = capacity.tokenIdOf(deviceId, SLOT, 1, 2 ** 44);
        vm.prank(treasurer);
        token.issue(holder, 2 ** 60, newReference());
        buy(holder, openSale(terms), 200);
        vm.prank(holder);
        market.redeem(tokenId, 200, PRODUCTION_ORDER);
        vm.prank(holder);
        market.acknowledge(1);
        _expectCounted(200, 200, 200 * MINUTE_VALUE, 10_000, 0);
    }

    // ---- force majeure ----

    function test_where_storms_excuse_nothing_counts_before_they_can_be_declared_and_ruled() public {
        _inARegion(SHIFT);
        uint256 run = redeemed();
        vm.prank(plant);
        market.concede(run);
        uint256 from = _end() + 45 days;
        vm.warp(from - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, from - 1, from));
        market.countOutcome(deviceId, SLOT);
        skip(1);
        _expectCounted(120, 0, 30_000, 0, 0);
    }

    function test_a_slot_that_a_storm_took_counts_for_nothing() public {
        _inARegion(SHIFT);
        uint256 tokenId = sold(120);
        failSlot(); // with the storm on its way: an early word costs nothing
        market.refund(tokenId, holder);
        uint32 day = uint32(start() / 1 days);
        vm.warp(_end());
        storm(day, 1);
        vm.warp(_end() + 45 days);
        _expectCounted(120, 0, 0, 0, 1);
        assertEq(_counted().outcomes, 0);
    }

    function test_a_storm_over_a_part_of_the_slot_excuses_that_part() public {
        _inARegion(2 days); // slot 9 begins at 08:00 and touches three days
        uint256 run = redeemed();
        vm.warp(_end());
        report(run, 60);
        storm(uint32(start() / 1 days) + 1, 1);
        vm.warp(_end() + 45 days);
        market.settle(run);
        // Two of three days were free: 80 minutes were expected, 60 ran.
        _expectCounted(120, 60, 20_000, 7500, 1);
    }

    function test_what_ran_in_a_storm_counts_whole() public {
        _inARegion(SHIFT);
        uint256 run = redeemed();
        vm.prank(holder);
        market.acknowledge(run);
        uint32 day = uint32(start() / 1 days);
        vm.warp(_end());
        storm(day, 1);
        vm.warp(_end() + 45 days);
        _expectCounted(120, 120, 30_000, 10_000, 1);
    }

    // ---- no payment waits for credit ----

    function test_without_a_scorers_office_all_is_paid_and_counted_when_it_is_back() public {
        revoke(Offices.SCORER, address(market));
        uint256 run = redeemed();
        vm.prank(holder);
        market.acknowledge(run);
        market.withdraw(plant);
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotAScorer.selector, address(market)));
        market.countOutcome(deviceId, SLOT);
        appoint(Offices.SCORER, address(market));
        _expectCounted(120, 120, 30_000, 10_000, 0);
    }

    /// What remains of trading with oneself: a plant with a friend gains the weight of machine-minutes that an attester
    /// vouched for, at most MINUTE_VALUE each, and cannot sell them to anybody else.
    function test_known_a_friend_acknowledges_minutes_that_never_ran() public {
        uint256 run = redeemed();
        vm.prank(holder);
        market.acknowledge(run);
        _expectCounted(120, 120, 30_000, 10_000, 0);
        assertEq(capacity.slot(deviceId, SLOT).issued, 120, "and these minutes are gone");
    }
}
