// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IOrderRules } from "./IOrderRules.sol";
import { IPurchaseOrders } from "./IPurchaseOrders.sol";

/// @title IOrderChanges
/// @notice How an order that runs can still change: by both signatures, or by the supplier giving up a part. 订单变更.
/// After a change of quantity or amount the rest is based anew: what was accepted keeps its amount, and the remaining
/// amount is spread over the remaining quantity, again exact to the last unit. Each change counts the order's revision
/// up, which makes every amendment signed before it void.
///
/// Assumptions for safety:
/// - a buyer that signs an amendment means to pay what its deposit grows by, which is taken from its allowance.
/// Assumptions for liveness: none: an order ends without it.
/// @custom:security-contact See SECURITY.md
interface IOrderChanges is IPurchaseOrders {
    /// @notice Both parties signed another quantity, amount, date or schedule.
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
        bytes32 scheduleRoot,
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

    /// @notice Changes quantity, amount, promise and schedule of the whole order, with what was accepted, as its
    /// buyer and its supplier signed. Anybody may submit it. 变更.
    /// Takes what the deposit must grow by from the buyer, or returns what it may shrink by. Deliveries received
    /// before keep the lateness they had.
    /// @dev Emits {OrderAmended}, and {OrderClosed} when nothing is left to deliver and nothing to dispute.
    /// Requirements: Funded; revision is the order's next; signed by buyer and supplier (contracts sign by ERC-1271),
    /// before the deadline, see {IOrderRules-checkAmendment}; quantity not below what is underway and at most
    /// MAX_QUANTITY; amount not below what was accepted, not above it when no quantity is left, and at most
    /// MAX_AMOUNT; promise unchanged, or ahead by at most MAX_PROMISE_SECONDS; top-up approved.
    /// @custom:erp OrderAmendment
    /// @custom:pause open
    function amend(
        IOrderRules.OrderAmendment calldata amendment,
        bytes calldata buyerSignature,
        bytes calldata supplierSignature
    ) external;

    /// @notice The supplier gives up a part of what it has not shipped. 部分取消.
    /// @dev Emits {OrderPartCancelled}; the amount counts against the supplier's credit, and its share of the deposit
    /// returns to the buyer; and {OrderClosed} when nothing is left to deliver and nothing to dispute. Requirements:
    /// Funded; caller is the supplier; quantity not zero and still open.
    /// @custom:erp OrderPartCancel
    /// @custom:pause open
    function cancelPart(uint256 orderId, uint128 quantity) external;
}
