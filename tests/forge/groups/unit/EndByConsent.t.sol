// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

contract EndByConsentTest is GroupHouse {
    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = formedGroup();
    }

    function _refusedConsent(address caller, uint256 roleId, bool consents, bytes memory reason) private {
        refused(reason);
        vm.prank(caller);
        groups.consentToEnd(groupId, roleId, consents);
    }

    function test_the_last_consent_ends_the_group() public {
        progress(groupId, PLANT, 3000);
        vm.expectEmit(address(groups));
        emit IGroupChanges.EndConsentChanged(groupId, 0, leader, true);
        consent(groupId, 0, leader);
        consent(groupId, MARKET, shanghai);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Formed));
        vm.expectEmit(address(groups));
        emit IGroupChanges.EndConsentChanged(groupId, PLANT, hefei, true);
        vm.expectEmit(address(groups));
        uint40 timestamp = uint40(block.timestamp);
        emit IGroupChanges.WorkEndedByConsent(groupId, leader, timestamp, timestamp);
        vm.expectEmit(address(groups));
        emit IChainGroups.GroupSettled(groupId, leader, 0, 30_000, BUDGET - 30_000);
        consent(groupId, PLANT, hefei);
        assertEq(groups.settledAt(groupId), block.timestamp);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        groupPay.releaseStake(groupId, MARKET, 1, shanghai);
        groupPay.payEarnings(groupId, PLANT, 1);
        groupPay.returnBudget(groupId);
        assertEq(token.balanceOf(hefei), FUNDS + 30_000);
        assertEq(token.balanceOf(leader), FUNDS - 30_000);
    }

    function test_consents_end_a_group_whatever_their_order_and_the_state_of_its_bet() public {
        bets.set(7, groupId, 0);
        bind(groupId, 7);
        consent(groupId, PLANT, hefei);
        consent(groupId, MARKET, shanghai);
        consent(groupId, 0, leader);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Settled));
    }

    function test_a_consent_is_taken_back() public {
        consent(groupId, 0, leader);
        consent(groupId, PLANT, hefei);
        vm.expectEmit(address(groups));
        emit IGroupChanges.EndConsentChanged(groupId, PLANT, hefei, false);
        vm.prank(hefei);
        groups.consentToEnd(groupId, PLANT, false);
        consent(groupId, MARKET, shanghai);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Formed));
        assertEq(groups.group(groupId).consents, 1);
        consent(groupId, PLANT, hefei);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Settled));
    }

    function test_everybody_speaks_for_itself_and_says_something_new() public {
        _refusedConsent(
            hefei, 0, true, abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheLeader.selector, groupId, hefei)
        );
        _refusedConsent(
            leader,
            PLANT,
            true,
            abi.encodeWithSelector(IGroupChanges.ChainGroups_NotTheHolder.selector, groupId, PLANT, leader, hefei)
        );
        _refusedConsent(
            qingdao,
            PLANT,
            true,
            abi.encodeWithSelector(IGroupChanges.ChainGroups_NotTheHolder.selector, groupId, PLANT, qingdao, hefei)
        );
        _refusedConsent(
            hefei,
            PLANT,
            false,
            abi.encodeWithSelector(IGroupChanges.ChainGroups_ConsentUnchanged.selector, groupId, PLANT, false)
        );
        consent(groupId, PLANT, hefei);
        _refusedConsent(
            hefei,
            PLANT,
            true,
            abi.encodeWithSelector(IGroupChanges.ChainGroups_ConsentUnchanged.selector, groupId, PLANT, true)
        );
        _refusedConsent(
            leader, 3, true, abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 3)
        );
        groupId = grabbedGroup();
        _refusedConsent(
            leader,
            0,
            true,
            abi.encodeWithSelector(
                IChainGroups.ChainGroups_WrongStatus.selector,
                groupId,
                IChainGroups.GroupStatus.Open,
                IChainGroups.GroupStatus.Formed
            )
        );
    }

    /// Whoever leaves takes its word along, and whoever comes has not given any.
    function test_a_consent_goes_with_its_holder() public {
        consent(groupId, 0, leader);
        consent(groupId, PLANT, hefei);
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        assertEq(groups.group(groupId).consents, 0);
        assertEq(groups.group(groupId).consentBits, 1);
        grab(groupId, PLANT, qingdao, 500);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
        consent(groupId, MARKET, shanghai);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Formed));
        assertFalse(groups.group(groupId).endedByConsent);
        consent(groupId, PLANT, qingdao);
        assertTrue(groups.group(groupId).endedByConsent);
    }

    /// The leader and whoever remains cannot end it before the reporter has said what a former holder did.
    function test_where_holders_left_reports_stay_open_for_their_time() public {
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        consent(groupId, 0, leader);
        consent(groupId, MARKET, shanghai);
        uint40 ended = uint40(block.timestamp);
        assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Formed));
        assertEq(groups.group(groupId).workEnd, ended);
        assertEq(groups.group(groupId).reportEnd, ended + REPORT_SECONDS);
        groupPay.releaseStake(groupId, PLANT, 2, qingdao);
        refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, ended, ended));
        vm.prank(chengdu);
        groups.grabRole(groupId, PLANT, 500, bytes32("plan"));
        vm.warp(groups.roundOf(groupId, PLANT, 2).selectEnd - 1);
        _nothingBeginsAnew(ended);
        vm.warp(ended + REPORT_SECONDS - 1);
        progress(groupId, PLANT, 1, 9000);
        vm.expectPartialRevert(IChainGroups.ChainGroups_ReportsStillOpen.selector);
        groups.close(groupId);
        skip(1);
        groups.close(groupId);
        groupPay.payEarnings(groupId, PLANT, 1);
        assertEq(token.balanceOf(hefei), FUNDS - STAKE + 90_000);
    }

    /// All said that it is over: the bet is theirs to end, and the group does not wait for it.
    function test_a_group_that_all_ended_does_not_wait_for_its_bet_while_reports_are_open() public {
        bets.set(7, groupId, 0);
        bind(groupId, 7);
        vm.prank(hefei);
        groups.resignRole(groupId, PLANT);
        consent(groupId, 0, leader);
        consent(groupId, MARKET, shanghai);
        assertEq(groups.settledAt(groupId), 0);
        skip(REPORT_SECONDS);
        groups.close(groupId);
        groupPay.releaseStake(groupId, MARKET, 1, shanghai);
    }

    function _nothingBeginsAnew(uint40 ended) private {
        bytes memory over = abi.encodeWithSelector(IRoom.Room_TooLate.selector, block.timestamp, ended);
        vm.startPrank(leader);
        refused(over);
        groups.selectCandidate(groupId, PLANT, qingdao);
        vm.stopPrank();
        _refusedConsent(
            leader, 0, false, abi.encodeWithSelector(IGroupChanges.ChainGroups_EndedByConsent.selector, groupId)
        );
        refused(over);
        vm.prank(shanghai);
        groups.resignRole(groupId, MARKET);
        IChainGroups.RoleTerms memory terms = roleTerms(1);
        refused(over);
        vm.prank(leader);
        groups.addRole(groupId, terms);
    }

    function test_consent_after_work_end_changes_no_time_that_has_passed() public {
        progress(groupId, PLANT, 1000);
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd + 1 days);
        consent(groupId, 0, leader);
        consent(groupId, PLANT, hefei);
        consent(groupId, MARKET, shanghai);
        assertEq(groups.group(groupId).workEnd, workEnd);
        assertEq(groups.settledAt(groupId), workEnd + 1 days);
    }

    function test_a_pause_stops_no_consent() public {
        pause();
        suspend(hefei);
        consent(groupId, 0, leader);
        consent(groupId, PLANT, hefei);
        consent(groupId, MARKET, shanghai);
    }

    function test_the_last_consent_costs_the_same_at_one_and_at_thirty_two_roles() public {
        uint256[2] memory cost;
        for (uint256 i; i < 2; ++i) {
            uint256 size = i == 0 ? 1 : 32;
            IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](size);
            for (uint256 j; j < size; ++j) {
                roles[j] = roleTerms(10);
            }
            groupId = openGroup(groupTerms(), roles);
            for (uint256 j; j < size; ++j) {
                grab(groupId, j + 1, hefei, TARGET);
            }
            warpToForm(groupId);
            groups.form(groupId);
            for (uint256 j; j < size; ++j) {
                consent(groupId, j + 1, hefei);
            }
            uint256 before = gasleft();
            consent(groupId, 0, leader);
            cost[i] = before - gasleft();
            assertEq(groupStatus(groupId), uint256(IChainGroups.GroupStatus.Settled));
        }
        assertLe(cost[1] * 100, cost[0] * 103, "the last consent");
    }
}
