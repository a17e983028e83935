// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGroupRules } from "../../../../contracts/chaingroup/interfaces/IGroupRules.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

contract OpenGroupTest is GroupHouse {
    function _refusedOpen(IChainGroups.GroupTerms memory terms, bytes memory reason) private {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        refused(reason);
        vm.prank(leader);
        groups.openGroup(terms, roles);
    }

    function _refusedRole(IChainGroups.RoleTerms memory terms, bytes memory reason) private {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[1] = terms;
        IChainGroups.GroupTerms memory whole = groupTerms();
        refused(reason);
        vm.prank(leader);
        groups.openGroup(whole, roles);
    }

    function _opens(IChainGroups.GroupTerms memory terms) private {
        uint256 state = vm.snapshotState();
        openGroup(terms, twoRoles());
        vm.revertToState(state);
    }

    function test_an_order_takes_its_budget_in_and_fixes_every_time() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        uint40 grabEnd = uint40(block.timestamp) + GRAB_SECONDS;
        uint40 workEnd = grabEnd + SELECT_SECONDS + WORK_SECONDS;
        vm.expectEmit(address(groups));
        emit IChainGroups.GroupOpened(
            1,
            leader,
            terms.needRef,
            terms,
            roles,
            BUDGET,
            grabEnd,
            grabEnd + SELECT_SECONDS,
            workEnd,
            workEnd + REPORT_SECONDS
        );
        assertEq(openGroup(terms, roles), 1);
        IChainGroups.Group memory record = groups.group(1);
        assertEq(record.leader, leader);
        assertEq(record.reporterPost, reporterPost);
        assertEq(record.roles, 2);
        assertEq(record.filled, 0);
        assertEq(groupPay.purseOf(1).budget, BUDGET);
        assertEq(record.target, TARGET);
        assertEq(record.grabEnd, grabEnd);
        assertEq(record.workEnd, workEnd);
        assertEq(record.reportEnd, workEnd + REPORT_SECONDS);
        assertEq(groupStatus(1), uint256(IChainGroups.GroupStatus.Open));
        assertEq(token.balanceOf(address(groupPay)), BUDGET);
        assertEq(groups.groupFor(leader, terms.needRef), 1);
        IChainGroups.Role memory part = groups.role(1, MARKET);
        assertEq(part.round, 1);
        assertEq(part.terms.pay, MARKET_PAY);
        assertEq(part.terms.reviewMarkBps, MARK_BPS);
        assertEq(groups.holderOf(1, PLANT), address(0));
    }

    function test_an_order_without_pay_takes_nothing() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].pay = 0;
        roles[1].pay = 0;
        openGroup(groupTerms(), roles);
        assertEq(token.balanceOf(address(groupPay)), 0);
    }

    function test_only_an_active_node_opens() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.NODE));
        vm.prank(buyer);
        groups.openGroup(terms, roles);
        suspend(leader);
        _refusedOpen(terms, abi.encodeWithSelector(IRoom.Room_NotActive.selector, leader, Offices.NODE));
    }

    function test_a_pause_stops_opening() public {
        pause();
        _refusedOpen(groupTerms(), abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }

    function test_a_need_has_one_living_group() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        uint256 groupId = openGroup(terms, twoRoles());
        _refusedOpen(terms, abi.encodeWithSelector(IChainGroups.ChainGroups_NeedTaken.selector, terms.needRef, groupId));
        warpToForm(groupId);
        groups.dissolve(groupId);
        assertEq(openGroup(terms, twoRoles()), groupId + 1, "a dissolved one makes room");
        terms.needRef = bytes32(0);
        _refusedOpen(terms, abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
    }

    function test_nobody_uses_up_the_need_of_another_leader() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        openGroup(terms, twoRoles());
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        vm.prank(hefei);
        assertEq(groups.openGroup(terms, roles), 2);
    }

    function test_the_post_is_a_reporters_held_or_vacant() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.reporterPost = 99;
        _refusedOpen(terms, abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, 99, Offices.REPORTER));
        terms.reporterPost = attesterPost;
        _refusedOpen(terms, abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, attesterPost, Offices.REPORTER));
        terms.reporterPost = reporterPost;
        vacate(reporterPost);
        _opens(terms);
    }

    function test_a_retired_room_opens_nothing_and_goes_on_with_what_is_open() public {
        uint256 groupId = openGroup();
        vm.prank(guardian);
        participants.retire(address(groups));
        _refusedOpen(groupTerms(), abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, shanghai, 500);
        warpToForm(groupId);
        groups.form(groupId);
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 600);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
        assertEq(groups.holderOf(groupId, PLANT), qingdao);
    }

    function test_the_target_is_within_bounds() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        uint128 most = groupRules.MAX_AMOUNT();
        terms.target = 0;
        _refusedOpen(terms, abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, 0, 1, most));
        terms.target = most + 1;
        _refusedOpen(terms, abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, most + 1, 1, most));
        terms.target = most;
        _opens(terms);
    }

    function _windowReason(uint32 actual, uint32 least, uint32 most) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, actual, least, most);
    }

    function test_windows_are_within_bounds() public {
        for (uint256 i; i < 6; ++i) {
            uint32 least = i < 2 || i > 3
                ? groupRules.MIN_WINDOW_SECONDS()
                : i == 2 ? groupRules.MIN_WORK_SECONDS() : groupRules.MIN_REPORT_SECONDS();
            uint32 most = i < 2 || i > 3
                ? groupRules.MAX_WINDOW_SECONDS()
                : i == 2 ? groupRules.MAX_WORK_SECONDS() : groupRules.MAX_REPORT_SECONDS();
            _refusedOpen(_withWindow(i, least - 1), _windowReason(least - 1, least, most));
            _opens(_withWindow(i, least));
            _opens(_withWindow(i, most));
            _refusedOpen(_withWindow(i, most + 1), _windowReason(most + 1, least, most));
        }
    }

    function _withWindow(uint256 which, uint32 time) private returns (IChainGroups.GroupTerms memory terms) {
        terms = groupTerms();
        if (which == 0) terms.grabSeconds = time;
        else if (which == 1) terms.selectSeconds = time;
        else if (which == 2) terms.workSeconds = time;
        else if (which == 3) terms.reportSeconds = time;
        else if (which == 4) terms.reviewSeconds = time;
        else terms.betSeconds = time;
    }

    function test_an_order_has_one_to_thirty_two_roles() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](0);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_RolesOutOfBounds.selector, 0, 32));
        vm.prank(leader);
        groups.openGroup(terms, roles);
        roles = new IChainGroups.RoleTerms[](33);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_RolesOutOfBounds.selector, 33, 32));
        vm.prank(leader);
        groups.openGroup(terms, roles);
        roles = new IChainGroups.RoleTerms[](32);
        for (uint256 i; i < 32; ++i) {
            roles[i] = roleTerms(1);
        }
        uint256 before = gasleft();
        openGroup(terms, roles);
        assertLt(before - gasleft(), 6_000_000, "the largest order fits a block");
        assertEq(groupPay.purseOf(1).budget, 32);
    }

    function test_the_terms_of_a_role_are_within_bounds() public {
        uint128 most = groupRules.MAX_AMOUNT();
        IChainGroups.RoleTerms memory terms = roleTerms(1);
        terms.roleRef = bytes32(0);
        _refusedRole(terms, abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        terms = roleTerms(1);
        terms.most = most + 1;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_AmountOutOfBounds.selector, most + 1, most));
        terms = roleTerms(1);
        terms.floor = MOST + 1;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_AmountOutOfBounds.selector, MOST + 1, MOST));
        terms = roleTerms(most + 1);
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_AmountOutOfBounds.selector, most + 1, most));
        terms = roleTerms(1);
        terms.stake = most + 1;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_AmountOutOfBounds.selector, most + 1, most));
        terms = roleTerms(most);
        uint256 sum = uint256(most) + PLANT_PAY;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_AmountOutOfBounds.selector, sum, most));
        terms = roleTerms(1);
        terms.minCreditBps = 10_001;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_RateOutOfBounds.selector, 10_001, 10_000));
        terms = roleTerms(1);
        terms.reviewMarkBps = 10_001;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_RateOutOfBounds.selector, 10_001, 10_000));
        terms = roleTerms(1);
        terms.shortfallMarkBps = 10_001;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_RateOutOfBounds.selector, 10_001, 10_000));
        terms = roleTerms(1);
        terms.creditWeightBps = 10_001;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_RateOutOfBounds.selector, 10_001, 10_000));
        terms = roleTerms(1);
        terms.stakeBpsOfPledge = 10_001;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_RateOutOfBounds.selector, 10_001, 10_000));
        terms = roleTerms(1);
        terms.minReviews = 0;
        _refusedRole(terms, abi.encodeWithSelector(IGroupRules.GroupRules_ReviewsMissing.selector, MARKET));
    }

    function test_a_role_without_a_mark_needs_no_number_of_reviews() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].minReviews = 0;
        roles[0].reviewMarkBps = 0;
        openGroup(groupTerms(), roles);
    }
}
