// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Scoring } from "../../../contracts/libraries/Scoring.sol";
import { TestBase } from "../support/TestBase.sol";

contract ScoringTest is TestBase {
    uint256 private constant MAX_VALUE = 2 ** 60;

    function test_delivery_loses_two_percent_a_day_until_nothing_is_left() public pure {
        assertEq(Scoring.deliveryOutcome(0), 10_000);
        assertEq(Scoring.deliveryOutcome(1), 9800);
        assertEq(Scoring.deliveryOutcome(49), 200);
        assertEq(Scoring.deliveryOutcome(50), 0);
        assertEq(Scoring.deliveryOutcome(51), 0);
        assertEq(Scoring.deliveryOutcome(type(uint256).max), 0);
    }

    function test_quality_is_the_share_that_passed_rounded_down() public pure {
        assertEq(Scoring.qualityOutcome(0, 3), 0);
        assertEq(Scoring.qualityOutcome(1, 3), 3333);
        assertEq(Scoring.qualityOutcome(2, 3), 6666);
        assertEq(Scoring.qualityOutcome(3, 3), 10_000);
    }

    function testFuzz_outcomes_stay_in_basis_points(uint256 late, uint256 received, uint256 accepted) public pure {
        received = bound(received, 1, MAX_VALUE);
        accepted = bound(accepted, 0, received);
        assertLe(Scoring.deliveryOutcome(late), 10_000, "delivery");
        assertLe(Scoring.qualityOutcome(accepted, received), 10_000, "quality");
        assertEq(Scoring.qualityOutcome(received, received), 10_000, "all passed");
    }

    function testFuzz_later_is_never_better(uint256 late) public pure {
        late = bound(late, 0, type(uint256).max - 1);
        assertLe(Scoring.deliveryOutcome(late + 1), Scoring.deliveryOutcome(late), "later");
    }

    function testFuzz_an_average_lies_between_outcome_and_prior(
        uint256 value,
        uint256 outcome,
        uint256 prior,
        uint256 priorValue
    ) public pure {
        value = bound(value, 0, MAX_VALUE);
        outcome = bound(outcome, 0, 10_000);
        prior = bound(prior, 0, 10_000);
        priorValue = bound(priorValue, 1, type(uint128).max);
        uint256 average = Scoring.averageDown(value * outcome, value, prior, priorValue);
        assertGe(average, outcome < prior ? outcome : prior, "low");
        assertLe(average, outcome < prior ? prior : outcome, "high");
    }

    function testFuzz_the_score_is_the_mean_rounded_down(uint256 delivery, uint256 quality) public pure {
        delivery = bound(delivery, 0, 10_000);
        quality = bound(quality, 0, 10_000);
        uint256 score = Scoring.scoreDown(delivery, quality);
        assertEq(score, Scoring.scoreDown(quality, delivery), "order");
        assertLe(2 * score, delivery + quality, "down");
        assertLe(delivery + quality, 2 * score + 1, "at most half a point");
    }
}
