// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Scoring
/// @notice The arithmetic of credit: outcomes of one promise, averages weighted by value, the score. Pure.
/// Sums and priors fit 128 bits and outcomes 14, so that what is unchecked stays below 256.
library Scoring {
    uint256 internal constant BPS = 10_000;
    /// @dev Each day begun after the promise takes 2 % of the delivery outcome: fifty days late counts as not
    /// delivered.
    uint256 internal constant DELIVERY_LOSS_PER_DAY_BPS = 200;

    /// @dev What the components weigh against each other, per cent.
    uint256 internal constant DELIVERY_WEIGHT = 30;
    uint256 internal constant QUALITY_WEIGHT = 30;
    uint256 internal constant BETS_WEIGHT = 20;
    uint256 internal constant PEERS_WEIGHT = 10;
    uint256 internal constant USERS_WEIGHT = 10;

    /// @dev Unit of the evidence behind a component: the whole.
    uint256 internal constant EVIDENCE = 1e9;

    /// @dev The most that a component's sum of values holds, minor units.
    uint256 internal constant MAX_VALUE = type(uint56).max;

    /// @notice Outcome of a delivery in basis points: full when on time, nothing from fifty days on.
    function deliveryOutcome(uint256 daysLate) internal pure returns (uint256) {
        uint256 lost = daysLate > BPS / DELIVERY_LOSS_PER_DAY_BPS ? BPS : daysLate * DELIVERY_LOSS_PER_DAY_BPS;
        return BPS - lost;
    }

    /// @notice Outcome of an inspection in basis points: the share that passed, rounded down.
    function qualityOutcome(uint256 accepted, uint256 received) internal pure returns (uint256) {
        return accepted * BPS / received;
    }

    /// @notice The value as which one outcome counts: at most what a sum holds.
    function countedValue(uint256 value) internal pure returns (uint256) {
        return value < MAX_VALUE ? value : MAX_VALUE;
    }

    /// @notice What a sum of values keeps of what it has, so that `added` still fits.
    function room(uint256 value, uint256 added) internal pure returns (uint256) {
        return value + added > MAX_VALUE ? MAX_VALUE - added : value;
    }

    /// @notice A weighted sum after its sum of values shrank from `value` to `left`: the same share, rounded down.
    function shareDown(uint256 weighted, uint256 value, uint256 left) internal pure returns (uint256) {
        return left == value ? weighted : weighted * left / value;
    }

    /// @notice A weighted sum beside a sum of values that was rounded down: never above the whole of it.
    function clamped(uint256 weighted, uint256 value) internal pure returns (uint256) {
        unchecked {
            uint256 whole = value * BPS;
            return weighted < whole ? weighted : whole;
        }
    }

    /// @notice Average of outcomes weighted by value, a newcomer's prior counting as `priorValue`; rounded down.
    function averageDown(uint256 weighted, uint256 value, uint256 priorBps, uint256 priorValue)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            return (weighted + priorBps * priorValue) / (value + priorValue);
        }
    }

    /// @notice How much evidence a value of outcomes is, of {EVIDENCE}: none without outcomes, half at the prior's
    /// value; rounded up.
    function evidenceUp(uint256 value, uint256 priorValue) internal pure returns (uint256) {
        unchecked {
            return (value * EVIDENCE + value + priorValue - 1) / (value + priorValue);
        }
    }

    /// @notice The evidence times the plain average of the outcomes, rounded down.
    function provedDown(uint256 weighted, uint256 value, uint256 priorValue) internal pure returns (uint256) {
        unchecked {
            return weighted * EVIDENCE / (value + priorValue);
        }
    }

    /// @notice The score, rounded down. Delivery and quality take part with all their weight; the others add
    /// `proved`, the sum of weight times {provedDown}, at `evidence`, the sum of weight times {evidenceUp}.
    function scoreDown(uint256 deliveryBps, uint256 qualityBps, uint256 proved, uint256 evidence)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            return ((DELIVERY_WEIGHT * deliveryBps + QUALITY_WEIGHT * qualityBps) * EVIDENCE + proved)
                / ((DELIVERY_WEIGHT + QUALITY_WEIGHT) * EVIDENCE + evidence);
        }
    }
}
