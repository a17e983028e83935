// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// addRole and extendWork.
contract ChangeWorkTest is GroupHouse {
    uint256 private constant THIRD = 3;

    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.region = REGION;
        groupId = openGroup(terms, twoRoles());
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
    }

    function _add(uint128 pay) private returns (uint256) {
        IChainGroups.RoleTerms memory terms = roleTerms(pay);
        vm.prank(leader);
        return groups.addRole(groupId, terms);
    }

    function _refusedAdd(address caller, IChainGroups.RoleTerms memory terms, bytes memory reason) private {
        refused(reason);
        vm.prank(caller);
        groups.addRole(groupId, terms);
    }

    // ---- a role more ----

    function test_a_leader_adds_a_role_and_its_pay() public {
        IChainGroups.RoleTerms memory terms = roleTerms(7000);
        uint40 grabEnd = uint40(block.timestamp) + GRAB_SECONDS;
        vm.expectEmit(address(groups));
        emit IGroupChanges.RoleAdded(groupId, THIRD, leader, terms, grabEnd, grabEnd + SELECT_SECONDS);
        vm.prank(leader);
        assertEq(groups.addRole(groupId, terms), THIRD);
        assertEq(groupPay.purseOf(groupId).budget, BUDGET + 7000);
        assertEq(groups.group(groupId).roles, 3);
        assertEq(groups.group(groupId).filled, 2);
        assertEq(groups.holderOf(groupId, THIRD), address(0));
        grab(groupId, THIRD, qingdao, 450);
        vm.expectPartialRevert(IGroupPay.GroupPay_NobodySeated.selector);
        vm.prank(reporter);
        groupPay.reportProgress(groupId, THIRD, 1, 1000, bytes32("early"));
        warpToSeat(groupId, THIRD);
        groups.seatRole(groupId, THIRD);
        assertEq(groups.holderOf(groupId, THIRD), qingdao);
        assertEq(groups.group(groupId).pledged, 1550);
        assertTrue(groups.isMember(groupId, qingdao));
        progress(groupId, THIRD, 10_000);
        groupPay.payEarnings(groupId, THIRD, 1);
        assertEq(token.balanceOf(qingdao), FUNDS - STAKE + 7000);
    }

    function test_a_group_with_nothing_left_to_earn_has_again_with_a_role_more() public {
        progress(groupId, PLANT, 10_000);
        progress(groupId, MARKET, 10_000);
        _add(1);
        assertEq(groupPay.purseOf(groupId).allEarnedAt, 0);
        skip(REVIEW_SECONDS);
        vm.expectPartialRevert(IChainGroups.ChainGroups_ReportsStillOpen.selector);
        groups.close(groupId);
    }

    function test_an_added_role_that_nobody_grabs_is_opened_again_by_the_leader() public {
        _add(7000);
        skip(GRAB_SECONDS);
        vm.prank(leader);
        groups.reopenRole(groupId, THIRD);
        assertEq(groups.role(groupId, THIRD).round, 2);
    }

    function test_only_the_leader_adds_in_a_formed_group_before_work_end() public {
        IChainGroups.RoleTerms memory terms = roleTerms(1);
        _refusedAdd(
            hefei, terms, abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheLeader.selector, groupId, hefei)
        );
        IChainGroups.RoleTerms memory bad = roleTerms(1);
        bad.roleRef = bytes32(0);
        _refusedAdd(leader, bad, abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd);
        _refusedAdd(leader, terms, abi.encodeWithSelector(IRoom.Room_TooLate.selector, workEnd, workEnd));
        vm.warp(workEnd - 1);
        _add(1);
        assertEq(groups.roundOf(groupId, THIRD, 1).grabEnd, workEnd);
        groupId = openGroup();
        _refusedAdd(
            leader,
            terms,
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Open,
                IChainGroups.GroupStatus.Formed
            )
        );
    }

    function test_a_pause_stops_adding() public {
        pause();
        _refusedAdd(leader, roleTerms(1), abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        vm.prank(guardian);
        participants.resumeObligations();
        suspend(leader);
        _refusedAdd(leader, roleTerms(1), abi.encodeWithSelector(IRoom.Room_NotActive.selector, leader, Offices.NODE));
    }

    function test_a_group_has_thirty_two_roles_at_most_and_a_budget_within_bounds() public {
        for (uint256 i = 3; i <= 32; ++i) {
            _add(0);
        }
        _refusedAdd(
            leader, roleTerms(0), abi.encodeWithSelector(IChainGroups.ChainGroups_RolesOutOfBounds.selector, 33, 32)
        );
        groupId = formedGroup();
        uint128 most = groupPay.MAX_BUDGET();
        _refusedAdd(
            leader,
            roleTerms(most),
            abi.encodeWithSelector(IGroupPay.GroupPay_BudgetOutOfBounds.selector, uint256(most) + BUDGET, most)
        );
    }

    // ---- force majeure ----

    function _formedDay() private view returns (uint32) {
        return uint32(groups.group(groupId).formedAt / 1 days);
    }

    function test_days_of_force_majeure_move_the_end_of_the_work_once() public {
        IChainGroups.Group memory before = groups.group(groupId);
        skip(6 days);
        storm(_formedDay() + 3, 2);
        vm.expectEmit(address(groups));
        emit IGroupChanges.WorkExtended(groupId, REGION, 2, before.workEnd + 2 days, before.reportEnd + 2 days);
        vm.prank(outsider);
        groups.extendWork(groupId);
        IChainGroups.Group memory record = groups.group(groupId);
        assertEq(record.workEnd, before.workEnd + 2 days);
        assertEq(record.reportEnd, before.reportEnd + 2 days);
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_NothingToExtend.selector, groupId, 2, 2));
        groups.extendWork(groupId);
        storm(_formedDay() + 4, 2);
        groups.extendWork(groupId);
        assertEq(groups.group(groupId).extendedDays, 3, "the fifth day stands once");
        assertEq(groups.group(groupId).workEnd, before.workEnd + 3 days);
    }

    function test_days_before_forming_and_after_the_work_move_nothing() public {
        storm(_formedDay() - 1, 1);
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_NothingToExtend.selector, groupId, 0, 0));
        groups.extendWork(groupId);
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd);
        refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, workEnd, workEnd));
        groups.extendWork(groupId);
    }

    function test_where_the_terms_name_no_region_nothing_moves() public {
        groupId = formedGroup();
        skip(6 days);
        storm(_formedDay() + 3, 2);
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_NothingToExtend.selector, groupId, 0, 0));
        groups.extendWork(groupId);
    }

    function test_a_role_is_seated_in_the_days_that_were_won() public {
        uint40 workEnd = groups.group(groupId).workEnd;
        skip(8 days);
        storm(_formedDay() + 3, 5);
        groups.extendWork(groupId);
        vm.warp(workEnd);
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
    }

    /// A year of storms, in two declarations of the largest size, moves the end by 180 days and no more.
    function test_no_more_than_180_days_are_won() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.region = REGION;
        terms.workSeconds = 730 days;
        groupId = openGroup(terms, twoRoles());
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
        uint40 workEnd = groups.group(groupId).workEnd;
        for (uint256 i; i < 8; ++i) {
            skip(30 days);
            storm(today() - 29, 30);
        }
        groups.extendWork(groupId);
        assertEq(groups.group(groupId).workEnd, workEnd + 180 days);
        refused(abi.encodeWithSelector(IGroupChanges.ChainGroups_NothingToExtend.selector, groupId, 180, 180));
        groups.extendWork(groupId);
    }
}
