// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

contract RedeemCapacityTest is CapacityHouse {
    uint256 private tokenId;

    function setUp() public override {
        super.setUp();
        tokenId = sold(120);
    }

    function _refusedRedemption(address who, uint24 quantity, bytes32 ref, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        market.redeem(tokenId, quantity, ref);
    }

    function test_a_redemption_burns_the_minutes_and_names_the_production_order() public {
        uint40 decides = uint40(reportEnd()) + DISPUTE;
        vm.expectEmit(address(market));
        emit ICapacityMarket.CapacityRedeemed(1, tokenId, holder, plant, 100, 25_000, PRODUCTION_ORDER, decides);
        assertEq(redeem(tokenId, 100), 1);
        ICapacityMarket.Redemption memory record = market.redemption(1);
        assertEq(record.holder, holder);
        assertEq(record.disputeBy, decides);
        assertEq(record.quantity, 100);
        assertEq(record.ran, 0);
        assertEq(uint256(record.status), uint256(ICapacityMarket.RedemptionStatus.Redeemed));
        assertEq(record.tokenId, tokenId);
        assertEq(record.productionOrderRef, PRODUCTION_ORDER);
        assertEq(capacity.balanceOf(holder, tokenId), 20);
        assertEq(market.unredeemed(tokenId), 20);
        assertEq(token.balanceOf(address(market)), 30_000, "the money stays");
    }

    function test_a_buyer_of_tokens_redeems_them_as_the_first_would() public {
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, tokenId, 70, "");
        vm.prank(reseller);
        market.redeem(tokenId, 70, PRODUCTION_ORDER);
        assertEq(market.redemption(1).holder, reseller);
        assertEq(redeem(tokenId, 50), 2);
        assertEq(market.unredeemed(tokenId), 0);
    }

    function test_only_what_is_held_is_redeemed() public {
        _refusedRedemption(
            holder,
            121,
            PRODUCTION_ORDER,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotHeld.selector, tokenId, holder, 120, 121)
        );
        _refusedRedemption(
            reseller,
            1,
            PRODUCTION_ORDER,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotHeld.selector, tokenId, reseller, 0, 1)
        );
        _refusedRedemption(
            holder, 0, PRODUCTION_ORDER, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_ZeroQuantity.selector)
        );
        _refusedRedemption(holder, 1, 0, abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
    }

    function test_nothing_of_a_failed_slot_is_redeemed() public {
        failSlot();
        _refusedRedemption(
            holder,
            1,
            PRODUCTION_ORDER,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SlotFailed.selector, deviceId, SLOT)
        );
    }

    function test_redeeming_closes_when_the_token_expires() public {
        vm.warp(expiry() - 1);
        redeem(tokenId, 1);
        for (uint256 late; late < 2; ++late) {
            vm.warp(expiry() + late);
            _refusedRedemption(
                holder,
                1,
                PRODUCTION_ORDER,
                abi.encodeWithSelector(
                    ICapacityMarket.CapacityMarket_TokenExpired.selector, tokenId, expiry() + late, expiry()
                )
            );
        }
    }

    function test_pause_and_suspension_never_stop_a_redemption() public {
        pause();
        suspend(holder);
        suspend(plant);
        assertEq(redeem(tokenId, 120), 1);
    }
}
