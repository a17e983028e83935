// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BidScoring } from "../../../../contracts/libraries/BidScoring.sol";
import { Descent } from "../../../../contracts/libraries/Descent.sol";
import { Forgetting } from "../../../../contracts/libraries/Forgetting.sol";
import { RatingMath } from "../../../../contracts/libraries/RatingMath.sol";
import { RunOutcome } from "../../../../contracts/libraries/RunOutcome.sol";
import { Scoring } from "../../../../contracts/libraries/Scoring.sol";
import { TestBase } from "../../support/TestBase.sol";

/// Faults that `make mutants` planted in arithmetic and that no test saw: every figure was computed by hand, at
/// the edges of its rounding and of its bounds.
contract LibrariesByHandTest is TestBase {
    function _ratio(uint256 from, uint256 to, uint256 numerator, uint256 denominator) private pure {
        (uint256 above, uint256 below) = Forgetting.ratio(from, to);
        assertEq(above, numerator, "numerator");
        assertEq(below, denominator, "denominator");
    }

    function _counted(uint256[5] memory given, uint256 weight, uint256 outcomeBps) private pure {
        (uint256 counted, uint256 outcome) = RunOutcome.countedDown(given[0], given[1], given[2], given[3], given[4]);
        assertEq(counted, weight, "weight");
        assertEq(outcome, outcomeBps, "outcome");
    }

    // ---- bids ----

    function test_a_score_is_rounded_up_as_soon_as_anything_is_left() public pure {
        assertEq(BidScoring.scoreUp(1, 0, 0, 9999, 1), 2, "one of a hundred million more");
        assertEq(BidScoring.scoreUp(100, 2, 10, 7000, 5000), 138, "115 of a hundred, whole");
        assertEq(BidScoring.scoreUp(101, 2, 10, 7000, 5000), 140, "139.15");
        assertEq(BidScoring.matchingDown(138, 2, 10, 7000, 5000), 100);
        assertEq(BidScoring.matchingDown(139, 2, 10, 7000, 5000), 100, "120.87 less 20");
    }

    function test_a_rank_is_score_then_missing_credit_then_place_in_bits_of_their_own() public pure {
        assertEq(BidScoring.rank(7, 9999, 3), 7 * 2 ** 32 + 2 ** 16 + 3);
        assertEq(BidScoring.rank(1, 0, 65_535), 2 ** 32 + 10_000 * 2 ** 16 + 65_535);
    }

    function test_steps_stakes_and_worth_to_the_unit() public pure {
        assertEq(BidScoring.nextDown(10_000, 1), 9999);
        assertEq(BidScoring.nextDown(10_001, 1), 9999, "a step of two");
        assertEq(BidScoring.nextDown(5, 0), 4, "one unit at least");
        assertEq(BidScoring.nextDown(10_000, 100), 9900);
        assertEq(BidScoring.stakeUp(10, 100, 500), 10, "the least");
        assertEq(BidScoring.stakeUp(4, 100, 500), 5);
        assertEq(BidScoring.stakeUp(0, 101, 500), 6, "5.05");
        assertEq(BidScoring.stakeUp(0, 10_000, 1), 1);
        assertEq(BidScoring.stakeUp(0, 10_001, 1), 2, "1.0001");
        assertEq(BidScoring.worthOf(600, 7000, 5000), 510e8);
        assertEq(BidScoring.worthOf(520, 10_000, 5000), 520e8);
        assertEq(BidScoring.worthOf(9, 0, 10_000), 0, "full weight, no credit");
    }

    function test_a_price_falls_in_whole_units_only() public pure {
        assertEq(Descent.priceUp(10, 4, 1, 3), 8);
        assertEq(Descent.priceUp(100, 40, 10, 60), 90);
        assertEq(Descent.priceUp(100, 40, 59, 60), 41);
    }

    // ---- ratings ----

    function test_what_a_rater_weighs_between_newcomer_and_full_credit() public pure {
        assertEq(RatingMath.weightDown(5000, 7000), 500);
        assertEq(RatingMath.weightDown(7001, 7000), 703, "703.1");
        assertEq(RatingMath.weightDown(8500, 7000), 5350);
        assertEq(RatingMath.weightDown(10_000, 10_000), 1000, "a newcomer of full credit is one still");
    }

    function test_a_rating_moves_by_its_distance_from_the_mean_towards_zero() public pure {
        assertEq(RatingMath.weightedTowardZero(700, 9000, 14_000, 2), int256(280_000));
        assertEq(RatingMath.weightedTowardZero(700, 5000, 14_000, 2), -int256(280_000));
        assertEq(RatingMath.weightedTowardZero(8, 1, 1, 3), int256(1), "1.07");
        assertEq(RatingMath.weightedTowardZero(8, 0, 1, 3), int256(0), "-0.53");
        assertEq(RatingMath.weightedTowardZero(16, 0, 1, 3), -int256(1), "-1.07");
    }

    function test_what_a_group_says_stays_between_nothing_and_the_whole() public pure {
        assertEq(RatingMath.outcome(5000, 400_000, 0), 5010);
        assertEq(RatingMath.outcome(5000, -400_000, 0), 4990);
        assertEq(RatingMath.outcome(5000, 500_000, 10_000), 5010);
        assertEq(RatingMath.outcome(5, -240_000, 0), 0, "one below nothing");
        assertEq(RatingMath.outcome(7, -240_000, 0), 1);
        assertEq(RatingMath.outcome(9999, 40_000, 0), 10_000);
        assertEq(RatingMath.outcome(9999, 80_000, 0), 10_000, "one above the whole");
        assertEq(RatingMath.recordWeightDown(100_001, 40_000), 50_000);
        assertEq(RatingMath.recordWeightDown(1000, 1), 0);
        assertEq(RatingMath.boundUp(0, 0), 1);
        assertEq(RatingMath.boundUp(0, 1), 2);
        assertEq(RatingMath.boundUp(0, 40_000), 2001);
        assertEq(RatingMath.boundUp(40_000, 40_000), 1335, "1333.3, up, and one");
    }

    // ---- credit ----

    function test_a_full_sum_makes_room_for_exactly_what_comes() public pure {
        uint256 most = 72_057_594_037_927_935;
        assertEq(Scoring.countedValue(most), most);
        assertEq(Scoring.countedValue(most + 1), most);
        assertEq(Scoring.countedValue(5), 5);
        assertEq(Scoring.room(most - 1, 1), most - 1);
        assertEq(Scoring.room(most, 1), most - 1);
        assertEq(Scoring.room(5, 7), 5);
        assertEq(Scoring.shareDown(101, 10, 5), 50);
        assertEq(Scoring.shareDown(101, 10, 10), 101);
        assertEq(Scoring.clamped(10_001, 1), 10_000);
        assertEq(Scoring.clamped(10_000, 1), 10_000);
        assertEq(Scoring.clamped(9, 1), 9);
    }

    function test_averages_evidence_and_score_to_the_unit() public pure {
        assertEq(Scoring.averageDown(20_000, 2, 7000, 2), 8500);
        assertEq(Scoring.averageDown(20_003, 2, 7000, 2), 8500);
        assertEq(Scoring.evidenceUp(1, 3), 250_000_000);
        assertEq(Scoring.evidenceUp(1, 2), 333_333_334, "up");
        assertEq(Scoring.provedDown(10_000, 1, 2), 3_333_333_333_333, "down");
        assertEq(Scoring.scoreDown(10_000, 8000, 0, 0), 9000);
        assertEq(Scoring.scoreDown(10_000, 8000, 100e12, 10e9), 9142, "640,000 of 70, down");
        assertEq(Scoring.scoreDown(8000, 10_000, 0, 10e9), 7714, "540,000 of 70, down");
    }

    function test_what_fades_from_a_day_to_another() public pure {
        _ratio(5, 5, 1, 1);
        _ratio(6, 5, 1, 1);
        _ratio(1, 3, 366, 368);
        _ratio(0, 365, 365, 730);
        _ratio(364, 365, 729, 730);
        _ratio(0, 128 * 365 - 1, 365, 729 * 2 ** 127);
        _ratio(0, 128 * 365, 0, 1);
    }

    function test_what_a_run_counts_beside_a_storm() public pure {
        _counted([uint256(100), 33, 1000, 3, 1], 666, 4950);
        _counted([uint256(7), 1, 10, 1, 0], 10, 1428);
        _counted([uint256(120), 100, 30_000, 2, 1], 15_000, 10_000);
        _counted([uint256(3), 2, 10, 3, 1], 6, 10_000);
        _counted([uint256(3), 2, 10, 3, 3], 0, 0);
        _counted([uint256(3), 3, 10, 3, 3], 10, 10_000);
    }
}
