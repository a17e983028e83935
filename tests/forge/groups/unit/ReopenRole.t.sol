// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// reopenRole and seatRole.
contract ReopenRoleTest is GroupHouse {
    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = formedGroup();
    }

    function _refusedReopen(bytes memory reason) private {
        refused(reason);
        groups.reopenRole(groupId, PLANT);
    }

    function _refusedSeat(bytes memory reason) private {
        refused(reason);
        groups.seatRole(groupId, PLANT);
    }

    function _keepsItsRole() private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IGroupChanges.ChainGroups_HolderKeepsItsRole.selector, groupId, PLANT, groups.holderOf(groupId, PLANT)
        );
    }

    function _reopen() private {
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
    }

    function test_bad_reviews_reopen_a_role() public {
        progress(groupId, PLANT, 3000);
        complain(groupId, PLANT);
        vm.expectEmit(address(groups));
        uint40 grabEnd = uint40(block.timestamp) + GRAB_SECONDS;
        emit IGroupChanges.RoleReopened(
            groupId, PLANT, hefei, 2, IGroupChanges.ReopenReason.Reviews, grabEnd, grabEnd + SELECT_SECONDS
        );
        vm.prank(outsider);
        groups.reopenRole(groupId, PLANT);
        assertEq(groups.holderOf(groupId, PLANT), address(0));
        assertEq(groups.holderOf(groupId, MARKET), shanghai, "the others work on");
        assertEq(groups.roundOf(groupId, PLANT, 1).endedAt, block.timestamp);
        assertEq(groups.role(groupId, PLANT).round, 2);
        IChainGroups.Group memory record = groups.group(groupId);
        assertEq(record.filled, 1);
        assertEq(record.pledged, 500);
        assertTrue(groups.isMember(groupId, hefei), "a former holder rates and is rated");
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        groupPay.payEarnings(groupId, PLANT, 1);
        assertEq(token.balanceOf(hefei), FUNDS + 30_000);
    }

    function test_too_few_reviews_reopen_nothing() public {
        review(groupId, PLANT, 0, 100);
        review(groupId, PLANT, 0, 100);
        _refusedReopen(_keepsItsRole());
        review(groupId, PLANT, 0, 100);
        groups.reopenRole(groupId, PLANT);
    }

    function test_a_mean_at_the_mark_keeps_the_role() public {
        review(groupId, PLANT, 10_000, 3);
        review(groupId, PLANT, 0, 1);
        review(groupId, PLANT, 0, 1);
        _refusedReopen(_keepsItsRole());
        review(groupId, PLANT, 5999, 1);
        groups.reopenRole(groupId, PLANT);
    }

    function test_a_role_without_a_mark_is_never_reopened() public {
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](1);
        roles[0] = roleTerms(1);
        roles[0].minReviews = 0;
        roles[0].reviewMarkBps = 0;
        groupId = openGroup(groupTerms(), roles);
        grab(groupId, PLANT, hefei, TARGET);
        warpToForm(groupId);
        groups.form(groupId);
        _refusedReopen(_keepsItsRole());
        review(groupId, PLANT, 0, 100);
        _refusedReopen(_keepsItsRole());
    }

    function test_reviews_count_for_their_holder_alone() public {
        _reopen();
        grab(groupId, PLANT, qingdao, 450);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
        _refusedReopen(_keepsItsRole());
    }

    function test_reopening_needs_a_formed_group_before_work_end() public {
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 3));
        groups.reopenRole(groupId, 3);
        complain(groupId, PLANT);
        uint40 workEnd = groups.group(groupId).workEnd;
        uint256 state = vm.snapshotState();
        vm.warp(workEnd - 1);
        groups.reopenRole(groupId, PLANT);
        assertEq(groups.roundOf(groupId, PLANT, 2).grabEnd, workEnd, "windows end with the work");
        assertEq(groups.roundOf(groupId, PLANT, 2).selectEnd, workEnd);
        vm.revertToState(state);
        for (uint40 late; late < 2; ++late) {
            vm.warp(workEnd + late);
            _refusedReopen(abi.encodeWithSelector(IRoom.Room_TooLate.selector, workEnd + late, workEnd));
        }
        warpToClose(groupId);
        groups.close(groupId);
        _refusedReopen(
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Settled,
                IChainGroups.GroupStatus.Formed
            )
        );
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.reopenRole(99, PLANT);
    }

    function test_an_open_group_has_no_role_to_reopen() public {
        groupId = grabbedGroup();
        refused(
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Open,
                IChainGroups.GroupStatus.Formed
            )
        );
        groups.reopenRole(groupId, PLANT);
    }

    function test_the_former_holder_cannot_grab_the_role_again_and_others_can() public {
        _reopen();
        bytes32 plan = sealPlan(groupId, PLANT, hefei);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_FormerHolderCannotGrab.selector, groupId, PLANT, hefei));
        vm.prank(hefei);
        groups.grabRole(groupId, PLANT, 600, plan);
        grab(groupId, PLANT, qingdao, 450);
        grab(groupId, PLANT, shanghai, 400);
        assertEq(groups.group(groupId).pledged, 500, "who stands for a reopened role pledges nothing yet");
        assertFalse(groups.isMember(groupId, qingdao));
    }

    function test_the_best_takes_a_reopened_role_by_rule() public {
        _reopen();
        grab(groupId, PLANT, qingdao, 450);
        grab(groupId, PLANT, chengdu, 460);
        warpToSeat(groupId, PLANT);
        vm.expectEmit(address(groups));
        emit IGroupChanges.RoleSeated(groupId, PLANT, chengdu, 2, 460);
        vm.prank(outsider);
        groups.seatRole(groupId, PLANT);
        assertEq(groups.holderOf(groupId, PLANT), chengdu);
        assertTrue(groups.isMember(groupId, chengdu));
        assertFalse(groups.isMember(groupId, qingdao));
        IChainGroups.Group memory record = groups.group(groupId);
        assertEq(record.filled, 2);
        assertEq(record.pledged, 960);
        groupPay.releaseStake(groupId, PLANT, 2, qingdao);
        assertEq(token.balanceOf(qingdao), FUNDS - STAKE, "its stake of the first round is still there to release");
    }

    function test_the_leader_seats_another_in_a_reopened_role_even_under_target() public {
        _reopen();
        grab(groupId, PLANT, qingdao, 450);
        grab(groupId, PLANT, chengdu, 460);
        vm.warp(groups.roundOf(groupId, PLANT, 2).grabEnd);
        select(groupId, PLANT, qingdao);
        assertEq(groups.holderOf(groupId, PLANT), qingdao);
        assertEq(groups.group(groupId).pledged, 950);
        assertEq(groups.group(groupId).selected, 0, "that counts the first round alone");
    }

    function test_the_next_holder_earns_what_is_left() public {
        groupId = reopenedGroup();
        grab(groupId, PLANT, chengdu, 460);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
        progress(groupId, PLANT, 10_000);
        assertEq(groupPay.roundPayOf(groupId, PLANT, 1).earned, 33_330);
        assertEq(groupPay.roundPayOf(groupId, PLANT, 2).earned, 66_670);
        groupPay.payEarnings(groupId, PLANT, 2);
        groupPay.payEarnings(groupId, PLANT, 1);
        assertEq(token.balanceOf(chengdu), FUNDS - 2 * STAKE + 66_670 - STAKE);
    }

    function test_seating_opens_at_select_end() public {
        _reopen();
        grab(groupId, PLANT, chengdu, 460);
        uint40 selectEnd = groups.roundOf(groupId, PLANT, 2).selectEnd;
        vm.warp(selectEnd - 1);
        _refusedSeat(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, selectEnd - 1, selectEnd));
        uint256 state = vm.snapshotState();
        for (uint40 late; late < 2; ++late) {
            vm.warp(selectEnd + late);
            groups.seatRole(groupId, PLANT);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd - 1);
        groups.seatRole(groupId, PLANT);
        _refusedSeat(abi.encodeWithSelector(IChainGroups.ChainGroups_RoleHeld.selector, groupId, PLANT, chengdu));
        vm.revertToState(state);
        vm.warp(workEnd);
        _refusedSeat(abi.encodeWithSelector(IRoom.Room_TooLate.selector, workEnd, workEnd));
    }

    function test_seating_needs_a_formed_group_and_somebody_that_stands() public {
        _reopen();
        warpToSeat(groupId, PLANT);
        _refusedSeat(abi.encodeWithSelector(IGroupChanges.ChainGroups_NobodyStands.selector, groupId, PLANT));
        uint256 other = grabbedGroup();
        refused(
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                other,
                IChainGroups.GroupStatus.Open,
                IChainGroups.GroupStatus.Formed
            )
        );
        groups.seatRole(other, PLANT);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 3));
        groups.seatRole(groupId, 3);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.seatRole(99, PLANT);
    }

    function test_the_leader_reopens_a_role_that_nobody_grabbed() public {
        _reopen();
        uint40 grabEnd = groups.roundOf(groupId, PLANT, 2).grabEnd;
        vm.warp(grabEnd - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, grabEnd - 1, grabEnd));
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
        vm.warp(grabEnd);
        _refusedReopen(abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheLeader.selector, groupId, address(this)));
        vm.expectEmit(address(groups));
        emit IGroupChanges.RoleReopened(
            groupId,
            PLANT,
            address(0),
            3,
            IGroupChanges.ReopenReason.Deserted,
            grabEnd + GRAB_SECONDS,
            grabEnd + GRAB_SECONDS + SELECT_SECONDS
        );
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, chengdu, 460);
        vm.warp(groups.roundOf(groupId, PLANT, 3).grabEnd);
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_SomebodyStands.selector, groupId, PLANT, chengdu));
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
        assertEq(groups.group(groupId).filled, 1);
    }

    function test_a_role_has_sixteen_rounds() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.workSeconds = 365 days;
        groupId = openGroup(terms, twoRoles());
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 600);
        warpToForm(groupId);
        groups.form(groupId);
        _reopen();
        for (uint256 round = 2; round < 16; ++round) {
            skip(GRAB_SECONDS);
            vm.prank(leader);
            groups.reopenRole(groupId, PLANT);
        }
        skip(GRAB_SECONDS);
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_TooManyRounds.selector, groupId, PLANT, 16));
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
    }

    function test_a_pause_stops_grabs_of_a_reopened_role_and_nothing_else() public {
        complain(groupId, PLANT);
        pause();
        groups.reopenRole(groupId, PLANT);
        bytes32 plan = sealPlan(groupId, PLANT, chengdu);
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        vm.prank(chengdu);
        groups.grabRole(groupId, PLANT, 500, plan);
        vm.prank(guardian);
        participants.resumeObligations();
        grab(groupId, PLANT, chengdu, 500);
        pause();
        suspend(chengdu);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
    }
}
