// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { RunOutcome } from "../../../../contracts/libraries/RunOutcome.sol";
import { TestBase } from "../../support/TestBase.sol";

contract RunOutcomeTest is TestBase {
    function _is(uint256 ran, uint256 excused, uint256 weight, uint256 outcomeBps) private pure {
        (uint256 counted, uint256 outcome) = RunOutcome.countedDown(120, ran, 30_000, 2, excused);
        assertEq(counted, weight, "weight");
        assertEq(outcome, outcomeBps, "outcome");
    }

    /// The worked example of the library.
    function test_the_worked_example() public pure {
        _is(120, 0, 30_000, 10_000);
        _is(120, 1, 30_000, 10_000);
        _is(90, 0, 30_000, 7500);
        _is(60, 1, 15_000, 10_000);
        _is(30, 1, 15_000, 5000);
        _is(60, 2, 0, 0);
        _is(0, 0, 30_000, 0);
    }

    function testFuzz_a_storm_never_makes_an_outcome_worse_nor_its_weight_more(
        uint24 quantity,
        uint24 ran,
        uint64 weight,
        uint8 touched,
        uint8 excused
    ) public pure {
        quantity = uint24(bound(quantity, 1, 10_080));
        ran = uint24(bound(ran, 0, quantity));
        touched = uint8(bound(touched, 1, 9));
        excused = uint8(bound(excused, 0, touched));
        (uint256 counted, uint256 outcome) = RunOutcome.countedDown(quantity, ran, weight, touched, excused);
        (uint256 calm, uint256 calmOutcome) = RunOutcome.countedDown(quantity, ran, weight, touched, 0);
        assertEq(calm, weight, "all of it counts without a storm");
        assertEq(calmOutcome, uint256(ran) * 10_000 / quantity, "by minutes");
        assertLe(counted, weight, "weight");
        assertLe(outcome, 10_000, "outcome");
        if (excused != touched || ran == quantity) assertGe(outcome, calmOutcome, "worse");
        else assertEq(counted, 0, "excused");
    }
}
