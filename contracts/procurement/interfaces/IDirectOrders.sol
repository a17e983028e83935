// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "./IAwardTaker.sol";
import { IProcurement } from "./IProcurement.sol";

/// @title IDirectOrders
/// @notice Orders without a tender: buyer and supplier sign the same purchase, anybody brings it here. 直接订单.
/// For what a framework agreement has settled, for call-offs of a schedule (`scheduleRoot` in the order's terms), for
/// just-in-time supply, and for purchases too small for a competition.
///
/// Both sign away from the chain (EIP-712; firm accounts by ERC-1271): chain, contract, parties, requisition,
/// quantity, amount and every term of the order are part of what is signed. A signature is good until the deadline,
/// for one order: a buyer's requisition is bought once here. Until then its signer may take it back.
///
/// There is no ceiling on chain: nobody but the buyer pays, and it signed. Above which amount a purchase needs a
/// tender is a rule of the buyer's house, held by the purchasing rules of its ERP, which signs nothing that they
/// refuse.
///
/// Assumptions for safety:
/// - those of {IProcurement};
/// - who signs knows what it signs, and keeps its key.
/// Assumptions for liveness:
/// - the contract keeps its office of awarder.
/// @custom:security-contact See SECURITY.md
interface IDirectOrders is IProcurement {
    /// @notice What both sides sign.
    struct DirectOrder {
        address buyer;
        address supplier;
        bytes32 requisitionRef; // commitment to the ERP requisition; one direct order each
        uint128 quantity; // smallest units of the item
        uint128 amount; // net, minor units
        uint40 deadline; // unix seconds: not opened from here on
        IAwardTaker.OrderTerms order;
    }

    /// @notice A purchase that both sides signed became an order.
    /// @custom:aggregate direct:{directOrderId}
    event DirectOrderOpened(
        uint256 indexed directOrderId,
        address indexed buyer,
        address indexed supplier,
        uint256 orderId,
        bytes32 requisitionRef,
        uint128 quantity,
        uint128 amount
    );
    /// @notice A party took its signature of a purchase back, whether or not anybody had seen it.
    /// @custom:aggregate signature:{digest}
    event DirectSignatureWithdrawn(bytes32 indexed digest, address indexed signer);

    error DirectOrders_SameParty(address account);
    error DirectOrders_Expired(uint256 timestamp, uint40 deadline);
    error DirectOrders_ReferenceSeen(bytes32 requisitionRef, uint256 directOrderId);
    error DirectOrders_NotSigned(address signer);
    error DirectOrders_Withdrawn(address signer, bytes32 digest);
    error DirectOrders_WithdrawnBefore(address signer, bytes32 digest);

    /// @notice Opens an order that both sides signed. Anybody may call. 签订直接订单.
    /// @dev Emits {DirectOrderOpened}. Requirements: buyer is an active buyer, supplier an active supplier, not the
    /// same; neither all obligations nor this contract are stopped; reference not zero; quantity and amount within
    /// bounds; before the deadline; the requisition has no direct order yet; order terms acceptable to the award taker
    /// now; both signatures are over {directOrderDigest} and neither was taken back.
    /// @return orderId The order that came of it.
    /// @custom:erp DirectOrder
    /// @custom:pause stops
    function openDirect(DirectOrder calldata direct, bytes calldata buyerSignature, bytes calldata supplierSignature)
        external
        returns (uint256 orderId);

    /// @notice Takes the caller's signature of a purchase back, before the purchase is an order. 撤回签名.
    /// @dev Emits {DirectSignatureWithdrawn}. Requirements: not taken back before. Of no effect on an order that is
    /// open.
    /// @param digest {directOrderDigest} of what was signed.
    /// @custom:erp none
    /// @custom:pause open
    function withdrawSignature(bytes32 digest) external;

    /// @notice What both sides sign: the EIP-712 digest of a purchase.
    function directOrderDigest(DirectOrder calldata direct) external view returns (bytes32);

    /// @notice The direct order that a buyer's requisition became; zero when none. References are kept per buyer.
    function directOrderFor(address buyer, bytes32 requisitionRef) external view returns (uint256 directOrderId);

    /// @notice True when an account took its signature of a purchase back.
    function isWithdrawn(address signer, bytes32 digest) external view returns (bool);
}
