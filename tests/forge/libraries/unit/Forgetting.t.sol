// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Forgetting } from "../../../../contracts/libraries/Forgetting.sol";
import { TestBase } from "../../support/TestBase.sol";

contract ForgettingTest is TestBase {
    uint256 private constant HALF = 365;
    uint256 private constant MAX_SUM = 2 ** 72;
    uint256 private constant MAX_DAY = 2 ** 24;

    function test_a_day_is_24_hours_from_1970() public pure {
        assertEq(Forgetting.dayOf(0), 0);
        assertEq(Forgetting.dayOf(86_399), 0);
        assertEq(Forgetting.dayOf(86_400), 1);
        assertEq(Forgetting.dayOf(1_146_441_600), 13_269);
    }

    function test_between_half_lives_a_day_weighs_on_a_straight_line() public pure {
        // From the first day of a period: 365 parts of 365, 366, ... 730, 732, ...
        assertEq(Forgetting.keptDown(1_000_000, 0, 1), 997_267);
        assertEq(Forgetting.keptDown(1_000_000, 0, 182), 667_276);
        assertEq(Forgetting.keptDown(1_000_000, 0, 364), 500_685);
        assertEq(Forgetting.keptDown(1_000_000, 0, 365), 500_000);
        assertEq(Forgetting.keptDown(1_000_000, 0, 366), 498_633);
    }

    function test_nothing_is_left_after_128_half_lives() public pure {
        assertEq(Forgetting.keptDown(2 ** 127 - 1, 0, 127 * HALF), 0);
        assertEq(Forgetting.keptDown(2 ** 127, 0, 127 * HALF), 1);
        assertEq(Forgetting.keptDown(2 ** 127 - 1, 364, 128 * HALF), 0, "the least time in which 128 begin");
        assertEq(Forgetting.keptDown(type(uint256).max, 0, 128 * HALF), 0);
        assertEq(Forgetting.keptDown(1, 0, type(uint256).max), 0);
    }

    function test_nothing_fades_backwards() public pure {
        assertEq(Forgetting.keptDown(7, 10, 10), 7);
        assertEq(Forgetting.keptDown(7, 10, 9), 7);
    }

    function testFuzz_half_is_left_after_a_half_life(uint256 sum, uint256 from) public pure {
        sum = bound(sum, 0, MAX_SUM);
        from = bound(from, 0, MAX_DAY);
        assertEq(Forgetting.keptDown(sum, from, from + HALF), sum / 2);
    }

    function testFuzz_later_is_never_more(uint256 sum, uint256 from, uint256 time) public pure {
        sum = bound(sum, 0, MAX_SUM);
        from = bound(from, 0, MAX_DAY);
        time = bound(time, 0, MAX_DAY);
        uint256 kept = Forgetting.keptDown(sum, from, from + time);
        assertLe(kept, sum, "never more than there was");
        assertLe(Forgetting.keptDown(sum, from, from + time + 1), kept, "a day later");
        assertLe(kept, Forgetting.keptDown(sum + 1, from, from + time), "of more");
    }

    function testFuzz_a_stop_in_between_costs_at_most_a_unit(uint256 sum, uint256 from, uint256 stop, uint256 to)
        public
        pure
    {
        sum = bound(sum, 0, MAX_SUM);
        from = bound(from, 0, MAX_DAY);
        stop = bound(stop, from, from + 20 * HALF);
        to = bound(to, stop, stop + 20 * HALF);
        uint256 straight = Forgetting.keptDown(sum, from, to);
        uint256 stopped = Forgetting.keptDown(Forgetting.keptDown(sum, from, stop), stop, to);
        assertLe(stopped, straight, "down");
        assertLe(straight, stopped + 1, "a unit");
    }
}
