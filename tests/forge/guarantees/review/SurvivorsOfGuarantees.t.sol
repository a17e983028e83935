// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// Faults that `make mutants` planted and that no test saw.
contract SurvivorsOfGuaranteesTest is OrderHouse {
    function _check(uint256 orderId, IGuarantees.Guarantee memory expected, string memory step) private view {
        assertEq(abi.encode(guarantees.guarantee(orderId)), abi.encode(expected), step);
    }

    /// `pledge`: what is recorded is what was pledged, whether nobody asked or somebody asked for less.
    function test_a_pledge_is_recorded_as_it_was_made_and_not_as_it_was_requested() public {
        uint256 orderId = openOrder();
        IGuarantees.Guarantee memory expected;
        _check(orderId, expected, "nothing yet");
        vm.prank(buyer);
        guarantees.requestGuarantee(orderId, GUARANTEE, WARRANTY_SECONDS);
        expected.status = IGuarantees.GuaranteeStatus.Requested;
        (expected.amount, expected.warrantySeconds) = (uint64(GUARANTEE), WARRANTY_SECONDS);
        _check(orderId, expected, "requested");
        pledge(orderId, GUARANTEE + 5, WARRANTY_SECONDS + 7);
        expected.status = IGuarantees.GuaranteeStatus.Pledged;
        (expected.amount, expected.warrantySeconds) = (uint64(GUARANTEE) + 5, WARRANTY_SECONDS + 7);
        expected.left = expected.amount;
        _check(orderId, expected, "pledged");

        uint256 unasked = openOrder();
        pledge(unasked, GUARANTEE, WARRANTY_SECONDS);
        (expected.amount, expected.left, expected.warrantySeconds) =
        (uint64(GUARANTEE), uint64(GUARANTEE), WARRANTY_SECONDS);
        _check(unasked, expected, "pledged without a request");
    }

    /// Every field of the guarantee and of the defect, from the report to the release.
    function test_a_guarantee_that_pays_a_defect_is_read_back_whole_after_every_step() public {
        uint256 orderId = warrantedOrder();
        IGuarantees.Guarantee memory expected;
        IGuarantees.Defect memory found;
        expected.status = IGuarantees.GuaranteeStatus.Pledged;
        (expected.amount, expected.left, expected.warrantySeconds) =
        (uint64(GUARANTEE), uint64(GUARANTEE), WARRANTY_SECONDS);
        _check(orderId, expected, "warranted");
        reportDefect(orderId, 1, 3);
        expected.pendingDefects = 1;
        (found.pending, found.reportedAt) = (3, uint40(block.timestamp));
        _check(orderId, expected, "reported");
        assertEq(abi.encode(guarantees.defect(orderId, 1)), abi.encode(found), "the report");
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        (expected.pendingDefects, expected.left) = (0, uint64(GUARANTEE) - 34_500);
        (found.pending, found.standing) = (0, 3);
        _check(orderId, expected, "settled");
        assertEq(abi.encode(guarantees.defect(orderId, 1)), abi.encode(found), "what stands");
        vm.warp(uint256(orders.order(orderId).closedAt) + WARRANTY_SECONDS);
        guarantees.release(orderId);
        expected.status = IGuarantees.GuaranteeStatus.Released;
        (expected.left, expected.shareClaimed) = (0, true);
        _check(orderId, expected, "released");
        assertEq(token.balanceOf(address(guarantees)), 0, "held no longer");
    }

    /// `settleDefect`: a dispute that nobody ruled in time is over, and a reader sees it.
    function test_a_dispute_that_nobody_ruled_lapses_when_the_defect_is_settled() public {
        uint256 orderId = warrantedOrder();
        reportDefect(orderId, 1, 3);
        bytes32 ref = newReference();
        vm.prank(supplier);
        guarantees.disputeDefect(orderId, 1, ref);
        Hearing.Case memory expected = guarantees.defectHearing(orderId, 1);
        assertEq(uint256(expected.stage), uint256(Hearing.Stage.Disputed));
        vm.warp(expected.ruleBy);
        guarantees.settleDefect(orderId, 1);
        expected.stage = Hearing.Stage.Lapsed;
        assertEq(abi.encode(guarantees.defectHearing(orderId, 1)), abi.encode(expected));
    }

    /// `release`, `_payBuyer`: the smallest guarantee goes back to the supplier, or to the buyer, as any other.
    function test_a_guarantee_of_one_unit_goes_to_whom_it_is_due() public {
        uint256 kept = openOrder();
        pledge(kept, 1, 0);
        vm.prank(buyer);
        orders.cancel(kept);
        guarantees.release(kept);
        assertEq(token.balanceOf(supplier), FUNDS, "back, of an order that never began");
        uint256 broken = openOrder();
        pledge(broken, 1, 0);
        fund(broken, required(broken));
        vm.prank(supplier);
        orders.cancelPart(broken, QUANTITY);
        guarantees.claimUndelivered(broken);
        assertEq(token.balanceOf(buyer), FUNDS + 1, "all that was undelivered");
        assertEq(token.balanceOf(address(guarantees)), 0);
    }
}
