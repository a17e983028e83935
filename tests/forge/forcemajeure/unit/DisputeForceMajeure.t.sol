// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IForceMajeure } from "../../../../contracts/forcemajeure/interfaces/IForceMajeure.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { ForceMajeureHouse } from "../../support/ForceMajeureHouse.sol";

contract DisputeForceMajeureTest is ForceMajeureHouse {
    uint256 private id;
    uint32 private first;
    uint256 private disputeBy;
    uint256 private ruleBy;

    function setUp() public override {
        super.setUp();
        first = today() - 4;
        id = declare(first, 4);
        disputeBy = block.timestamp + MAJEURE_DISPUTE;
        ruleBy = disputeBy + MAJEURE_RULING;
    }

    function _standing() private view returns (uint256) {
        return majeure.daysIn(REGION, atHour(first, 0), block.timestamp);
    }

    function test_undisputed_days_stand_when_nobody_may_dispute_them_any_more() public {
        vm.warp(disputeBy - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IForceMajeure.ForceMajeure_NotYetStanding.selector, id, block.timestamp, disputeBy)
        );
        majeure.applyDeclaration(id);
        skip(1);
        vm.prank(outsider);
        majeure.applyDeclaration(id);
        assertEq(_standing(), 4);
        assertEq(majeure.standsAt(id), 0);
        vm.expectRevert(abi.encodeWithSelector(IForceMajeure.ForceMajeure_Closed.selector, id));
        majeure.applyDeclaration(id);
    }

    function test_any_active_participant_disputes_before_the_window_ends_and_not_after() public {
        vm.warp(disputeBy - 1);
        disputeDays(rival, id);
        assertEq(majeure.standsAt(id), ruleBy);
        skip(1);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IRoom.Room_TooLate.selector, block.timestamp, disputeBy));
        majeure.dispute(id, "no");
    }

    function test_nobody_but_active_participants_disputes() public {
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IRoom.Room_NotActive.selector, outsider, 0));
        majeure.dispute(id, "no");
        suspend(rival);
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(IRoom.Room_NotActive.selector, rival, 0));
        majeure.dispute(id, "no");
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        majeure.dispute(id, 0);
    }

    function test_nobody_disputes_twice_also_not_after_a_withdrawal() public {
        disputeDays(buyer, id);
        bytes memory why = abi.encodeWithSelector(IForceMajeure.ForceMajeure_DisputedBefore.selector, id, buyer);
        vm.prank(buyer);
        vm.expectRevert(why);
        majeure.dispute(id, "no");
        withdrawDays(buyer, id);
        vm.prank(buyer);
        vm.expectRevert(why);
        majeure.dispute(id, "no");
        disputeDays(supplier, id); // another may
        assertEq(majeure.standsAt(id), ruleBy);
    }

    /// A friend of the one who wants the days could dispute first and withdraw when the window is over.
    function test_who_withdraws_after_the_window_silences_nobody_else() public {
        disputeDays(rival, id);
        disputeDays(buyer, id);
        vm.warp(disputeBy);
        withdrawDays(rival, id);
        assertEq(majeure.standsAt(id), ruleBy);
        vm.expectRevert(
            abi.encodeWithSelector(IForceMajeure.ForceMajeure_NotYetStanding.selector, id, block.timestamp, ruleBy)
        );
        majeure.applyDeclaration(id);
        ruleDays(id, 0, 0);
        assertEq(_standing(), 0);
    }

    function test_when_all_withdrew_it_is_as_if_nobody_had_disputed() public {
        disputeDays(rival, id);
        disputeDays(buyer, id);
        withdrawDays(rival, id);
        withdrawDays(buyer, id);
        assertEq(majeure.standsAt(id), disputeBy);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IForceMajeure.ForceMajeure_NotDisputed.selector, id, buyer));
        majeure.withdrawDispute(id);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.Withdrawn));
        majeure.rule(id, 0, 0, "r");
        vm.warp(disputeBy);
        majeure.applyDeclaration(id);
        assertEq(_standing(), 4);
    }

    function test_nobody_withdraws_what_it_did_not_dispute() public {
        disputeDays(buyer, id);
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(IForceMajeure.ForceMajeure_NotDisputed.selector, id, rival));
        majeure.withdrawDispute(id);
    }

    function test_the_arbiter_grants_some_of_the_days_and_they_stand_at_once() public {
        disputeDays(buyer, id);
        ruleDays(id, first + 1, 2);
        assertFalse(majeure.stands(REGION, first));
        assertTrue(majeure.stands(REGION, first + 1));
        assertTrue(majeure.stands(REGION, first + 2));
        assertFalse(majeure.stands(REGION, first + 3));
        assertEq(majeure.declaration(id).fromDay, first + 1);
        assertEq(majeure.declaration(id).count, 2);
        vm.warp(ruleBy);
        vm.expectRevert(abi.encodeWithSelector(IForceMajeure.ForceMajeure_Closed.selector, id));
        majeure.applyDeclaration(id);
    }

    function test_the_arbiter_grants_nothing_beyond_what_was_declared() public {
        disputeDays(buyer, id);
        bytes4 why = IForceMajeure.ForceMajeure_NotWithinTheDeclared.selector;
        uint32[3] memory from = [first - 1, first + 1, first + 4];
        uint16[3] memory count = [uint16(1), 4, 1];
        for (uint256 i; i < 3; ++i) {
            vm.prank(arbiter);
            vm.expectRevert(abi.encodeWithSelector(why, id, from[i], count[i]));
            majeure.rule(id, from[i], count[i], "r");
        }
        ruleDays(id, first, 4);
    }

    function test_a_ruling_comes_before_its_time_is_over() public {
        disputeDays(buyer, id);
        vm.warp(ruleBy);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(Hearing.Hearing_RulingClosed.selector, block.timestamp, ruleBy));
        majeure.rule(id, first, 1, "r");
        vm.warp(ruleBy - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IForceMajeure.ForceMajeure_NotYetStanding.selector, id, block.timestamp, ruleBy)
        );
        majeure.applyDeclaration(id);
        ruleDays(id, first, 1);
    }

    function test_without_a_ruling_what_was_declared_stands() public {
        disputeDays(buyer, id);
        vm.warp(ruleBy);
        vm.prank(outsider);
        majeure.applyDeclaration(id);
        assertEq(_standing(), 4);
    }

    function test_nobody_but_the_holder_of_the_arbiters_post_rules_and_only_what_is_disputed() public {
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.None));
        majeure.rule(id, first, 1, "r");
        disputeDays(buyer, id);
        vm.prank(weatherDesk);
        vm.expectRevert(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, weatherDesk, arbiter));
        majeure.rule(id, first, 1, "r");
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        majeure.rule(id, first, 1, 0);
        address heir = actor("arbiter's heir");
        handOver(arbiterPost, heir);
        vm.prank(heir);
        majeure.rule(id, first, 1, "r");
    }

    function test_what_was_never_declared_is_unknown() public {
        bytes memory why = abi.encodeWithSelector(IForceMajeure.ForceMajeure_Unknown.selector, 99);
        vm.expectRevert(why);
        majeure.applyDeclaration(99);
        vm.prank(buyer);
        vm.expectRevert(why);
        majeure.dispute(99, "no");
        vm.prank(buyer);
        vm.expectRevert(why);
        majeure.withdrawDispute(99);
        vm.prank(arbiter);
        vm.expectRevert(why);
        majeure.rule(99, 0, 0, "r");
        assertEq(majeure.standsAt(99), 0);
    }

    function test_a_pause_stops_no_hearing() public {
        pause();
        disputeDays(buyer, id);
        ruleDays(id, first, 1);
        declare(first, 1);
    }
}
