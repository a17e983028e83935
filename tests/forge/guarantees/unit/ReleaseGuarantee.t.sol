// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

contract ReleaseGuaranteeTest is OrderHouse {
    function test_after_the_warranty_the_rest_returns_to_the_supplier() public {
        uint256 orderId = warrantedOrder();
        uint256 held = token.balanceOf(supplier);
        uint256 warrantyEnd = block.timestamp + WARRANTY_SECONDS;
        vm.warp(warrantyEnd - 1);
        refused(
            abi.encodeWithSelector(
                IGuarantees.Guarantees_WarrantyRunning.selector, orderId, warrantyEnd - 1, warrantyEnd
            )
        );
        guarantees.release(orderId);
        vm.warp(warrantyEnd);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteeReleased(orderId, supplier, GUARANTEE);
        vm.prank(outsider);
        guarantees.release(orderId);
        assertEq(token.balanceOf(supplier), held + GUARANTEE);
        refused(
            abi.encodeWithSelector(
                IGuarantees.Guarantees_NotPledged.selector, orderId, IGuarantees.GuaranteeStatus.Released
            )
        );
        guarantees.release(orderId);
    }

    function test_the_buyer_gets_its_share_first_whoever_calls() public {
        uint256 orderId = guaranteedOrder();
        vm.prank(supplier);
        orders.close(orderId);
        uint256 held = token.balanceOf(buyer);
        skip(WARRANTY_SECONDS);
        guarantees.release(orderId);
        assertEq(token.balanceOf(buyer), held + GUARANTEE);
        assertEq(token.balanceOf(address(guarantees)), 0);
    }

    function test_a_share_claimed_before_is_not_claimed_again() public {
        uint256 orderId = guaranteedOrder();
        deliver(orderId, 50, 50);
        accept(orderId, 1, 575_000, 0);
        vm.prank(supplier);
        orders.close(orderId);
        guarantees.claimUndelivered(orderId);
        skip(WARRANTY_SECONDS);
        guarantees.release(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 575_000 - GUARANTEE / 2);
    }

    function test_the_guarantee_of_a_cancelled_order_returns_at_once() public {
        uint256 orderId = openOrder();
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderNotClosed.selector, orderId));
        guarantees.release(orderId);
        vm.prank(buyer);
        orders.cancel(orderId);
        guarantees.release(orderId);
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    function test_a_pending_defect_holds_the_guarantee_until_it_is_settled() public {
        uint256 orderId = warrantedOrder();
        skip(WARRANTY_SECONDS - 1);
        reportDefect(orderId, 1, 1);
        skip(1);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectsPending.selector, orderId, 1));
        guarantees.release(orderId);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        guarantees.release(orderId);
        assertEq(token.balanceOf(address(guarantees)), 0);
    }

    function test_pause_and_suspension_never_stop_a_release() public {
        uint256 orderId = warrantedOrder();
        pause();
        suspend(supplier);
        skip(WARRANTY_SECONDS);
        guarantees.release(orderId);
        assertEq(token.balanceOf(address(guarantees)), 0);
    }
}
