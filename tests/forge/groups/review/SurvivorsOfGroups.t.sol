// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { GroupHouse } from "../../support/GroupHouse.sol";

/// Faults that `make mutants` planted and that no test saw: limits that tests read from the contract they judge.
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
}
