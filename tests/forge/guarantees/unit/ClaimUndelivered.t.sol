// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

contract ClaimUndeliveredTest is OrderHouse {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = guaranteedOrder();
    }

    function _claim(uint128 undelivered, uint128 ordered, uint128 paid) private {
        uint256 held = token.balanceOf(buyer);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteeShareClaimed(orderId, buyer, undelivered, ordered, paid);
        vm.prank(outsider);
        guarantees.claimUndelivered(orderId);
        assertEq(token.balanceOf(buyer), held + paid);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE - paid);
    }

    function test_the_share_that_was_not_delivered_goes_to_the_buyer_rounded_down() public {
        deliver(orderId, 67, 67);
        accept(orderId, 1, 770_500, 0);
        vm.prank(supplier);
        orders.close(orderId);
        _claim(379_500, AMOUNT, 33_000);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_ShareClaimedBefore.selector, orderId));
        guarantees.claimUndelivered(orderId);
    }

    function test_what_was_given_up_counts_as_not_delivered_and_what_both_dropped_does_not() public {
        vm.prank(supplier);
        orders.cancelPart(orderId, 10);
        amend(orderId, 80, 920_000);
        deliver(orderId, 80, 80);
        accept(orderId, 1, 920_000, 0);
        _claim(115_000, 1_035_000, 11_111);
    }

    function test_an_order_delivered_whole_leaves_the_guarantee_whole() public {
        deliver(orderId, 100, 100);
        accept(orderId, 1, AMOUNT, 0);
        _claim(0, AMOUNT, 0);
    }

    function test_an_order_dropped_by_both_leaves_the_guarantee_whole() public {
        amend(orderId, 0, 0);
        _claim(0, 0, 0);
    }

    function test_the_share_is_never_more_than_is_left() public {
        deliver(orderId, 100, 90);
        accept(orderId, 1, 1_035_000, 0);
        reportDefect(orderId, 1, 90);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        vm.prank(supplier);
        orders.close(orderId);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteeShareClaimed(orderId, buyer, 115_000, AMOUNT, 0);
        guarantees.claimUndelivered(orderId);
    }

    function test_claim_refuses_what_is_unknown_not_pledged_or_running() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderUnknown.selector, 99));
        guarantees.claimUndelivered(99);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderNotClosed.selector, orderId));
        guarantees.claimUndelivered(orderId);
        uint256 bare = fundedOrder();
        refused(
            abi.encodeWithSelector(IGuarantees.Guarantees_NotPledged.selector, bare, IGuarantees.GuaranteeStatus.None)
        );
        guarantees.claimUndelivered(bare);
    }
}
