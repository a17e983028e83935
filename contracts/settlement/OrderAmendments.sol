// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { IOrderAmendments } from "./interfaces/IOrderAmendments.sol";
import { IOrderChanges } from "./interfaces/IOrderChanges.sol";
import { IPurchaseOrders } from "./interfaces/IPurchaseOrders.sol";

/// @title OrderAmendments
/// @notice See {IOrderAmendments}.
contract OrderAmendments is IOrderAmendments, EIP712 {
    bytes32 private constant _TYPEHASH = keccak256(
        "OrderAmendment(uint256 orderId,uint256 revision,uint128 quantity,"
        "uint128 amount,uint40 promisedAt,uint40 deadline)"
    );

    IOrderChanges private immutable _ORDERS;

    constructor(IOrderChanges orders) EIP712("OrderAmendments", "1") {
        _ORDERS = orders;
    }

    /// @inheritdoc IOrderAmendments
    function amend(OrderAmendment calldata amendment, bytes calldata buyerSignature, bytes calldata supplierSignature)
        external
    {
        uint256 orderId = amendment.orderId;
        IPurchaseOrders.Order memory order = _ORDERS.order(orderId);
        uint256 expected = uint256(order.revision) + 1;
        if (amendment.revision != expected) {
            revert OrderAmendments_WrongRevision(orderId, amendment.revision, expected);
        }
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_TYPEHASH, amendment)));
        _checkSignature(orderId, order.buyer, digest, buyerSignature);
        _checkSignature(orderId, order.supplier, digest, supplierSignature);
        if (block.timestamp >= amendment.deadline) {
            revert OrderAmendments_Expired(orderId, block.timestamp, amendment.deadline);
        }

        _ORDERS.amendOrder(orderId, amendment.quantity, amendment.amount, amendment.promisedAt);
    }

    function _checkSignature(uint256 orderId, address signer, bytes32 digest, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNow(signer, digest, signature)) {
            revert OrderAmendments_NotSigned(orderId, signer);
        }
    }
}
