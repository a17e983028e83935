// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Forgetting
/// @notice What is left of old outcomes. Pure. Each day has a weight that doubles every half-life and grows in a
/// straight line in between: weight(day) = 2^(day / H) * (H + day % H), both divisions whole, days counted from 1970. A
/// sum of one day counts on a later one by the ratio of both weights. Ratios multiply, so that it makes no difference
/// how often a record was touched in between, but for the last unit that each step rounds down.
library Forgetting {
    uint256 internal constant HALF_LIFE_DAYS = 365;
    /// @dev Sums fit 127 bits, so that nothing is left of them then.
    uint256 internal constant MAX_HALVINGS = 128;

    /// @notice Days from 1970 to a time, whole.
    function dayOf(uint256 time) internal pure returns (uint256) {
        return time / 1 days;
    }

    /// @notice What a sum of day `from` counts on day `to`, rounded down.
    function keptDown(uint256 sum, uint256 from, uint256 to) internal pure returns (uint256) {
        (uint256 numerator, uint256 denominator) = ratio(from, to);
        return sum * numerator / denominator;
    }

    /// @notice Weight of day `from` over weight of day `to`: numerator at most 729, denominator never zero.
    function ratio(uint256 from, uint256 to) internal pure returns (uint256 numerator, uint256 denominator) {
        if (to <= from) return (1, 1);
        // `from` is before `to`, and both remainders are below 365.
        unchecked {
            uint256 halvings = to / HALF_LIFE_DAYS - from / HALF_LIFE_DAYS;
            if (halvings >= MAX_HALVINGS) return (0, 1);
            return (HALF_LIFE_DAYS + from % HALF_LIFE_DAYS, (HALF_LIFE_DAYS + to % HALF_LIFE_DAYS) << halvings);
        }
    }
}
