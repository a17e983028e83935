// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IOrderAmendments
/// @notice Changes of an order that buyer and supplier both signed. 补充协议.
/// Holds no money and nothing else: it asks for the signatures and hands the change to the purchase orders, whose
/// amender it is. A signature is good for one revision of one order; every change of the order makes it void.
///
/// Assumptions for safety: none beyond the keys of the parties.
/// Assumptions for liveness: none: an order ends without it.
/// @custom:security-contact See SECURITY.md
interface IOrderAmendments {
    /// @notice What buyer and supplier sign by EIP-712, in the domain (OrderAmendments, 1, chain, this contract):
    /// OrderAmendment(uint256 orderId,uint256 revision,uint128 quantity,uint128 amount,uint40 promisedAt,uint40
    /// deadline), without the space.
    struct OrderAmendment {
        uint256 orderId;
        uint256 revision; // the order's, plus one
        uint128 quantity; // of the whole order, with what was accepted
        uint128 amount; // of the whole order, with what was accepted
        uint40 promisedAt;
        uint40 deadline; // submitted before this time
    }

    error OrderAmendments_WrongRevision(uint256 orderId, uint256 revision, uint256 expected);
    error OrderAmendments_NotSigned(uint256 orderId, address account);
    error OrderAmendments_Expired(uint256 orderId, uint256 timestamp, uint256 deadline);

    /// @notice Changes an order as its buyer and its supplier signed. Anybody may submit it.
    /// @dev Emits {IOrderChanges-OrderAmended}. Requirements: revision is the order's next; signed by buyer and
    /// supplier (contracts sign by ERC-1271); before the deadline; and those of {IOrderChanges-amendOrder}.
    /// @custom:erp OrderAmendment
    /// @custom:pause open
    function amend(OrderAmendment calldata amendment, bytes calldata buyerSignature, bytes calldata supplierSignature)
        external;
}
