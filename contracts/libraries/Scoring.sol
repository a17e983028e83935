// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Scoring
/// @notice The arithmetic of credit: outcomes of one promise, and averages weighted by value. Pure.
library Scoring {
    uint256 internal constant BPS = 10_000;
    /// @dev Each day begun after the promise takes 2 % of the delivery outcome: fifty days late counts as not
    /// delivered.
    uint256 internal constant DELIVERY_LOSS_PER_DAY_BPS = 200;

    /// @notice Outcome of a delivery in basis points: full when on time, nothing from fifty days on.
    function deliveryOutcome(uint256 daysLate) internal pure returns (uint256) {
        uint256 lost = daysLate > BPS / DELIVERY_LOSS_PER_DAY_BPS ? BPS : daysLate * DELIVERY_LOSS_PER_DAY_BPS;
        return BPS - lost;
    }

    /// @notice Outcome of an inspection in basis points: the share that passed, rounded down.
    function qualityOutcome(uint256 accepted, uint256 received) internal pure returns (uint256) {
        return accepted * BPS / received;
    }

    /// @notice Average of outcomes weighted by value, a newcomer's prior counting as `priorValue`; rounded down.
    function averageDown(uint256 weighted, uint256 value, uint256 priorBps, uint256 priorValue)
        internal
        pure
        returns (uint256)
    {
        return (weighted + priorBps * priorValue) / (value + priorValue);
    }

    /// @notice The score: the mean of both components, rounded down.
    function scoreDown(uint256 deliveryBps, uint256 qualityBps) internal pure returns (uint256) {
        return (deliveryBps + qualityBps) / 2;
    }
}
