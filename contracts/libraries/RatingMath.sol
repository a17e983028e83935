// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title RatingMath
/// @notice The arithmetic of peer ratings. Pure; every division names its direction.
/// `tests/reference/rating_model.py` has the same.
library RatingMath {
    uint256 internal constant BPS = 10_000;
    /// @dev The most that one list of ratings says of one member, either way.
    uint256 internal constant BAND_BPS = 2000;
    /// @dev What a rater of full credit weighs: none weighs more.
    uint256 internal constant MAX_WEIGHT = 10_000;
    /// @dev What a member's own score weighs against its raters: as much as four of full credit.
    uint256 internal constant PRIOR_WEIGHT = 40_000;
    /// @dev A newcomer weighs a tenth of its credit; the rest of the weight is earned.
    uint256 internal constant NEWCOMER_DIVISOR = 10;

    /// @notice What a rater weighs by its credit: a tenth of it up to a newcomer's, from there in a straight line to
    /// the most at full credit.
    function weightDown(uint256 creditBps, uint256 newcomerBps) internal pure returns (uint256) {
        if (creditBps <= newcomerBps) return creditBps / NEWCOMER_DIVISOR;
        uint256 least = newcomerBps / NEWCOMER_DIVISOR;
        return least + (MAX_WEIGHT - least) * (creditBps - newcomerBps) / (BPS - newcomerBps);
    }

    /// @notice What one rating adds to the sum of a member: weight times its distance from the rater's own mean over
    /// `count` ratings that sum to `total`, scaled to the band; towards zero, in favour of saying nothing.
    function weightedTowardZero(uint256 weight, uint256 scoreBps, uint256 total, uint256 count)
        internal
        pure
        returns (int256)
    {
        int256 distance = int256(scoreBps * count) - int256(total);
        return int256(weight) * distance * int256(BAND_BPS) / int256(BPS * count);
    }

    /// @notice What a group says of a member: its own score, moved by the mean deviation in which that score itself
    /// counts as `PRIOR_WEIGHT` of no deviation; the movement towards zero, the outcome within 0 and 10,000.
    function outcome(uint256 centreBps, int256 weighted, uint256 weight) internal pure returns (uint256) {
        int256 moved = int256(centreBps) + weighted / int256(PRIOR_WEIGHT + weight);
        if (moved < 0) return 0;
        return uint256(moved) > BPS ? BPS : uint256(moved);
    }

    /// @notice What an outcome weighs in the credit registry: the more was said, the closer to the whole `value`.
    function recordWeightDown(uint256 value, uint256 weight) internal pure returns (uint256) {
        return value * weight / (PRIOR_WEIGHT + weight);
    }

    /// @notice The most that raters of weight `attacking` move an outcome, beside others of weight `others`.
    function boundUp(uint256 others, uint256 attacking) internal pure returns (uint256) {
        uint256 whole = PRIOR_WEIGHT + others + attacking;
        return (2 * BAND_BPS * attacking + whole - 1) / whole + 1;
    }
}
