// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IUserReviews } from "../../../../contracts/chaingroup/interfaces/IUserReviews.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// What reopening can take from a holder, from its rivals and from the leader.
contract GroupsReopeningReviewTest is GroupHouse {
    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = formedGroup();
    }

    function _seatedAgain() private {
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
    }

    /// The leader gets back what nobody earns: it must not gain by reopening before the reporter has spoken.
    function test_a_role_reopened_in_the_last_second_costs_its_holder_nothing_that_it_earned() public {
        complain(groupId, PLANT);
        vm.warp(groups.group(groupId).workEnd - 1);
        vm.prank(leader);
        groups.reopenRole(groupId, PLANT);
        vm.warp(groups.group(groupId).workEnd + 1 days);
        progress(groupId, PLANT, 1, 9000);
        warpToClose(groupId);
        groups.close(groupId);
        groupPay.payEarnings(groupId, PLANT, 1);
        groupPay.returnBudget(groupId);
        assertEq(token.balanceOf(hefei), FUNDS - STAKE + 90_000, "nine tenths were done");
        assertEq(token.balanceOf(leader), FUNDS - 90_000, "no more returns than nobody earned");
    }

    function test_the_work_of_a_former_holder_is_reported_until_the_close() public {
        _seatedAgain();
        progress(groupId, PLANT, 2, 3000);
        bytes32 ref = newReference();
        vm.expectEmit(address(groupPay));
        emit IGroupPay.ProgressReported(groupId, PLANT, hefei, 1, 5500, 25_000, ref);
        vm.prank(reporter);
        groupPay.reportProgress(groupId, PLANT, 1, 5500, ref);
        assertEq(groupPay.roundPayOf(groupId, PLANT, 1).earned, 25_000);
        assertEq(groupPay.roundPayOf(groupId, PLANT, 2).earned, 30_000);
        groupPay.payEarnings(groupId, PLANT, 1);
        progress(groupId, PLANT, 1, 10_000);
        groupPay.payEarnings(groupId, PLANT, 1);
        assertEq(token.balanceOf(hefei), FUNDS - STAKE + 70_000);
        assertEq(groupPay.purseOf(groupId).earned, PLANT_PAY);
    }

    /// A leader that sees a report under way seats a friend before it; what was said of the one is not the other's.
    function test_a_report_under_way_says_nothing_of_who_is_seated_before_it() public {
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        vm.warp(groups.roundOf(groupId, PLANT, 2).grabEnd);
        select(groupId, PLANT, qingdao);
        progress(groupId, PLANT, 1, 4000);
        assertEq(groupPay.roundPayOf(groupId, PLANT, 1).earned, 40_000);
        bytes32 ref = newReference();
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_RoundOver.selector, groupId, PLANT, 1));
        vm.prank(reporter);
        userReviews.recordReview(groupId, PLANT, 1, 0, 1, ref);
        assertEq(userReviews.reviewsOf(groupId, PLANT, 2).count, 0);
    }

    /// Budget out: whatever is reported, in whatever hands the role is, holders and leader together get the budget.
    function testFuzz_holders_and_leader_together_get_the_budget_to_the_unit(uint16[4] memory bps) public {
        uint16 last;
        for (uint256 i; i < 4; ++i) {
            if (i == 1) complain(groupId, PLANT);
            if (i == 1) groups.reopenRole(groupId, PLANT);
            if (i == 2) grab(groupId, PLANT, qingdao, 500);
            if (i == 2) select2();
            if (last == 10_000) continue;
            last = uint16(bound(bps[i], last + 1, 10_000));
            progress(groupId, PLANT, i == 3 ? 2 : 1, last);
        }
        warpToClose(groupId);
        groups.close(groupId);
        if (groupPay.purseOf(groupId).earned < BUDGET) groupPay.returnBudget(groupId);
        for (uint256 round = 1; round <= 2; ++round) {
            if (groupPay.roundPayOf(groupId, PLANT, round).earned != 0) groupPay.payEarnings(groupId, PLANT, round);
        }
        uint256 stakes = 5 * uint256(STAKE); // of two rounds
        assertEq(token.balanceOf(address(groupPay)), stakes, "stakes alone");
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        groupPay.releaseStake(groupId, PLANT, 1, qingdao);
        groupPay.releaseStake(groupId, PLANT, 2, qingdao);
        groupPay.releaseStake(groupId, MARKET, 1, shanghai);
        groupPay.releaseStake(groupId, MARKET, 1, chengdu);
        assertEq(token.balanceOf(address(groupPay)), 0);
        vm.expectPartialRevert(IGroupPay.GroupPay_NoStakeHeld.selector);
        groupPay.releaseStake(groupId, PLANT, 2, qingdao);
    }

    function select2() internal {
        vm.warp(groups.roundOf(groupId, PLANT, 2).grabEnd);
        select(groupId, PLANT, qingdao);
    }

    function test_a_holder_of_two_roles_that_loses_one_keeps_the_other_and_its_stake() public {
        groupId = openGroup();
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, hefei, 600);
        warpToForm(groupId);
        groups.form(groupId);
        _seatedAgain();
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        vm.expectPartialRevert(IGroupPay.GroupPay_StakeStillBound.selector);
        groupPay.releaseStake(groupId, MARKET, 1, hefei);
        assertEq(groups.holderOf(groupId, MARKET), hefei);
        assertEq(groups.group(groupId).pledged, 1100);
        assertEq(groups.group(groupId).filled, 2);
    }

    /// Known issue: with less than a grab and a selection left, the rule seats nobody; the leader alone can.
    function test_known_a_role_reopened_late_is_seated_by_the_leader_or_by_nobody() public {
        complain(groupId, PLANT);
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd - GRAB_SECONDS - SELECT_SECONDS);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        assertEq(groups.roundOf(groupId, PLANT, 2).selectEnd, workEnd);
        vm.warp(workEnd - 1);
        vm.expectPartialRevert(IRoom.Room_TooEarly.selector);
        groups.seatRole(groupId, PLANT);
        uint256 state = vm.snapshotState();
        select(groupId, PLANT, qingdao);
        vm.revertToState(state);
        vm.warp(workEnd);
        vm.expectPartialRevert(IRoom.Room_TooLate.selector);
        groups.seatRole(groupId, PLANT);
        groupPay.releaseStake(groupId, PLANT, 2, qingdao);
    }

    /// One second earlier, the rule has one second.
    function test_a_role_reopened_with_one_second_to_spare_is_seated_by_rule() public {
        complain(groupId, PLANT);
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd - GRAB_SECONDS - SELECT_SECONDS - 1);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        vm.warp(workEnd - 1);
        groups.seatRole(groupId, PLANT);
        assertEq(groups.holderOf(groupId, PLANT), qingdao);
    }

    function test_a_need_is_served_once_also_after_its_group_is_settled() public {
        IChainGroups.GroupTerms memory terms = groupTerms();
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        groupId = openGroup(terms, roles);
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, MARKET, hefei, 600);
        warpToForm(groupId);
        groups.form(groupId);
        warpToClose(groupId);
        groups.close(groupId);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_NeedTaken.selector, terms.needRef, groupId));
        vm.prank(leader);
        groups.openGroup(terms, roles);
    }
}
