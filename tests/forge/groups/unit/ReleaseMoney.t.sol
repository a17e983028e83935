// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// releaseStake, payEarnings and returnBudget.
contract ReleaseMoneyTest is GroupHouse {
    function _refusedRelease(uint256 groupId, uint256 round, address node) private {
        refused(abi.encodeWithSelector(IGroupPay.GroupPay_StakeStillBound.selector, groupId, PLANT, round, node));
        groupPay.releaseStake(groupId, PLANT, round, node);
    }

    function _refusedBudget(uint256 groupId, bytes memory reason) private {
        refused(reason);
        groupPay.returnBudget(groupId);
    }

    // ---- stakes ----

    function test_stakes_are_bound_while_the_group_is_open() public {
        uint256 groupId = grabbedGroup();
        _refusedRelease(groupId, 1, hefei);
        warpToClose(groupId);
        _refusedRelease(groupId, 1, qingdao);
    }

    function test_every_stake_returns_when_the_group_dissolves() public {
        uint256 groupId = openGroup();
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, PLANT, qingdao, 500);
        warpToForm(groupId);
        groups.dissolve(groupId);
        vm.expectEmit(address(groupPay));
        emit IGroupPay.StakeReleased(groupId, PLANT, hefei, 1, STAKE);
        vm.prank(outsider);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        groupPay.releaseStake(groupId, PLANT, 1, qingdao);
        assertEq(token.balanceOf(hefei), FUNDS);
        assertEq(token.balanceOf(qingdao), FUNDS);
        refused(abi.encodeWithSelector(IGroupPay.GroupPay_NoStakeHeld.selector, groupId, PLANT, 1, hefei));
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
    }

    function test_losing_candidates_get_their_stakes_when_the_group_forms() public {
        uint256 groupId = formedGroup();
        groupPay.releaseStake(groupId, PLANT, 1, qingdao);
        assertEq(token.balanceOf(qingdao), FUNDS);
        _refusedRelease(groupId, 1, hefei);
        warpToClose(groupId);
        _refusedRelease(groupId, 1, hefei);
        groups.close(groupId);
        groupPay.releaseStake(groupId, PLANT, 1, hefei);
        assertEq(token.balanceOf(hefei), FUNDS);
    }

    function test_candidates_of_a_reopened_role_are_bound_until_somebody_is_seated() public {
        uint256 groupId = reopenedGroup();
        grab(groupId, PLANT, chengdu, 500);
        grab(groupId, PLANT, qingdao, 400);
        _refusedRelease(groupId, 2, qingdao);
        warpToSeat(groupId, PLANT);
        groups.seatRole(groupId, PLANT);
        groupPay.releaseStake(groupId, PLANT, 2, qingdao);
        _refusedRelease(groupId, 2, chengdu);
    }

    function test_candidates_of_a_reopened_role_that_nobody_got_are_free_at_work_end() public {
        uint256 groupId = reopenedGroup();
        grab(groupId, PLANT, chengdu, 500);
        uint40 workEnd = groups.group(groupId).workEnd;
        vm.warp(workEnd - 1);
        _refusedRelease(groupId, 2, chengdu);
        vm.warp(workEnd);
        groupPay.releaseStake(groupId, PLANT, 2, chengdu);
    }

    function test_nobody_gets_a_stake_it_never_paid() public {
        uint256 groupId = formedGroup();
        refused(abi.encodeWithSelector(IGroupPay.GroupPay_NoStakeHeld.selector, groupId, PLANT, 1, outsider));
        groupPay.releaseStake(groupId, PLANT, 1, outsider);
        refused(abi.encodeWithSelector(IGroupPay.GroupPay_NoStakeHeld.selector, 99, PLANT, 1, hefei));
        groupPay.releaseStake(99, PLANT, 1, hefei);
    }

    // ---- earnings ----

    function test_earnings_are_paid_as_they_are_earned() public {
        uint256 groupId = formedGroup();
        refused(abi.encodeWithSelector(IGroupPay.GroupPay_NothingEarned.selector, groupId, PLANT, 1));
        groupPay.payEarnings(groupId, PLANT, 1);
        progress(groupId, PLANT, 2500);
        vm.expectEmit(address(groupPay));
        emit IGroupPay.EarningsPaid(groupId, PLANT, hefei, 1, 25_000);
        vm.prank(outsider);
        groupPay.payEarnings(groupId, PLANT, 1);
        refused(abi.encodeWithSelector(IGroupPay.GroupPay_NothingEarned.selector, groupId, PLANT, 1));
        groupPay.payEarnings(groupId, PLANT, 1);
        progress(groupId, PLANT, 10_000);
        warpToClose(groupId);
        groups.close(groupId);
        groupPay.payEarnings(groupId, PLANT, 1);
        assertEq(token.balanceOf(hefei), FUNDS - STAKE + PLANT_PAY, "also after the close");
        assertEq(groupPay.roundPayOf(groupId, PLANT, 1).paid, PLANT_PAY);
    }

    // ---- budget ----

    function test_the_whole_budget_returns_when_the_group_dissolves() public {
        uint256 groupId = openGroup();
        _refusedBudget(
            groupId,
            abi.encodeWithSelector(IGroupPay.GroupPay_BudgetStillBound.selector, groupId, IChainGroups.GroupStatus.Open)
        );
        warpToForm(groupId);
        groups.dissolve(groupId);
        vm.expectEmit(address(groupPay));
        emit IGroupPay.BudgetReturned(groupId, leader, BUDGET);
        vm.prank(outsider);
        groupPay.returnBudget(groupId);
        assertEq(token.balanceOf(leader), FUNDS);
        _refusedBudget(groupId, abi.encodeWithSelector(IGroupPay.GroupPay_NoBudgetHeld.selector, groupId));
    }

    function test_what_nobody_earned_returns_after_the_close() public {
        uint256 groupId = formedGroup();
        progress(groupId, PLANT, 10_000);
        _refusedBudget(
            groupId,
            abi.encodeWithSelector(
                IGroupPay.GroupPay_BudgetStillBound.selector, groupId, IChainGroups.GroupStatus.Formed
            )
        );
        warpToClose(groupId);
        groups.close(groupId);
        groupPay.returnBudget(groupId);
        assertEq(token.balanceOf(leader), FUNDS - PLANT_PAY);
        assertEq(token.balanceOf(address(groupPay)), 4 * STAKE + PLANT_PAY, "what others are owed stays");
    }

    function test_a_budget_that_was_earned_whole_does_not_return() public {
        uint256 groupId = formedGroup();
        progress(groupId, PLANT, 10_000);
        progress(groupId, MARKET, 10_000);
        warpToClose(groupId);
        groups.close(groupId);
        _refusedBudget(groupId, abi.encodeWithSelector(IGroupPay.GroupPay_NoBudgetHeld.selector, groupId));
        _refusedBudget(
            99, abi.encodeWithSelector(IGroupPay.GroupPay_BudgetStillBound.selector, 99, IChainGroups.GroupStatus.None)
        );
    }
}
