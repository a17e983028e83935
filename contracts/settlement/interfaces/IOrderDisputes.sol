// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPurchaseOrders } from "./IPurchaseOrders.sol";

/// @title IOrderDisputes
/// @notice When a party does not agree with what was reported of a delivery, or with silence about it. 争议与裁定.
/// A dispute freezes its delivery and nothing else. An arbiter who is neither party nor attester says what arrived and
/// what of it is good, and the delivery is settled at the order's price; when no arbiter speaks in time, all is as if
/// nobody had disputed, and the silence time runs anew. Then only the other party may dispute the delivery; what was
/// ruled is disputed no more.
///
/// Assumptions for safety:
/// - an arbiter rules what is true; it can give the supplier no more than the order's price of what was shipped, and
///   the buyer no more than the delivery for nothing.
/// Assumptions for liveness: none: a dispute that nobody rules is lapsed by anybody.
/// @custom:security-contact See SECURITY.md
interface IOrderDisputes is IPurchaseOrders {
    /// @notice Buyer or supplier disputed a delivery.
    /// @custom:aggregate order:{orderId}
    event DeliveryDisputed(
        uint256 indexed orderId, uint256 indexed deliveryId, bytes32 indexed reasonRef, address disputant, uint40 ruleBy
    );
    /// @notice An arbiter decided what of a delivery was received and accepted.
    /// @dev `accepted` and `acceptedAmount` are those of the whole delivery after the ruling.
    /// @custom:aggregate order:{orderId}
    event DeliveryRuled(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed rulingRef,
        address arbiter,
        uint128 received,
        uint128 accepted,
        uint128 acceptedAmount
    );
    /// @notice A dispute that nobody ruled ended; the delivery stands as it stood.
    /// @custom:aggregate order:{orderId}
    event DeliveryDisputeLapsed(uint256 indexed orderId, uint256 indexed deliveryId, DeliveryStatus status);

    error PurchaseOrders_DisputedBefore(uint256 orderId, uint256 deliveryId);
    error PurchaseOrders_NothingRejected(uint256 orderId, uint256 deliveryId);
    error PurchaseOrders_NotYetDisputable(
        uint256 orderId, uint256 deliveryId, uint256 timestamp, uint256 disputableFrom
    );
    error PurchaseOrders_NoLongerDisputable(
        uint256 orderId, uint256 deliveryId, uint256 timestamp, uint256 disputableUntil
    );
    error PurchaseOrders_AcceptedBelowPaid(uint256 orderId, uint256 deliveryId, uint128 accepted, uint128 paid);
    error PurchaseOrders_RulingClosed(uint256 orderId, uint256 timestamp, uint256 ruleBy);
    error PurchaseOrders_RulingOpen(uint256 orderId, uint256 timestamp, uint256 ruleBy);

    /// @notice Disputes a delivery. 提出争议.
    /// @dev Emits {DeliveryDisputed}. Requirements: order Funded; caller is its buyer or supplier; delivery never
    /// disputed, or last by the other party and not ruled; reference not zero; and, for the supplier: Shipped and not
    /// reported for the silence time, before anybody may close the order, or Inspected or Settled with something
    /// rejected, within the silence time of that report; for the buyer: Received or Inspected.
    /// @param reasonRef Commitment to the document that gives the reason.
    /// @custom:erp DeliveryDispute
    /// @custom:pause open
    function disputeDelivery(uint256 orderId, uint256 deliveryId, bytes32 reasonRef) external;

    /// @notice Rules what arrived and what of it is good, and settles the delivery like a claim. 裁定.
    /// What is missing or rejected may be shipped again: a delivery lost whole is ruled as zero received. Of a
    /// delivery that was paid before, only what the ruling accepts beyond that is paid. Goods that nobody reported
    /// count as received when they were shipped. A force majeure that is pending counts as granted here: nobody stops
    /// a ruling by reporting one.
    /// @dev Emits {DeliveryRuled}, {PaymentReleased} when something is to be paid, and {OrderClosed} when it was the
    /// last. Requirements: order Funded; caller is an arbiter and neither buyer, supplier nor attester; delivery
    /// Disputed; reference not zero; accepted <= received <= the quantity shipped, or reported as received; accepted
    /// not below what was paid, and beyond what was accepted at most what is still open; within RULING_SECONDS.
    /// @custom:erp DeliveryRuling
    /// @custom:pause open
    function ruleDelivery(uint256 orderId, uint256 deliveryId, uint128 received, uint128 accepted, bytes32 rulingRef)
        external;

    /// @notice Ends a dispute that nobody ruled in time. Anybody may call. 争议失效.
    /// @dev Emits {DeliveryDisputeLapsed}. Requirements: order Funded; delivery Disputed; RULING_SECONDS over.
    /// @custom:erp DeliveryDispute
    /// @custom:pause open
    function lapseDispute(uint256 orderId, uint256 deliveryId) external;
}
