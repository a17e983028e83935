// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IOrderTerms } from "../../procurement/interfaces/IOrderTerms.sol";

/// @title IOrderRules
/// @notice What the purchase orders only check: terms within their bounds, amendments that both parties signed. 订单规则.
/// Holds no money, no office and no state.
///
/// Assumptions for safety: none beyond the keys of the parties.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IOrderRules is IOrderTerms {
    /// @notice What buyer and supplier sign by EIP-712, in the domain (PurchaseOrders, 1, chain, the purchase orders):
    /// OrderAmendment(uint256 orderId,uint256 revision,uint128 quantity,uint128 amount,uint40 promisedAt,bytes32
    /// scheduleRoot,uint40 deadline), without the line break.
    struct OrderAmendment {
        uint256 orderId;
        uint256 revision; // the order's, plus one
        uint128 quantity; // of the whole order, with what was accepted
        uint128 amount; // of the whole order, with what was accepted
        uint40 promisedAt;
        bytes32 scheduleRoot; // of the promises per delivery from now on; zero: no schedule
        uint40 deadline; // submitted before this time
    }

    error OrderRules_PromiseBeforeAward(uint40 promisedAt, uint40 awardedAt);
    error OrderRules_NotSigned(uint256 orderId, address account);
    error OrderRules_Expired(uint256 orderId, uint256 timestamp, uint256 deadline);

    /// @notice Reverts unless both parties signed the amendment of an order of the caller, and it has not expired.
    function checkAmendment(
        OrderAmendment calldata amendment,
        address buyer,
        address supplier,
        bytes calldata buyerSignature,
        bytes calldata supplierSignature
    ) external view;

    /// @notice What both parties sign, for an order of these purchase orders.
    function amendmentDigest(address orders, OrderAmendment calldata amendment) external view returns (bytes32);
}
