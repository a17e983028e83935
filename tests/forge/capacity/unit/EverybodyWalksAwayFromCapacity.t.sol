// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

/// From every state, with every person gone, a stranger and the clock return all money.
contract EverybodyWalksAwayFromCapacityTest is CapacityHouse {
    address private stranger;
    uint256 private tokenId;

    function setUp() public override {
        super.setUp();
        stranger = actor("stranger");
        tokenId = sold(120);
    }

    /// Every person leaves, is suspended, loses its office; the house is paused.
    function _everybodyWalksAway() private {
        pause();
        suspend(plant);
        suspend(holder);
        suspend(reseller);
        vacate(attesterPost);
        vacate(arbiterPost);
        revoke(Offices.GUARDIAN, guardian);
        revoke(Offices.REGISTRAR, registrar);
        revoke(Offices.TREASURER, treasurer);
        vm.startPrank(stranger);
    }

    function _noMoneyIsLeftBehind(uint256 plantGains) private {
        if (market.owed(plant) != 0) market.withdraw(plant);
        if (market.owed(holder) != 0) market.withdraw(holder);
        if (market.owed(reseller) != 0) market.withdraw(reseller);
        vm.stopPrank();
        assertEq(token.balanceOf(address(market)), 0, "market");
        assertEq(token.balanceOf(stranger), 0, "stranger");
        assertEq(token.balanceOf(plant), FUNDS + plantGains, "plant");
        assertEq(
            token.balanceOf(plant) + token.balanceOf(holder) + token.balanceOf(reseller), 3 * uint256(FUNDS), "parties"
        );
        assertEq(market.unredeemed(tokenId), 0, "unredeemed");
    }

    function test_from_tokens_held() public {
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, tokenId, 50, "");
        _everybodyWalksAway();
        vm.warp(expiry());
        market.expire(tokenId, holder);
        market.expire(tokenId, reseller);
        _noMoneyIsLeftBehind(30_000);
    }

    function test_from_a_failed_slot() public {
        redeem(tokenId, 40);
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, tokenId, 50, "");
        failSlot();
        _everybodyWalksAway();
        market.settle(1);
        market.refund(tokenId, holder);
        market.refund(tokenId, reseller);
        _noMoneyIsLeftBehind(0);
    }

    function test_from_a_redemption() public {
        redeem(tokenId, 120);
        _everybodyWalksAway();
        vm.warp(decidesAt(1));
        market.settle(1);
        _noMoneyIsLeftBehind(0);
    }

    function test_from_a_report() public {
        redeem(tokenId, 120);
        vm.warp(start());
        report(1, 119);
        _everybodyWalksAway();
        vm.warp(decidesAt(1));
        market.settle(1);
        _noMoneyIsLeftBehind(29_750);
    }

    function test_from_a_dispute() public {
        redeem(tokenId, 120);
        vm.warp(start());
        report(1, 119);
        dispute(plant, 1);
        _everybodyWalksAway();
        vm.warp(decidesAt(1));
        market.settle(1);
        _noMoneyIsLeftBehind(29_750);
    }

    function test_from_disputed_silence() public {
        redeem(tokenId, 100);
        vm.warp(reportEnd());
        dispute(plant, 1);
        _everybodyWalksAway();
        vm.warp(decidesAt(1));
        market.settle(1);
        market.expire(tokenId, holder);
        _noMoneyIsLeftBehind(5000);
    }

    function test_from_money_owed() public {
        redeem(tokenId, 120);
        vm.prank(holder);
        market.acknowledge(1);
        _everybodyWalksAway();
        _noMoneyIsLeftBehind(30_000);
    }
}
