// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { RatingMath } from "../../../../contracts/libraries/RatingMath.sol";
import { TestBase } from "../../support/TestBase.sol";

contract RatingMathTest is TestBase {
    uint256 private constant BPS = 10_000;

    struct Sums {
        int256 weighted;
        uint256 weight;
    }

    // ---- weight ----

    function testFuzz_weight_grows_with_credit_up_to_the_most(uint256 less, uint256 more, uint256 newcomer)
        public
        pure
    {
        newcomer = bound(newcomer, 0, BPS);
        more = bound(more, 0, BPS);
        less = bound(less, 0, more);
        assertLe(RatingMath.weightDown(less, newcomer), RatingMath.weightDown(more, newcomer), "monotone");
        assertLe(RatingMath.weightDown(more, newcomer), RatingMath.MAX_WEIGHT, "most");
    }

    function test_a_newcomer_weighs_a_tenth_of_its_credit_and_full_credit_the_most() public pure {
        assertEq(RatingMath.weightDown(7000, 7000), 700);
        assertEq(RatingMath.weightDown(10_000, 7000), RatingMath.MAX_WEIGHT);
        assertEq(RatingMath.weightDown(0, 7000), 0);
    }

    // ---- one list ----

    function testFuzz_a_rater_gives_to_one_what_it_takes_from_others(uint256 seed, uint256 count, uint256 weight)
        public
        pure
    {
        count = bound(count, 2, 64);
        weight = bound(weight, 0, RatingMath.MAX_WEIGHT);
        uint256 total;
        for (uint256 i; i < count; ++i) {
            total += _draw(seed, i);
        }
        int256 sum;
        for (uint256 i; i < count; ++i) {
            int256 given = RatingMath.weightedTowardZero(weight, _draw(seed, i), total, count);
            assertLe(_size(given), weight * RatingMath.BAND_BPS, "within the band");
            sum += given;
        }
        assertLt(_size(sum), count, "rounding alone");
    }

    function testFuzz_praise_all_round_says_nothing(uint256 score, uint256 count, uint256 weight) public pure {
        score = bound(score, 0, BPS);
        count = bound(count, 2, 64);
        weight = bound(weight, 0, RatingMath.MAX_WEIGHT);
        assertEq(RatingMath.weightedTowardZero(weight, score, score * count, count), int256(0));
    }

    // ---- the bound ----

    function testFuzz_attackers_move_nobody_by_more_than_the_bound(
        uint256 seed,
        uint256 centre,
        uint256 honest,
        uint256 attackers
    ) public pure {
        centre = bound(centre, 0, BPS);
        honest = bound(honest, 0, 24);
        attackers = bound(attackers, 1, 24);
        Sums memory sums;
        for (uint256 i; i < honest; ++i) {
            _say(sums, seed, i, seed % 3);
        }
        uint256 before = RatingMath.outcome(centre, sums.weighted, sums.weight);
        uint256 others = sums.weight;
        for (uint256 i; i < attackers; ++i) {
            _say(sums, seed, honest + i, (seed >> 8) % 3);
        }
        uint256 afterwards = RatingMath.outcome(centre, sums.weighted, sums.weight);
        uint256 moved = before < afterwards ? afterwards - before : before - afterwards;
        assertLe(moved, RatingMath.boundUp(others, sums.weight - others), "bound");
        assertLe(
            RatingMath.boundUp(others, sums.weight - others),
            RatingMath.boundUp(others, attackers * RatingMath.MAX_WEIGHT),
            "k attackers weigh at most k times the most"
        );
    }

    function test_the_bound_is_nearly_reached() public pure {
        // Ten honest raters of full credit say the best, ten attackers the worst, each beside many of the reverse.
        int256 honest = 10 * RatingMath.weightedTowardZero(10_000, 10_000, 10_000, 64);
        int256 attack = 10 * RatingMath.weightedTowardZero(10_000, 0, 630_000, 64);
        uint256 moved = RatingMath.outcome(5000, honest, 100_000) - RatingMath.outcome(5000, honest + attack, 200_000);
        assertEq(moved, 1406);
        assertEq(RatingMath.boundUp(100_000, 100_000), 1668);
    }

    function testFuzz_an_outcome_is_a_rate(uint256 centre, int128 weighted, uint64 weight) public pure {
        centre = bound(centre, 0, BPS);
        assertLe(RatingMath.outcome(centre, weighted, weight), BPS, "at most the whole");
        assertEq(RatingMath.outcome(centre, 0, weight), centre, "nothing said, nothing moved");
    }

    function testFuzz_a_record_weighs_less_than_its_value(uint128 value, uint64 weight) public pure {
        assertLe(RatingMath.recordWeightDown(value, weight), value, "value");
        if (value > RatingMath.PRIOR_WEIGHT && weight != 0) {
            assertGt(RatingMath.recordWeightDown(value, weight), 0, "something");
        }
    }

    /// One rater's word on the member, of `kind` 0: worst, 1: best, 2: anything.
    function _say(Sums memory sums, uint256 seed, uint256 i, uint256 kind) private pure {
        uint256 count = 2 + _draw(seed, i) % 63;
        uint256 score = kind == 0 ? 0 : kind == 1 ? BPS : _draw(seed, i + 100);
        uint256 others = kind == 0 ? BPS : kind == 1 ? 0 : _draw(seed, i + 200);
        uint256 weight = RatingMath.weightDown(_draw(seed, i + 300), 7000);
        sums.weighted += RatingMath.weightedTowardZero(weight, score, score + others * (count - 1), count);
        sums.weight += weight;
    }

    function _draw(uint256 seed, uint256 i) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i))) % (BPS + 1);
    }

    function _size(int256 value) private pure returns (uint256) {
        return uint256(value < 0 ? -value : value);
    }
}
