// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPurchaseOrders } from "./IPurchaseOrders.sol";

/// @title IOrderChanges
/// @notice How an order that runs can still change: by both signatures, by the supplier giving up a part, by force
/// majeure. 订单变更.
/// After a change of quantity or amount the rest is based anew: what was accepted keeps its amount, and the remaining
/// amount is spread over the remaining quantity, again exact to the last unit. Each change counts the order's revision
/// up, which makes every amendment signed before it void.
///
/// Assumptions for safety:
/// - the amender office is held by {OrderAmendments} alone, which asks for both signatures;
/// - a buyer that signs an amendment means to pay what its deposit grows by, which is taken from its allowance;
/// - the attester reports force majeure that the ERP knows; either party may dispute it, and an arbiter rules.
/// Assumptions for liveness: none: an event that nobody disputes, or nobody rules, is applied by anybody.
/// @custom:security-contact See SECURITY.md
interface IOrderChanges is IPurchaseOrders {
    /// @notice Both parties signed another quantity, amount or date.
    /// @dev `toppedUp` came from the buyer, `refunded` went to it; one of them is zero.
    /// @custom:aggregate order:{orderId}
    event OrderAmended(
        uint256 indexed orderId,
        address indexed buyer,
        address indexed supplier,
        uint64 revision,
        uint128 quantity,
        uint128 amount,
        uint40 promisedAt,
        uint128 toppedUp,
        uint128 refunded
    );
    /// @notice The supplier gave up a part of the order; its money went back to the buyer.
    /// @dev `quantity` and `amount` are what left the order.
    /// @custom:aggregate order:{orderId}
    event OrderPartCancelled(
        uint256 indexed orderId,
        address indexed buyer,
        address indexed supplier,
        uint64 revision,
        uint128 quantity,
        uint128 amount,
        uint128 refunded
    );
    /// @notice The attester reported a force majeure that delays the order.
    /// @custom:aggregate order:{orderId}
    event ForceMajeureReported(
        uint256 indexed orderId, bytes32 indexed eventRef, address indexed attester, uint16 delayDays, uint40 disputeBy
    );
    /// @notice Buyer or supplier disputed a reported force majeure.
    /// @custom:aggregate order:{orderId}
    event ForceMajeureDisputed(
        uint256 indexed orderId, address indexed disputant, bytes32 indexed reasonRef, uint40 ruleBy
    );
    /// @notice An arbiter decided by how much a force majeure moves the promised date.
    /// @custom:aggregate order:{orderId}
    event ForceMajeureRuled(
        uint256 indexed orderId,
        address indexed arbiter,
        bytes32 indexed rulingRef,
        uint16 grantedDays,
        uint40 promisedAt,
        uint64 revision
    );
    /// @notice A force majeure that nobody disputed moved the promised date.
    /// @custom:aggregate order:{orderId}
    event ForceMajeureApplied(uint256 indexed orderId, uint16 grantedDays, uint40 promisedAt, uint64 revision);

    error PurchaseOrders_NotAnAmender(address caller);
    error PurchaseOrders_QuantityBelowUnderway(uint256 orderId, uint128 quantity, uint128 underway);
    error PurchaseOrders_AmountBelowAccepted(uint256 orderId, uint128 amount, uint128 acceptedAmount);
    error PurchaseOrders_AmountWithoutQuantity(uint256 orderId, uint128 amount, uint128 acceptedAmount);
    error PurchaseOrders_NoForceMajeure(uint256 orderId);
    error PurchaseOrders_TooManyReports(uint256 orderId, uint256 maxReports);
    error PurchaseOrders_DelayOutOfBounds(uint256 orderId, uint16 delayDays, uint16 maxDays);
    error PurchaseOrders_ForceMajeureDisputedBefore(uint256 orderId);
    error PurchaseOrders_ForceMajeureUndisputed(uint256 orderId);
    error PurchaseOrders_ForceMajeureStands(uint256 orderId, uint256 timestamp, uint256 disputeBy);
    error PurchaseOrders_ForceMajeureDisputable(uint256 orderId, uint256 timestamp, uint256 disputeBy);
    error PurchaseOrders_GrantExceedsReport(uint256 orderId, uint16 grantedDays, uint16 reportedDays);

    /// @notice Changes quantity, amount and promise of the whole order, with what was accepted. 变更.
    /// Takes what the deposit must grow by from the buyer, or returns what it may shrink by. Deliveries received
    /// before keep the lateness they had.
    /// @dev Emits {OrderAmended}, and {OrderClosed} when nothing is left to deliver. Requirements: caller is an
    /// amender; Funded; quantity not below what is underway and at most MAX_QUANTITY; amount not below what was
    /// accepted, not above it when no quantity is left, and at most MAX_AMOUNT; promise unchanged, or ahead by at most
    /// MAX_PROMISE_SECONDS; top-up approved.
    /// @custom:erp OrderAmendment
    /// @custom:pause open
    function amendOrder(uint256 orderId, uint128 quantity, uint128 amount, uint40 promisedAt) external;

    /// @notice The supplier gives up a part of what it has not shipped. 部分取消.
    /// @dev Emits {OrderPartCancelled}; the amount counts against the supplier's credit, and its share of the deposit
    /// returns to the buyer; and {OrderClosed} when nothing is left to deliver. Requirements: Funded; caller is the
    /// supplier; quantity not zero and still open.
    /// @custom:erp OrderPartCancel
    /// @custom:pause open
    function cancelPart(uint256 orderId, uint128 quantity) external;

    /// @notice Reports an event that nobody answers for, and the days by which it delays the order. 不可抗力.
    /// Until it is applied or ruled, a late delivery is neither accepted nor claimed, and the order stays open for as
    /// many days longer. Lateness counts in days, and so does its excuse.
    /// @dev Emits {ForceMajeureReported}. Requirements: Funded; caller is the attester; none pending; fewer than
    /// MAX_FORCE_MAJEURE_REPORTS so far; 0 < days, and with those granted at most MAX_FORCE_MAJEURE_DAYS; reference
    /// not zero.
    /// @param eventRef Commitment to the ERP's risk event.
    /// @custom:erp ForceMajeure
    /// @custom:pause open
    function reportForceMajeure(uint256 orderId, uint16 delayDays, bytes32 eventRef) external;

    /// @notice Disputes a reported force majeure.
    /// @dev Emits {ForceMajeureDisputed}. Requirements: Funded; caller is buyer or supplier; one is pending and not
    /// disputed; reference not zero; within the silence time of the report.
    /// @custom:erp ForceMajeureDispute
    /// @custom:pause open
    function disputeForceMajeure(uint256 orderId, bytes32 reasonRef) external;

    /// @notice Rules how many of the days are granted, and moves the promise by them.
    /// @dev Emits {ForceMajeureRuled}. Requirements: Funded; caller is an arbiter and neither buyer, supplier nor
    /// attester; one is pending and disputed; reference not zero; at most the days reported; within RULING_SECONDS.
    /// @custom:erp ForceMajeureRuling
    /// @custom:pause open
    function ruleForceMajeure(uint256 orderId, uint16 grantedDays, bytes32 rulingRef) external;

    /// @notice Moves the promise by a force majeure that nobody disputed, or nobody ruled. Anybody may call.
    /// @dev Emits {ForceMajeureApplied}. Requirements: Funded; one is pending; its silence time is over, or disputed
    /// and RULING_SECONDS are over.
    /// @custom:erp ForceMajeure
    /// @custom:pause open
    function applyForceMajeure(uint256 orderId) external;
}
