// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { IPosts } from "../identity/interfaces/IPosts.sol";
import { Offices } from "../identity/Offices.sol";
import { IAwardTaker } from "../procurement/interfaces/IAwardTaker.sol";
import { IOrderTerms } from "../procurement/interfaces/IOrderTerms.sol";
import { IRoom } from "../room/IRoom.sol";
import { IOrderRules } from "./interfaces/IOrderRules.sol";

/// @title OrderRules
/// @notice See {IOrderRules}.
contract OrderRules is IOrderRules {
    uint32 public constant MIN_FUND_SECONDS = 1 hours;
    uint32 public constant MAX_FUND_SECONDS = 90 days;
    uint32 public constant MAX_GRACE_SECONDS = 2 * 365 days; // the latest a delivery may leave after its promise
    uint32 public constant MIN_SILENCE_SECONDS = 1 days; // an attester needs time to come back from an outage
    uint32 public constant MAX_SILENCE_SECONDS = 365 days;
    uint24 public constant MAX_PAYMENT_SECONDS = 180 days;
    uint32 public constant MAX_PROMISE_SECONDS = 10 * 365 days; // a typo holds no money for ever
    uint16 public constant MAX_BPS = 10_000;

    bytes32 private constant _DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant _AMENDMENT_TYPEHASH = keccak256(
        "OrderAmendment(uint256 orderId,uint256 revision,uint128 quantity,uint128 amount,uint40 promisedAt,"
        "bytes32 scheduleRoot,uint40 deadline)"
    );

    IPosts private immutable _POSTS;

    constructor(IPosts posts) {
        _POSTS = posts;
    }

    /* TERMS */

    /// @inheritdoc IOrderTerms
    function checkTerms(IAwardTaker.OrderTerms calldata terms, uint40 awardedAt) external view {
        _checkPost(terms.attesterPost, Offices.ATTESTER);
        _checkPost(terms.arbiterPost, Offices.ARBITER);
        _checkTerm(terms.fundSeconds, MIN_FUND_SECONDS, MAX_FUND_SECONDS);
        _checkTerm(terms.graceSeconds, 0, MAX_GRACE_SECONDS);
        _checkTerm(terms.silenceSeconds, MIN_SILENCE_SECONDS, MAX_SILENCE_SECONDS);
        _checkTerm(terms.latenessBpsPerDay, 0, MAX_BPS);
        _checkTerm(terms.latenessCapBps, 0, MAX_BPS);
        _checkTerm(terms.taxBps, 0, MAX_BPS);
        _checkTerm(terms.toleranceBps, 0, MAX_BPS);
        _checkTerm(terms.paymentSeconds, 0, MAX_PAYMENT_SECONDS);
        if (terms.promisedAt <= awardedAt) revert OrderRules_PromiseBeforeAward(terms.promisedAt, awardedAt);
        _checkTerm(terms.promisedAt, awardedAt, uint256(awardedAt) + MAX_PROMISE_SECONDS);
    }

    /* AMENDMENTS */

    /// @inheritdoc IOrderRules
    function checkAmendment(
        OrderAmendment calldata amendment,
        address buyer,
        address supplier,
        bytes calldata buyerSignature,
        bytes calldata supplierSignature
    ) external view {
        bytes32 digest = amendmentDigest(msg.sender, amendment);
        _checkSignature(amendment.orderId, buyer, digest, buyerSignature);
        _checkSignature(amendment.orderId, supplier, digest, supplierSignature);
        if (block.timestamp >= amendment.deadline) {
            revert OrderRules_Expired(amendment.orderId, block.timestamp, amendment.deadline);
        }
    }

    /// @inheritdoc IOrderRules
    function amendmentDigest(address orders, OrderAmendment calldata amendment) public view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(_DOMAIN_TYPEHASH, keccak256("PurchaseOrders"), keccak256("1"), block.chainid, orders)
        );
        return MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(_AMENDMENT_TYPEHASH, amendment)));
    }

    /* INTERNALS */

    function _checkSignature(uint256 orderId, address signer, bytes32 digest, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNow(signer, digest, signature)) {
            revert OrderRules_NotSigned(orderId, signer);
        }
    }

    function _checkPost(uint32 postId, bytes32 office) private view {
        if (!_POSTS.isPostOf(postId, office)) revert IRoom.Room_NotAPostOf(postId, office);
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert IRoom.Room_TermOutOfBounds(actual, min, max);
    }
}
