// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Descent } from "../../../../contracts/libraries/Descent.sol";
import { TestBase } from "../../support/TestBase.sol";

contract DescentTest is TestBase {
    uint256 private constant MAX = 2 ** 44; // of prices, as the market allows them

    function test_the_price_is_rounded_up_for_the_seller() public pure {
        assertEq(Descent.priceUp(10, 0, 1, 3), 7); // 6.67
        assertEq(Descent.priceUp(10, 0, 2, 3), 4); // 3.33
        assertEq(Descent.priceUp(10, 9, 2, 3), 10); // 9.33
    }

    function testFuzz_the_price_starts_at_the_start_and_ends_at_the_floor(
        uint256 start,
        uint256 floor,
        uint256 duration
    ) public pure {
        start = bound(start, 1, MAX);
        floor = bound(floor, 1, start);
        duration = bound(duration, 1, 366 days);
        assertEq(Descent.priceUp(start, floor, 0, duration), start);
        assertEq(Descent.priceUp(start, floor, duration, duration), floor);
    }

    function testFuzz_the_price_never_rises_and_stays_within(
        uint256 start,
        uint256 floor,
        uint256 earlier,
        uint256 later,
        uint256 duration
    ) public pure {
        start = bound(start, 1, MAX);
        floor = bound(floor, 1, start);
        duration = bound(duration, 1, 366 days);
        later = bound(later, 0, duration);
        earlier = bound(earlier, 0, later);
        uint256 before = Descent.priceUp(start, floor, earlier, duration);
        uint256 after_ = Descent.priceUp(start, floor, later, duration);
        assertLe(after_, before, "falls");
        assertLe(before, start, "start");
        assertGe(after_, floor, "floor");
        // At most one unit above the true line, never below it.
        assertGe(after_ * duration, start * duration - (start - floor) * later, "rounded up");
        assertLt(after_ * duration, start * duration - (start - floor) * later + duration, "by less than one");
    }
}
