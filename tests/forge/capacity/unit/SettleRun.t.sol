// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

contract SettleRunTest is CapacityHouse {
    uint256 private run;
    uint256 private tokenId;
    address private stranger;

    function setUp() public override {
        super.setUp();
        run = redeemed();
        tokenId = capacity.tokenIdOf(deviceId, SLOT, 1, PRICE);
        stranger = actor("stranger");
    }

    function _settle() private {
        vm.prank(stranger);
        market.settle(run);
    }

    function _refusedSettlement(bytes memory reason) private {
        refused(reason);
        _settle();
    }

    function _notYet() private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ICapacityMarket.CapacityMarket_NotYetDecided.selector, run, block.timestamp, decidesAt(run)
        );
    }

    function _isSettled(uint256 toPlant, uint256 toHolder) private {
        assertEq(redemptionStatus(run), uint256(ICapacityMarket.RedemptionStatus.Settled));
        assertEq(market.owed(plant), toPlant);
        assertEq(market.owed(holder), toHolder);
        assertEq(toPlant + toHolder, 30_000);
        bytes memory reason = abi.encodeWithSelector(
            ICapacityMarket.CapacityMarket_WrongStatus.selector, run, ICapacityMarket.RedemptionStatus.Settled
        );
        _refusedSettlement(reason);
        refused(reason);
        vm.prank(holder);
        market.acknowledge(run);
        refused(reason);
        vm.prank(plant);
        market.concede(run);
    }

    // ---- by what stands ----

    function test_a_report_that_nobody_disputes_is_paid() public {
        vm.warp(start());
        report(run, 100);
        vm.warp(decidesAt(run) - 1);
        _refusedSettlement(_notYet());
        skip(1);
        vm.expectEmit(address(market));
        emit ICapacityMarket.RedemptionSettled(run, plant, holder, 100, 120, 25_000, 5000);
        _settle();
        _isSettled(25_000, 5000);
        assertEq(market.redemption(run).ran, 100);
    }

    function test_silence_returns_the_money() public {
        vm.warp(decidesAt(run) - 1);
        _refusedSettlement(_notYet());
        skip(2);
        _settle();
        _isSettled(0, 30_000);
    }

    function test_a_report_stands_when_no_arbiter_rules() public {
        vm.warp(start());
        report(run, 100);
        dispute(holder, run);
        vm.warp(decidesAt(run) - 1);
        _refusedSettlement(_notYet());
        skip(1);
        _settle();
        _isSettled(25_000, 5000);
    }

    function test_disputed_silence_returns_the_money_when_no_arbiter_rules() public {
        vm.warp(reportEnd());
        dispute(plant, run);
        vm.warp(decidesAt(run));
        _settle();
        _isSettled(0, 30_000);
    }

    function test_a_failed_slot_is_refunded_at_once() public {
        failSlot();
        _settle();
        _isSettled(0, 30_000);
    }

    function test_an_unknown_redemption_is_not_settled() public {
        bytes memory reason = abi.encodeWithSelector(ICapacityMarket.CapacityMarket_RedemptionUnknown.selector, 9);
        refused(reason);
        market.settle(9);
        refused(reason);
        market.acknowledge(9);
        refused(reason);
        market.concede(9);
    }

    // ---- by consent of the one who loses by it ----

    function test_the_holder_acknowledges_and_the_plant_is_paid_at_once() public {
        vm.prank(holder);
        market.acknowledge(run);
        _isSettled(30_000, 0);
    }

    function test_the_plant_concedes_and_the_holder_is_refunded_at_once() public {
        vm.warp(start());
        report(run, 120);
        dispute(holder, run);
        vm.prank(plant);
        market.concede(run);
        _isSettled(0, 30_000);
    }

    function test_nobody_else_acknowledges_or_concedes() public {
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotTheHolder.selector, run, plant));
        vm.prank(plant);
        market.acknowledge(run);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotThePlant.selector, deviceId, holder));
        vm.prank(holder);
        market.concede(run);
    }

    // ---- expiry ----

    function test_what_expires_unredeemed_is_the_plants() public {
        vm.prank(holder);
        market.buy(1, 30, PRICE);
        vm.warp(expiry() - 1);
        refused(
            abi.encodeWithSelector(
                ICapacityMarket.CapacityMarket_TokenNotExpired.selector, tokenId, expiry() - 1, expiry()
            )
        );
        market.expire(tokenId, holder);
        skip(1);
        vm.expectEmit(address(market));
        emit ICapacityMarket.CapacityExpired(tokenId, holder, plant, 30, 7500);
        vm.prank(stranger);
        market.expire(tokenId, holder);
        assertEq(market.owed(plant), 7500);
        assertEq(market.unredeemed(tokenId), 0);
        assertEq(capacity.balanceOf(holder, tokenId), 0);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NothingHeld.selector, tokenId, holder));
        market.expire(tokenId, holder);
    }

    function test_a_failed_slot_never_expires_to_the_plant() public {
        vm.prank(holder);
        market.buy(1, 30, PRICE);
        failSlot();
        vm.warp(expiry());
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SlotFailed.selector, deviceId, SLOT));
        market.expire(tokenId, holder);
    }

    // ---- refund ----

    function test_a_failed_slot_refunds_each_holder_what_was_paid() public {
        vm.prank(holder);
        market.buy(1, 30, PRICE);
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, tokenId, 10, "");
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SlotNotFailed.selector, deviceId, SLOT));
        market.refund(tokenId, holder);
        failSlot();
        vm.expectEmit(address(market));
        emit ICapacityMarket.CapacityRefunded(tokenId, holder, plant, 20, 5000);
        vm.startPrank(stranger);
        market.refund(tokenId, holder);
        market.refund(tokenId, reseller);
        vm.stopPrank();
        assertEq(market.owed(holder), 5000);
        assertEq(market.owed(reseller), 2500);
        assertEq(market.unredeemed(tokenId), 0);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NothingHeld.selector, tokenId, holder));
        market.refund(tokenId, holder);
    }

    // ---- withdrawal ----

    function test_what_is_owed_is_paid_once_to_its_owner_whoever_calls() public {
        vm.prank(holder);
        market.acknowledge(run);
        suspend(plant);
        pause();
        vm.expectEmit(address(market));
        emit ICapacityMarket.CapacityProceedsWithdrawn(plant, stranger, 30_000);
        vm.prank(stranger);
        market.withdraw(plant);
        assertEq(token.balanceOf(plant), FUNDS + 30_000);
        assertEq(token.balanceOf(address(market)), 0);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NothingOwed.selector, plant));
        market.withdraw(plant);
    }
}
