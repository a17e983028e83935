// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// From every state of a guarantee, with every person gone, every post empty and the room retired, a stranger and the
/// clock return all of it.
contract EverybodyWalksAwayFromGuaranteesTest is OrderHouse {
    uint256 private held;

    function _everybodyLeaves() private {
        held = token.balanceOf(address(guarantees));
        pause();
        retire(address(guarantees));
        suspend(buyer);
        suspend(supplier);
        vacate(attesterPost);
        vacate(arbiterPost);
        revoke(Offices.GUARDIAN, guardian);
        revoke(Offices.REGISTRAR, registrar);
        vm.startPrank(actor("stranger"));
    }

    function _allIsBackAtTheSupplier(uint256 orderId) private {
        uint256 before = token.balanceOf(supplier);
        guarantees.release(orderId);
        assertEq(token.balanceOf(supplier), before + held);
        assertEq(token.balanceOf(address(guarantees)), 0);
    }

    function test_from_a_pledge_for_an_order_that_nobody_funds() public {
        uint256 orderId = openOrder();
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS);
        _everybodyLeaves();
        skip(FUND_SECONDS);
        orders.cancel(orderId);
        _allIsBackAtTheSupplier(orderId);
    }

    function test_from_an_order_that_nobody_delivers() public {
        uint256 orderId = guaranteedOrder();
        _everybodyLeaves();
        vm.warp(uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + SILENCE_SECONDS);
        orders.close(orderId);
        uint256 before = token.balanceOf(buyer);
        guarantees.claimUndelivered(orderId);
        assertEq(token.balanceOf(buyer), before + GUARANTEE, "nothing came");
        held = 0;
        skip(WARRANTY_SECONDS);
        _allIsBackAtTheSupplier(orderId);
    }

    function test_from_a_warranty() public {
        uint256 orderId = warrantedOrder();
        _everybodyLeaves();
        skip(WARRANTY_SECONDS);
        _allIsBackAtTheSupplier(orderId);
    }

    function test_from_a_defect_that_nobody_disputes() public {
        uint256 orderId = warrantedOrder();
        reportDefect(orderId, 1, 1);
        _everybodyLeaves();
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        held -= 11_500;
        skip(WARRANTY_SECONDS);
        _allIsBackAtTheSupplier(orderId);
    }

    function test_from_a_defect_that_nobody_rules() public {
        uint256 orderId = warrantedOrder();
        reportDefect(orderId, 1, 1);
        vm.prank(supplier);
        guarantees.disputeDefect(orderId, 1, "no");
        _everybodyLeaves();
        skip(SILENCE_SECONDS + 30 days);
        guarantees.settleDefect(orderId, 1);
        held -= 11_500;
        skip(WARRANTY_SECONDS);
        _allIsBackAtTheSupplier(orderId);
    }

    function test_from_a_dispute_that_was_taken_back() public {
        uint256 orderId = warrantedOrder();
        reportDefect(orderId, 1, 1);
        vm.startPrank(supplier);
        guarantees.disputeDefect(orderId, 1, "no");
        guarantees.withdrawDefectDispute(orderId, 1);
        vm.stopPrank();
        _everybodyLeaves();
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        held -= 11_500;
        skip(WARRANTY_SECONDS);
        _allIsBackAtTheSupplier(orderId);
    }
}
