// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Descent
/// @notice The price of a descending auction. Pure.
library Descent {
    /// @notice Price after `elapsed` of `duration` seconds on the straight line from start to floor. The fall is
    /// rounded down, so the price is rounded up, for the seller. Never below the floor; the floor itself is reached
    /// at the end. Arguments fit 128 bits and floor <= start, elapsed <= duration, 0 < duration.
    function priceUp(uint256 start, uint256 floor, uint256 elapsed, uint256 duration) internal pure returns (uint256) {
        return start - (start - floor) * elapsed / duration;
    }
}
