// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

/// Faults that `make mutants` planted and that no test saw: what is left of a hearing, times after the end,
/// and slots that end at midnight.
contract SurvivorsOfCapacityTest is CapacityHouse {
    function _isHeard(uint256 run, Hearing.Case memory expected) private view {
        assertEq(keccak256(abi.encode(market.runHearing(run))), keccak256(abi.encode(expected)), "hearing");
    }

    function test_a_dispute_that_nobody_ruled_has_lapsed_when_the_run_is_settled() public {
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 100);
        uint40 disputeBy = uint40(start()) + SHIFT + DISPUTE;
        assertEq(market.settleableAt(run), disputeBy, "undisputed");
        dispute(holder, run);
        Hearing.Case memory expected = Hearing.Case({
            disputant: holder, ruleBy: disputeBy + RULING, stage: Hearing.Stage.Disputed, joined: false
        });
        _isHeard(run, expected);
        assertEq(market.settleableAt(run), disputeBy + RULING, "disputed");
        vm.warp(disputeBy + RULING);
        vm.expectEmit(true, true, true, true, address(market));
        emit ICapacityMarket.RunDisputeLapsed(run);
        vm.expectEmit(true, true, true, true, address(market));
        emit ICapacityMarket.RedemptionSettled(run, plant, holder, 100, 120, 25_000, 5000);
        market.settle(run);
        expected.stage = Hearing.Stage.Lapsed;
        _isHeard(run, expected);
        assertEq(market.settleableAt(run), 0, "settled");
    }

    function test_what_is_settled_or_failed_or_never_was_waits_for_no_time() public {
        assertEq(market.settleableAt(9), 0, "never was");
        uint256 tokenId = sold(120);
        uint256 acknowledged = redeem(tokenId, 50);
        uint256 failed = redeem(tokenId, 70);
        uint256 disputeBy = reportEnd() + DISPUTE;
        assertEq(market.settleableAt(acknowledged), disputeBy, "redeemed");
        vm.prank(holder);
        market.acknowledge(acknowledged);
        assertEq(market.settleableAt(acknowledged), 0, "settled");
        assertEq(market.settleableAt(failed), disputeBy);
        failSlot();
        assertEq(market.settleableAt(failed), 0, "failed");
    }

    function test_nobody_withdraws_a_dispute_of_what_is_settled() public {
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 100);
        dispute(holder, run);
        Hearing.Case memory heard = market.runHearing(run);
        vm.prank(holder);
        market.acknowledge(run);
        refused(
            abi.encodeWithSelector(
                ICapacityMarket.CapacityMarket_WrongStatus.selector, run, ICapacityMarket.RedemptionStatus.Settled
            )
        );
        withdrawDispute(holder, run);
        _isHeard(run, heard);
    }

    function test_a_second_sale_is_another_of_the_same_market_and_kept_as_offered() public {
        attest(FREE);
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        assertEq(openSale(terms), 1);
        (terms.opensAt, terms.closesAt, terms.quantity) = (terms.opensAt + 10, terms.closesAt + 20, 7);
        (terms.startPrice, terms.floorPrice) = (900, 800);
        assertEq(openSale(terms), 2);
        ICapacityMarket.Sale memory expected = ICapacityMarket.Sale({
            deviceId: deviceId,
            slotIndex: SLOT,
            opensAt: terms.opensAt,
            closesAt: terms.closesAt,
            quantity: 7,
            sold: 0,
            startPrice: 900,
            floorPrice: 800
        });
        assertEq(keccak256(abi.encode(market.sale(2))), keccak256(abi.encode(expected)), "second");
        assertEq(market.sale(1).quantity, 200, "first");
        assertEq(buy(holder, 1, 1), capacity.tokenIdOf(deviceId, SLOT, 1, PRICE), "both of market 1");
        skip(10);
        assertEq(buy(holder, 2, 1), capacity.tokenIdOf(deviceId, SLOT, 1, 900), "both of market 1");
    }

    /// Its number is zero as long as it sold nothing, and no token is of number zero.
    function test_a_market_that_never_sold_takes_no_token_for_its_own() public {
        ICapacityMarket fresh = ICapacityMarket(address(openMarket(1)));
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotOurToken.selector, 0));
        vm.prank(holder);
        fresh.redeem(0, 1, PRODUCTION_ORDER);
        assertEq(market.unredeemed(0), 0);
    }

    function test_a_market_asks_for_its_number_once() public {
        attest(FREE);
        vm.expectCall(address(capacity), abi.encodeCall(ICapacityTokens.numberMarket, ()), 1);
        assertEq(openSale(saleTerms()), 1);
        assertEq(openSale(saleTerms()), 2);
    }

    /// A slot of two days, a storm on the first, and minutes of which the plant ran some.
    function _countedFrom(uint40 gridStart, uint24 ran, uint256 weight, uint16 outcomeBps) private {
        ICapacityTokens.DeviceTerms memory terms = deviceTerms();
        (terms.deviceRef, terms.region) = (newReference(), REGION);
        (terms.gridStart, terms.slotSeconds) = (gridStart, 2 days);
        vm.prank(plant);
        deviceId = capacity.registerDevice(terms);
        uint256 run = redeemed();
        (,, uint256 endsAt,) = capacity.slotTimes(deviceId, SLOT);
        vm.warp(endsAt);
        report(run, ran);
        storm(uint32(start() / 1 days), 1);
        vm.warp(endsAt + 45 days);
        market.settle(run);
        vm.expectEmit(true, true, true, true, address(market));
        emit ICapacityMarket.CapacityOutcomeCounted(deviceId, SLOT, plant, 120, ran, weight, outcomeBps, 1);
        market.countOutcome(deviceId, SLOT);
    }

    /// One of two days was free: 60 minutes were expected.
    function test_a_slot_that_ends_at_midnight_does_not_touch_the_day_that_begins() public {
        _countedFrom(uint40(START) + 1 days, 30, 15_000, 5000);
    }

    /// Two of three days were free: 80 minutes were expected.
    function test_a_slot_that_ends_a_second_after_midnight_touches_the_day_that_begins() public {
        _countedFrom(uint40(START) + 1 days + 1, 60, 20_000, 7500);
    }
}
