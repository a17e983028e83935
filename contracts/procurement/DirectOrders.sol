// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { IAwardTaker } from "./interfaces/IAwardTaker.sol";
import { IDirectOrders } from "./interfaces/IDirectOrders.sol";
import { Procurement } from "./Procurement.sol";

/// @title DirectOrders
/// @notice See {IDirectOrders}.
contract DirectOrders is IDirectOrders, Procurement, EIP712 {
    bytes32 public constant ORDER_TERMS_TYPEHASH = keccak256(
        "OrderTerms(uint32 attesterPost,uint32 arbiterPost,bytes32 region,bytes32 scheduleRoot,uint40 promisedAt,"
        "uint32 fundSeconds,uint32 graceSeconds,uint32 silenceSeconds,uint16 latenessBpsPerDay,uint16 latenessCapBps,"
        "uint16 taxBps,uint16 toleranceBps,uint24 paymentSeconds)"
    );
    bytes32 public constant DIRECT_ORDER_TYPEHASH = keccak256(
        "DirectOrder(address buyer,address supplier,bytes32 requisitionRef,uint128 quantity,uint128 amount,"
        "uint40 deadline,OrderTerms order)"
        "OrderTerms(uint32 attesterPost,uint32 arbiterPost,bytes32 region,bytes32 scheduleRoot,uint40 promisedAt,"
        "uint32 fundSeconds,uint32 graceSeconds,uint32 silenceSeconds,uint16 latenessBpsPerDay,uint16 latenessCapBps,"
        "uint16 taxBps,uint16 toleranceBps,uint24 paymentSeconds)"
    );

    uint256 private _count;
    mapping(address buyer => mapping(bytes32 requisitionRef => uint256 directOrderId)) private _directOrderFor;
    mapping(address signer => mapping(bytes32 digest => bool)) private _withdrawn;

    constructor(IParticipants participants, IAwardTaker awardTaker, uint256 edition)
        Procurement(participants, awardTaker, edition)
        EIP712("DirectOrders", "1")
    { }

    /* OPEN */

    /// @inheritdoc IDirectOrders
    function openDirect(DirectOrder calldata direct, bytes calldata buyerSignature, bytes calldata supplierSignature)
        external
        returns (uint256 orderId)
    {
        _checkMayOpen(direct.buyer, Offices.BUYER);
        _checkMayOpen(direct.supplier, Offices.SUPPLIER);
        if (direct.buyer == direct.supplier) revert DirectOrders_SameParty(direct.buyer);
        _checkPurchase(direct.requisitionRef, direct.quantity, direct.amount);
        if (block.timestamp >= direct.deadline) revert DirectOrders_Expired(block.timestamp, direct.deadline);
        uint256 directOrderId = _directOrderFor[direct.buyer][direct.requisitionRef];
        if (directOrderId != 0) revert DirectOrders_ReferenceSeen(direct.requisitionRef, directOrderId);
        _ORDER_TERMS.checkTerms(direct.order, uint40(block.timestamp));
        bytes32 digest = directOrderDigest(direct);
        _checkSignature(direct.buyer, digest, buyerSignature);
        _checkSignature(direct.supplier, digest, supplierSignature);

        directOrderId = _numberOf(++_count);
        _directOrderFor[direct.buyer][direct.requisitionRef] = directOrderId;
        // The order's id comes from the award taker, whose code is fixed at deployment; the reference is used up by
        // now.
        orderId = _AWARD_TAKER.takeAward(
            IAwardTaker.Award({
                tenderId: directOrderId,
                requisitionRef: direct.requisitionRef,
                buyer: direct.buyer,
                supplier: direct.supplier,
                quantity: direct.quantity,
                amount: direct.amount,
                terms: direct.order
            })
        );
        // slither-disable-next-line reentrancy-events
        emit DirectOrderOpened(
            directOrderId, direct.buyer, direct.supplier, orderId, direct.requisitionRef, direct.quantity, direct.amount
        );
    }

    /* WITHDRAW */

    /// @inheritdoc IDirectOrders
    function withdrawSignature(bytes32 digest) external {
        if (_withdrawn[msg.sender][digest]) revert DirectOrders_WithdrawnBefore(msg.sender, digest);
        _withdrawn[msg.sender][digest] = true;
        emit DirectSignatureWithdrawn(digest, msg.sender);
    }

    /* VIEWS */

    /// @inheritdoc IDirectOrders
    function directOrderDigest(DirectOrder calldata direct) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    DIRECT_ORDER_TYPEHASH,
                    direct.buyer,
                    direct.supplier,
                    direct.requisitionRef,
                    direct.quantity,
                    direct.amount,
                    direct.deadline,
                    keccak256(abi.encode(ORDER_TERMS_TYPEHASH, direct.order))
                )
            )
        );
    }

    /// @inheritdoc IDirectOrders
    function directOrderFor(address buyer, bytes32 requisitionRef) external view returns (uint256 directOrderId) {
        return _directOrderFor[buyer][requisitionRef];
    }

    /// @inheritdoc IDirectOrders
    function isWithdrawn(address signer, bytes32 digest) external view returns (bool) {
        return _withdrawn[signer][digest];
    }

    /* INTERNALS */

    function _checkSignature(address signer, bytes32 digest, bytes calldata signature) private view {
        if (_withdrawn[signer][digest]) revert DirectOrders_Withdrawn(signer, digest);
        if (!SignatureChecker.isValidSignatureNow(signer, digest, signature)) revert DirectOrders_NotSigned(signer);
    }
}
