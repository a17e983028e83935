// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ICreditRegistry
/// @notice The record of kept and broken promises, as a score in basis points. 信用登记.
/// Two components, delivery and quality, are each an average of outcomes weighted by value, starting from a newcomer's
/// prior that counts as a fixed value of outcomes. The score is their mean. Every event carries the outcome and the
/// score after it, so that a reader can recompute every score from events alone.
///
/// Assumptions for safety:
/// - only contracts that see outcomes themselves hold the scorer office; no key does.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface ICreditRegistry {
    /// @notice Sums behind a score. Values are in minor units, weighted sums in minor units times basis points.
    struct CreditRecord {
        uint256 value; // value of all outcomes
        uint256 deliveryWeighted; // sum of value * delivery outcome
        uint256 qualityWeighted; // sum of value * quality outcome
        uint64 outcomes; // how many
    }

    /// @dev `orderId` and `deliveryId` name the promise in the scorer's own numbering; `deliveryId` is zero for a
    /// default.
    event CreditRecorded(
        address indexed account,
        address indexed scorer,
        uint256 indexed orderId,
        uint256 deliveryId,
        uint256 value,
        uint16 deliveryBps,
        uint16 qualityBps,
        uint16 scoreBps
    );

    error CreditRegistry_PriorOutOfBounds(uint16 newcomerBps, uint256 newcomerValue);
    error CreditRegistry_NotAScorer(address caller);
    error CreditRegistry_NotRegistered(address account);
    error CreditRegistry_NothingReceived(uint256 orderId, uint256 deliveryId);
    error CreditRegistry_AcceptedExceedsReceived(uint256 accepted, uint256 received);

    /// @notice Counts one delivery: on time or late, good or rejected.
    /// @dev Emits {CreditRecorded}. Requirements: caller is a scorer; account registered; 0 < received; accepted <=
    /// received.
    /// @param value Order value of the quantity received, minor units: the weight of this outcome.
    /// @param daysLate Whole days begun after the promise.
    /// @custom:erp CreditOutcome
    function recordDelivery(
        address account,
        uint256 orderId,
        uint256 deliveryId,
        uint256 value,
        uint256 daysLate,
        uint256 received,
        uint256 accepted
    ) external;

    /// @notice Counts an order, or the rest of one, that was never delivered: both components zero at its value.
    /// @dev Emits {CreditRecorded}. Requirements: caller is a scorer; account registered.
    /// @custom:erp CreditOutcome
    function recordDefault(address account, uint256 orderId, uint256 value) external;

    /// @notice Counts how far a party kept the targets that it pledged in a bet contract.
    /// @dev Requirements: caller is a scorer; account registered; outcome at most 10,000.
    /// @param value What was at stake, minor units: the weight of this outcome.
    /// @custom:erp CreditOutcome
    function recordBet(address account, uint256 betId, uint256 value, uint256 outcomeBps) external;

    /// @notice Counts what the members of a settled chain group say of one of them.
    /// @dev Requirements: caller is a scorer; account registered; outcome at most 10,000.
    /// @param weight Weight of this outcome, minor units.
    /// @custom:erp CreditOutcome
    function recordPeerRating(address account, uint256 groupId, uint256 weight, uint256 outcomeBps) external;

    /// @notice Counts what users say of a node's work.
    /// @dev Requirements: caller is a scorer; account registered; outcome at most 10,000.
    /// @param weight Weight of this outcome, minor units.
    /// @custom:erp CreditOutcome
    function recordFeedback(address account, uint256 groupId, uint256 weight, uint256 outcomeBps) external;

    /// @notice Score of an account in basis points, 0 to 10,000; a newcomer has the prior.
    function scoreOf(address account) external view returns (uint16);

    /// @notice The sums behind the score.
    function recordOf(address account) external view returns (CreditRecord memory);

    /// @notice Score that an account without outcomes has, in basis points.
    function newcomerBps() external view returns (uint16);

    /// @notice Value of outcomes as which the newcomer's prior counts, minor units.
    function newcomerValue() external view returns (uint256);
}
