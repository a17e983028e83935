// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

contract DefectsTest is OrderHouse {
    bytes32 private constant REF = keccak256("defect");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = warrantedOrder();
    }

    function _report(address caller, uint256 deliveryId, uint128 quantity, bytes32 ref) private {
        vm.prank(caller);
        guarantees.reportDefect(orderId, deliveryId, quantity, ref);
    }

    function _dispute(address caller, bytes32 ref) private {
        vm.prank(caller);
        guarantees.disputeDefect(orderId, 1, ref);
    }

    function _rule(address caller, uint128 quantity, bytes32 ref) private {
        vm.prank(caller);
        guarantees.ruleDefect(orderId, 1, quantity, ref);
    }

    function test_an_undisputed_defect_is_paid_at_the_order_price_after_the_silence() public {
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectReported(orderId, 1, REF, attester, 5, uint40(block.timestamp) + SILENCE_SECONDS);
        _report(attester, 1, 5, REF);
        uint256 disputeBy = block.timestamp + SILENCE_SECONDS;
        vm.warp(disputeBy - 1);
        refused(
            abi.encodeWithSelector(
                IGuarantees.Guarantees_DefectContestable.selector, orderId, 1, disputeBy - 1, disputeBy
            )
        );
        guarantees.settleDefect(orderId, 1);
        vm.warp(disputeBy);
        uint256 held = token.balanceOf(buyer);
        uint256 value = credit.recordOf(supplier).value;
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectSettled(orderId, 1, bytes32(0), address(0), 5, 57_500, 57_500);
        vm.prank(outsider);
        guarantees.settleDefect(orderId, 1);
        assertEq(token.balanceOf(buyer), held + 57_500);
        assertEq(credit.recordOf(supplier).value, value + 57_500, "a default by value");
        IGuarantees.Defect memory found = guarantees.defect(orderId, 1);
        assertEq(found.standing, 5);
        assertEq(found.pending, 0);
        assertEq(guarantees.guarantee(orderId).pendingDefects, 0);
    }

    function test_defects_never_take_more_than_is_left() public {
        _report(attester, 1, 5, REF);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        _report(attester, 1, 95, REF);
        skip(SILENCE_SECONDS);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectSettled(orderId, 1, bytes32(0), address(0), 95, 1_092_500, 42_500);
        guarantees.settleDefect(orderId, 1);
        assertEq(token.balanceOf(address(guarantees)), 0);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectOutOfBounds.selector, orderId, 1, 1, 0));
        _report(attester, 1, 1, REF);
    }

    function test_a_disputed_defect_is_ruled() public {
        _report(attester, 1, 5, REF);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectDisputed(orderId, 1, REF, supplier, uint40(block.timestamp) + SILENCE_SECONDS + 30 days);
        _dispute(supplier, REF);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectSettled(orderId, 1, REF, arbiter, 2, 23_000, 23_000);
        _rule(arbiter, 2, REF);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE - 23_000);
    }

    function test_a_defect_ruled_away_costs_nothing() public {
        _report(attester, 1, 5, REF);
        _dispute(supplier, REF);
        _rule(arbiter, 0, REF);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE);
        assertEq(credit.recordOf(supplier).outcomes, 1);
        _report(attester, 1, 100, REF);
    }

    function test_a_silent_arbiter_lets_the_defect_stand() public {
        _report(attester, 1, 5, REF);
        _dispute(supplier, REF);
        uint256 ruleBy = block.timestamp + SILENCE_SECONDS + 30 days;
        vm.warp(ruleBy - 1);
        refused(
            abi.encodeWithSelector(IGuarantees.Guarantees_DefectContestable.selector, orderId, 1, ruleBy - 1, ruleBy)
        );
        guarantees.settleDefect(orderId, 1);
        vm.warp(ruleBy);
        refused(abi.encodeWithSelector(Hearing.Hearing_RulingClosed.selector, ruleBy, ruleBy));
        _rule(arbiter, 5, REF);
        guarantees.settleDefect(orderId, 1);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE - 57_500);
    }

    function test_defects_are_reported_within_the_warranty() public {
        uint256 warrantyEnd = block.timestamp + WARRANTY_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(warrantyEnd + late);
            refused(
                abi.encodeWithSelector(
                    IGuarantees.Guarantees_WarrantyOver.selector, orderId, warrantyEnd + late, warrantyEnd
                )
            );
            _report(attester, 1, 1, REF);
        }
        vm.warp(warrantyEnd - 1);
        _report(attester, 1, 1, REF);
    }

    function test_only_the_holder_of_the_attesters_post_reports() public {
        address other = actor("attester of another ERP");
        createPost(Offices.ATTESTER, other);
        address[3] memory callers = [buyer, arbiter, other];
        for (uint256 i; i < callers.length; ++i) {
            refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, callers[i], attester));
            _report(callers[i], 1, 1, REF);
        }
        vacate(attesterPost);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, attester, address(0)));
        _report(attester, 1, 1, REF);
    }

    function test_report_refuses_what_was_not_accepted_or_is_pending() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DeliveryNotSettled.selector, orderId, 2));
        _report(attester, 2, 1, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectOutOfBounds.selector, orderId, 1, 0, 100));
        _report(attester, 1, 0, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectOutOfBounds.selector, orderId, 1, 101, 100));
        _report(attester, 1, 101, REF);
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        _report(attester, 1, 1, bytes32(0));
        _report(attester, 1, 1, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectPending.selector, orderId, 1));
        _report(attester, 1, 1, REF);
    }

    function test_only_the_supplier_disputes_once_and_in_time() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NoDefectPending.selector, orderId, 1));
        _dispute(supplier, REF);
        _report(attester, 1, 1, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotTheSupplier.selector, orderId, buyer));
        _dispute(buyer, REF);
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        _dispute(supplier, bytes32(0));
        uint256 disputeBy = block.timestamp + SILENCE_SECONDS;
        vm.warp(disputeBy);
        refused(abi.encodeWithSelector(Hearing.Hearing_NoLongerDisputable.selector, disputeBy, disputeBy));
        _dispute(supplier, REF);
        vm.warp(disputeBy - 1);
        _dispute(supplier, REF);
        refused(abi.encodeWithSelector(Hearing.Hearing_DisputedBefore.selector, supplier));
        _dispute(supplier, REF);
    }

    function test_only_the_holder_of_the_arbiters_post_rules_what_was_disputed() public {
        address other = actor("another arbiter");
        createPost(Offices.ARBITER, other);
        address[4] memory callers = [buyer, supplier, attester, other];
        for (uint256 i; i < callers.length; ++i) {
            refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, callers[i], arbiter));
            _rule(callers[i], 1, REF);
        }
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NoDefectPending.selector, orderId, 1));
        _rule(arbiter, 1, REF);
        _report(attester, 1, 1, REF);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.None));
        _rule(arbiter, 1, REF);
        _dispute(supplier, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_RulingExceedsReport.selector, orderId, 1, 2, 1));
        _rule(arbiter, 2, REF);
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        _rule(arbiter, 1, bytes32(0));
    }

    function test_a_dispute_taken_back_lets_the_report_stand_when_the_time_for_disputes_is_over() public {
        _report(attester, 1, 5, REF);
        uint256 disputeBy = block.timestamp + SILENCE_SECONDS;
        _dispute(supplier, REF);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotTheDisputant.selector, buyer, supplier));
        vm.prank(buyer);
        guarantees.withdrawDefectDispute(orderId, 1);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectDisputeWithdrawn(orderId, 1, supplier);
        vm.prank(supplier);
        guarantees.withdrawDefectDispute(orderId, 1);
        assertEq(uint256(guarantees.defectHearing(orderId, 1).stage), uint256(Hearing.Stage.Withdrawn));
        refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.Withdrawn));
        _rule(arbiter, 1, REF);
        refused(abi.encodeWithSelector(Hearing.Hearing_DisputedBefore.selector, supplier));
        _dispute(supplier, REF);
        vm.warp(disputeBy - 1);
        refused(
            abi.encodeWithSelector(
                IGuarantees.Guarantees_DefectContestable.selector, orderId, 1, disputeBy - 1, disputeBy
            )
        );
        guarantees.settleDefect(orderId, 1);
        vm.warp(disputeBy);
        guarantees.settleDefect(orderId, 1);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE - 57_500);
    }

    function test_nothing_is_taken_back_that_was_not_disputed() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NoDefectPending.selector, orderId, 1));
        vm.prank(supplier);
        guarantees.withdrawDefectDispute(orderId, 1);
        _report(attester, 1, 5, REF);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.None));
        vm.prank(supplier);
        guarantees.withdrawDefectDispute(orderId, 1);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderUnknown.selector, 99));
        guarantees.withdrawDefectDispute(99, 1);
    }

    /// Who disputes early does not shorten the arbiter's time, nor does who disputes late lengthen it.
    function test_the_time_to_rule_runs_from_the_end_of_the_window_for_disputes() public {
        uint256 ruleBy = block.timestamp + SILENCE_SECONDS + 30 days;
        _report(attester, 1, 5, REF);
        skip(SILENCE_SECONDS - 1);
        _dispute(supplier, REF);
        assertEq(guarantees.defectHearing(orderId, 1).ruleBy, ruleBy);
        vm.warp(ruleBy - 1);
        _rule(arbiter, 5, REF);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE - 57_500);
    }

    /// The example of {IGuarantees}, with its proportions.
    function test_the_worked_example() public {
        uint256 held = token.balanceOf(buyer);
        _report(attester, 1, 4, REF);
        _dispute(supplier, REF);
        _rule(arbiter, 2, REF);
        assertEq(token.balanceOf(buyer), held + 23_000);
        _report(attester, 1, 98, REF);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        assertEq(token.balanceOf(buyer), held + GUARANTEE, "worth more, and no more than is left");
        assertEq(guarantees.defect(orderId, 1).standing, 100);
    }

    function test_settle_refuses_what_is_not_pending() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NoDefectPending.selector, orderId, 1));
        guarantees.settleDefect(orderId, 1);
    }

    function testFuzz_defects_of_a_delivery_sum_to_what_it_was_worth(uint8 first) public {
        first = uint8(bound(first, 1, 99));
        uint256 worth;
        for (uint256 i; i < 2; ++i) {
            _report(attester, 1, i == 0 ? first : 100 - first, REF);
            skip(SILENCE_SECONDS);
            uint256 value = credit.recordOf(supplier).value;
            guarantees.settleDefect(orderId, 1);
            worth += credit.recordOf(supplier).value - value;
        }
        assertEq(worth, AMOUNT);
    }
}
