// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { GroupHouse } from "../../support/GroupHouse.sol";

/// Faults that `make mutants` planted and that no test saw: limits that tests read from the contract they judge.
contract SurvivorsOfRatingsTest is GroupHouse {
    function test_the_limits_of_ratings_are_those_of_the_description() public view {
        assertEq(ratings.MIN_RATED(), 2);
        assertEq(ratings.MAX_RATED(), 64);
        assertEq(ratings.PAIR_SECONDS(), 7_776_000);
        assertEq(ratings.MIN_WINDOW_SECONDS(), 3600);
        assertEq(ratings.MAX_WINDOW_SECONDS(), 7_776_000);
        assertEq(ratings.MIN_VALUE(), 40_001);
        assertEq(ratings.MAX_VALUE(), 1_152_921_504_606_846_976);
    }
}
