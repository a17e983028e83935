// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupChanges } from "../../../../contracts/chaingroup/interfaces/IGroupChanges.sol";
import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// Faults that `make mutants` planted and that no test saw: limits that tests read from the contract they judge,
/// a role without a stake, and a candidate that acts as if it were seated.
contract SurvivorsOfGroupsTest is GroupHouse {
    function test_the_limits_of_groups_are_those_of_the_description() public view {
        assertEq(groupRules.MAX_AMOUNT(), 1_152_921_504_606_846_976);
        assertEq(groupRules.MIN_WINDOW_SECONDS(), 60);
        assertEq(groupRules.MAX_WINDOW_SECONDS(), 7_776_000);
        assertEq(groupRules.MIN_WORK_SECONDS(), 3600);
        assertEq(groupRules.MAX_WORK_SECONDS(), 63_072_000);
        assertEq(groupRules.MIN_REPORT_SECONDS(), 86_400);
        assertEq(groupRules.MAX_REPORT_SECONDS(), 7_776_000);
        assertEq(groupPay.MAX_BUDGET(), 1_152_921_504_606_846_976);
        assertEq(userReviews.MAX_VALUE(), 1_152_921_504_606_846_976);
        assertEq(groups.MAX_ROLES(), 32);
        assertEq(groups.MAX_ROUNDS(), 16);
        assertEq(groups.MAX_BET_SECONDS(), 15_552_000);
        assertEq(groups.MAX_EXTENDED_DAYS(), 180);
    }

    function test_a_role_without_a_stake_takes_none() public {
        IChainGroups.RoleTerms[] memory roles = twoRoles();
        roles[0].stake = 0;
        uint256 groupId = openGroup(groupTerms(), roles);
        uint256 before = token.balanceOf(hefei);
        vm.expectCall(address(groupPay), abi.encodeWithSelector(IGroupPay.takeStake.selector), 0);
        grab(groupId, PLANT, hefei, FLOOR);
        assertEq(groups.candidate(groupId, PLANT, 1, hefei).pledge, FLOOR, "a candidate");
        assertEq(token.balanceOf(hefei), before, "that paid nothing");
    }

    function test_who_leads_a_reopened_role_and_has_no_seat_yet_neither_resigns_nor_ends_the_work() public {
        uint256 groupId = reopenedGroup();
        grab(groupId, PLANT, qingdao, 500);
        assertEq(groups.roundOf(groupId, PLANT, 2).standing, qingdao, "stands");
        bytes memory refusal = abi.encodeWithSelector(
            IGroupChanges.ChainGroups_NotTheHolder.selector, groupId, PLANT, qingdao, address(0)
        );
        refused(refusal);
        vm.prank(qingdao);
        groups.resignRole(groupId, PLANT);
        refused(refusal);
        consent(groupId, PLANT, qingdao);
        assertEq(groups.role(groupId, PLANT).round, 2, "no third round");
    }
}
