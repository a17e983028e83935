// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Scoring } from "../../../../contracts/libraries/Scoring.sol";
import { TestBase } from "../../support/TestBase.sol";

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
        uint256 score = Scoring.scoreDown(delivery, quality, 0, 0);
        assertEq(score, Scoring.scoreDown(quality, delivery, 0, 0), "order");
        assertLe(2 * score, delivery + quality, "down");
        assertLe(delivery + quality, 2 * score + 1, "at most half a point");
    }

    function testFuzz_a_component_without_outcomes_takes_no_part(uint256 priorValue) public pure {
        priorValue = bound(priorValue, 1, type(uint128).max);
        assertEq(Scoring.evidenceUp(0, priorValue), 0);
        assertEq(Scoring.provedDown(0, 0, priorValue), 0);
    }

    function testFuzz_evidence_is_between_nothing_and_the_whole(uint256 value, uint256 priorValue) public pure {
        value = bound(value, 1, Scoring.MAX_VALUE);
        priorValue = bound(priorValue, 1, type(uint128).max);
        uint256 evidence = Scoring.evidenceUp(value, priorValue);
        assertGe(evidence, 1, "some");
        assertLe(evidence, Scoring.EVIDENCE, "whole");
        assertEq(Scoring.evidenceUp(priorValue, priorValue), Scoring.EVIDENCE / 2, "half at the prior's value");
    }

    function testFuzz_the_score_lies_in_basis_points(
        uint256[5] memory outcomes,
        uint256[4] memory values,
        uint128 prior
    ) public pure {
        uint256 priorValue = bound(prior, 1, type(uint128).max);
        uint256 proved;
        uint256 evidence;
        for (uint256 i; i < 5; ++i) {
            outcomes[i] = bound(outcomes[i], 0, 10_000);
        }
        for (uint256 i; i < 4; ++i) {
            values[i] = bound(values[i], 0, Scoring.MAX_VALUE);
            proved += 10 * Scoring.provedDown(values[i] * outcomes[i], values[i], priorValue);
            evidence += 10 * Scoring.evidenceUp(values[i], priorValue);
        }
        uint256 score = Scoring.scoreDown(outcomes[3], outcomes[4], proved, evidence);
        assertLe(score, 10_000, "score");
    }

    function testFuzz_making_room_keeps_the_sum_within_its_bound_and_the_average(
        uint256 value,
        uint256 weighted,
        uint256 added
    ) public pure {
        value = bound(value, 0, Scoring.MAX_VALUE);
        weighted = bound(weighted, 0, value * 10_000);
        uint256 counted = Scoring.countedValue(added);
        uint256 left = Scoring.room(value, counted);
        uint256 share = Scoring.shareDown(weighted, value, left);
        assertLe(left, value, "never more than there was");
        assertLe(left + counted, Scoring.MAX_VALUE, "fits");
        assertLe(share, left * 10_000, "average within the whole");
        if (left != 0) assertLe(weighted / value, share / left + 1, "same average, but for rounding");
        if (value + counted <= Scoring.MAX_VALUE) assertEq(share, weighted, "untouched while there is room");
    }

    function test_a_weighted_sum_is_clamped_to_the_whole_of_its_value() public pure {
        assertEq(Scoring.clamped(9999, 1), 9999);
        assertEq(Scoring.clamped(10_000, 1), 10_000);
        assertEq(Scoring.clamped(10_001, 1), 10_000);
        assertEq(Scoring.clamped(1, 0), 0);
    }
}
