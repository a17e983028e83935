// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// What the second audit found of guarantees, turned round: each of these failed on the contracts of its day.
contract SecondAuditOfGuaranteesTest is OrderHouse {
    /// F2: a yearly change of the bridge's key voided the guarantee of every order that named the old one.
    function test_a_routine_key_change_ends_no_warranty() public {
        uint256 orderId = warrantedOrder();
        address next = actor("next attester");
        handOver(attesterPost, next);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, attester, next));
        reportDefect(orderId, 1, QUANTITY);
        uint256 held = token.balanceOf(buyer);
        vm.prank(next);
        guarantees.reportDefect(orderId, 1, QUANTITY, "all broken");
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        assertEq(token.balanceOf(buyer), held + GUARANTEE, "all of it at the buyer");
    }

    /// F2: so did the answer to a theft. Now the post is empty for two days, and the warranty goes on.
    function test_a_stolen_key_reports_nothing_and_its_successor_does() public {
        uint256 orderId = warrantedOrder();
        address next = actor("next attester");
        vm.startPrank(admin);
        participants.vacatePost(attesterPost);
        participants.announceReplacement(attesterPost, next);
        vm.stopPrank();
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, attester, address(0)));
        reportDefect(orderId, 1, QUANTITY);
        skip(2 days);
        vm.startPrank(next);
        participants.takePost(attesterPost);
        guarantees.reportDefect(orderId, 1, QUANTITY, "all broken");
        vm.stopPrank();
    }

    /// F2, for the arbiter: it may change within a hearing.
    function test_a_new_arbiter_rules_what_was_disputed_under_the_old_one() public {
        uint256 orderId = warrantedOrder();
        reportDefect(orderId, 1, 10);
        vm.prank(supplier);
        guarantees.disputeDefect(orderId, 1, "no");
        address next = actor("next arbiter");
        handOver(arbiterPost, next);
        vm.prank(next);
        guarantees.ruleDefect(orderId, 1, 0, "nothing");
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE);
    }

    /// Info: any arbiter of the house ruled any defect; one bad one and one buyer took any guarantee.
    function test_only_the_arbiter_that_the_order_names_rules_its_defects() public {
        uint256 orderId = warrantedOrder();
        reportDefect(orderId, 1, 10);
        vm.prank(supplier);
        guarantees.disputeDefect(orderId, 1, "no");
        address stranger = actor("an arbiter of somebody else");
        createPost(Offices.ARBITER, stranger);
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, stranger, arbiter));
        vm.prank(stranger);
        guarantees.ruleDefect(orderId, 1, 10, "all of it");
    }

    /// G5: the mutant that kept the first hearing let the second defect of a delivery pass unheard.
    function test_a_second_defect_report_can_be_disputed_again() public {
        uint256 orderId = warrantedOrder();
        reportDefect(orderId, 1, 1);
        vm.prank(supplier);
        guarantees.disputeDefect(orderId, 1, "no");
        vm.prank(arbiter);
        guarantees.ruleDefect(orderId, 1, 0, "nothing");
        skip(31 days);
        reportDefect(orderId, 1, 1);
        assertEq(uint256(guarantees.defectHearing(orderId, 1).stage), uint256(Hearing.Stage.None));
        vm.prank(supplier);
        guarantees.disputeDefect(orderId, 1, "no, again");
        assertEq(guarantees.defectHearing(orderId, 1).ruleBy, block.timestamp + SILENCE_SECONDS + 30 days);
        vm.prank(arbiter);
        guarantees.ruleDefect(orderId, 1, 0, "nothing, again");
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE);
    }

    /// F7: parties that settled it in an hour waited for an arbiter or 30 days.
    function test_a_dispute_of_a_defect_is_taken_back() public {
        uint256 orderId = warrantedOrder();
        reportDefect(orderId, 1, 10);
        vm.startPrank(supplier);
        guarantees.disputeDefect(orderId, 1, "no");
        skip(SILENCE_SECONDS);
        guarantees.withdrawDefectDispute(orderId, 1);
        vm.stopPrank();
        guarantees.settleDefect(orderId, 1);
        assertEq(guarantees.guarantee(orderId).left, 0, "worth more than the guarantee");
    }
}
