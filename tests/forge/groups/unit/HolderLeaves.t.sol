// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// resignRole, and reopening by the group's bet: unsigned, or short.
contract HolderLeavesTest is GroupHouse {
    uint256 private constant BET = 7;
    uint32 private constant BET_SECONDS = 5 days;
    uint16 private constant MARK = 1000; // of shortfall, in bps

    uint256 private groupId;
    uint40 private due;

    function setUp() public override {
        super.setUp();
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.betSeconds = BET_SECONDS;
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].shortfallMarkBps = MARK;
        groupId = openGroup(terms, roles);
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
        bets.set(BET, groupId, 0);
        due = uint40(block.timestamp) + BET_SECONDS;
    }

    function _keeps(uint256 roleId, address holder) private {
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_HolderKeepsItsRole.selector, groupId, roleId, holder));
        groups.reopenRole(groupId, roleId);
    }

    function _expectReopened(uint256 roleId, address former, uint256 round, IGroupChanges.ReopenReason reason) private {
        uint40 grabEnd = uint40(block.timestamp) + GRAB_SECONDS;
        vm.expectEmit(address(groups));
        emit IGroupChanges.RoleReopened(groupId, roleId, former, round, reason, grabEnd, grabEnd + SELECT_SECONDS);
    }

    // ---- resigning ----

    function test_a_holder_resigns_and_keeps_what_it_earned() public {
        progress(groupId, PLANT, 3000);
        _expectReopened(PLANT, hefei, 2, IGroupChanges.ReopenReason.Resigned);
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        assertEq(groups.holderOf(groupId, PLANT), address(0));
        assertEq(groups.group(groupId).filled, 1);
        assertEq(groups.group(groupId).pledged, 500);
        progress(groupId, PLANT, 1, 4000);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        groupPay.payEarnings(groupId, PLANT, 1);
        assertEq(token.balanceOf(hefei), FUNDS + 40_000);
        assertTrue(groups.isMember(groupId, hefei), "it rates and is rated");
        grab(groupId, PLANT, qingdao, 450);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
        assertEq(groups.holderOf(groupId, PLANT), qingdao);
    }

    function test_who_resigned_does_not_grab_the_role_again() public {
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_FormerHolderCannotGrab.selector, groupId, PLANT, hefei));
        vm.prank(hefei);
        groups.grabRole(groupId, PLANT, 600, bytes32("plan"));
    }

    function test_only_the_present_holder_resigns_and_before_work_end() public {
        refused(
            abi.encodeWithSelector(IGroupChanges.ChainGroups_NotTheHolder.selector, groupId, PLANT, shanghai, hefei)
        );
        vm.prank(shanghai);
        groups.resignRole(groupId, PLANT);
        uint256 state = vm.snapshotState();
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        refused(
            abi.encodeWithSelector(IGroupChanges.ChainGroups_NotTheHolder.selector, groupId, PLANT, hefei, address(0))
        );
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        vm.revertToState(state);
        uint40 workEnd = groups.group(groupId).workEnd;
        state = vm.snapshotState();
        vm.warp(workEnd - 1);
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        vm.revertToState(state);
        for (uint40 late; late < 2; ++late) {
            vm.warp(workEnd + late);
            refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, workEnd + late, workEnd));
            vm.prank(hefei);
            groups.resignRole(groupId, PLANT);
        }
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 3));
        groups.resignRole(groupId, 3);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
        groups.resignRole(99, PLANT);
    }

    function test_nobody_resigns_from_an_open_group() public {
        groupId = grabbedGroup();
        refused(
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Open,
                IChainGroups.GroupStatus.Formed
            )
        );
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
    }

    // ---- the bet, unsigned ----

    function test_a_holder_that_is_no_party_of_the_bound_bet_loses_the_role_when_its_time_is_over() public {
        bind(groupId, BET);
        bets.setAbsent(BET, hefei, true);
        vm.warp(due - 1);
        _keeps(PLANT, hefei);
        uint256 state = vm.snapshotState();
        vm.warp(due + 1);
        groups.reopenRole(groupId, PLANT);
        vm.revertToState(state);
        vm.warp(due);
        _keeps(MARKET, shanghai);
        _expectReopened(PLANT, hefei, 2, IGroupChanges.ReopenReason.BetUnsigned);
        vm.prank(outsider);
        groups.reopenRole(groupId, PLANT);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
    }

    /// A bet is bound when all parties signed: while one does not, only the leader knows which.
    function test_without_a_bound_bet_the_leader_alone_replaces_who_does_not_sign() public {
        vm.warp(due);
        _keeps(PLANT, hefei);
        _expectReopened(PLANT, hefei, 2, IGroupChanges.ReopenReason.BetUnsigned);
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
    }

    function test_a_holder_seated_later_has_its_own_time_to_sign() public {
        bind(groupId, BET);
        bets.setAbsent(BET, hefei, true);
        bets.setAbsent(BET, qingdao, true);
        vm.warp(due);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
        skip(BET_SECONDS - 1);
        _keeps(PLANT, qingdao);
        skip(1);
        uint256 state = vm.snapshotState();
        groups.reopenRole(groupId, PLANT);
        vm.revertToState(state);
        bets.setAbsent(BET, qingdao, false);
        _keeps(PLANT, qingdao);
    }

    function test_where_the_terms_ask_for_no_bet_nobody_loses_a_role_for_it() public {
        groupId = formedGroup();
        skip(20 days);
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_HolderKeepsItsRole.selector, groupId, PLANT, hefei));
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
    }

    function test_a_group_without_its_bet_that_earned_nothing_dissolves() public {
        vm.warp(due - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, due - 1, due));
        groups.dissolve(groupId);
        uint256 state = vm.snapshotState();
        vm.warp(due + 1);
        groups.dissolve(groupId);
        vm.revertToState(state);
        vm.warp(due);
        vm.expectEmit(address(groups));
        emit IChainGroups.GroupDissolved(groupId, leader, 2, 1100);
        vm.prank(outsider);
        groups.dissolve(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        groupPay.returnBudget(groupId);
        assertEq(token.balanceOf(leader), FUNDS);
        assertEq(groups.settledAt(groupId), 0, "no ratings");
    }

    function test_a_group_with_its_bet_or_with_earnings_goes_on() public {
        uint256 state = vm.snapshotState();
        bind(groupId, BET);
        vm.warp(due);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_GroupGoesOn.selector, groupId, BET, due, 0));
        groups.dissolve(groupId);
        vm.revertToState(state);
        progress(groupId, PLANT, 1);
        vm.warp(due);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_GroupGoesOn.selector, groupId, 0, due, 10));
        groups.dissolve(groupId);
    }

    function test_whoever_comes_next_has_its_time_before_the_group_may_dissolve() public {
        vm.warp(due);
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
        uint40 next = due + GRAB_SECONDS + SELECT_SECONDS + BET_SECONDS;
        assertEq(groups.group(groupId).betDueAt, next);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, due, next));
        groups.dissolve(groupId);
        vm.warp(next);
        groups.dissolve(groupId);
    }

    // ---- the bet, short ----

    function test_a_holder_that_the_bet_shows_short_loses_the_role() public {
        bind(groupId, BET);
        bets.setShort(BET, hefei, 4 * MARK, 2, 4);
        _keeps(PLANT, hefei);
        bets.setShort(BET, hefei, 4 * MARK + 1, 2, 4);
        _expectReopened(PLANT, hefei, 2, IGroupChanges.ReopenReason.BetShort);
        vm.prank(outsider);
        groups.reopenRole(groupId, PLANT);
    }

    function test_a_shortfall_reopens_no_role_without_a_mark_and_in_no_group_without_a_bet() public {
        bets.setShort(BET, hefei, 40_000, 4, 4);
        bets.setShort(BET, shanghai, 40_000, 4, 4);
        _keeps(PLANT, hefei);
        bind(groupId, BET);
        _keeps(MARKET, shanghai);
        groups.reopenRole(groupId, PLANT);
    }
}
