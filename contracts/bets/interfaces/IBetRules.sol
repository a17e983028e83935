// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "./IBetAmendments.sol";
import { IBetBook } from "./IBetBook.sol";

/// @title IBetRules
/// @notice Which terms a bet may have, what exactly is signed, and how figures are measured. 契约条款规则. Holds nothing and
/// changes nothing.
///
/// Assumptions for safety: none.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IBetRules {
    error BetRules_ZeroReference();
    error BetRules_TermOutOfBounds(uint256 actual, uint256 min, uint256 max);
    error BetRules_TargetWithoutDirection(uint256 index);
    error BetRules_StretchBelowBase(uint256 index);
    error BetRules_WeightsNotWhole(uint256 weightsBps);
    error BetRules_NotInTheTree(address account);
    error BetRules_NotTheTerms(address account, bytes32 given, bytes32 inForce);
    error BetRules_BadSignature(address account);
    error BetRules_SignatureExpired(uint256 timestamp, uint40 deadline);

    /// @notice Refuses terms that a bet must not have.
    /// @dev Requirements: a reference; 2 to MAX_PARTIES parties; group, pool, index and windows within bounds; now <
    /// signBy <= start.
    /// @return termsHash EIP-712 hash of the terms.
    function checkTerms(IBetBook.BetTerms calldata terms) external view returns (bytes32 termsHash);

    /// @notice Refuses a change that a running bet must not have.
    /// @dev Requirements: a reference; now < signBy <= end of fromPeriod; periods within bounds, fromPeriod among
    /// the old and the new; a later start only while the bet has not begun, from the first period on, and signed
    /// before the old one.
    /// @param terms As proposed.
    /// @param start As agreed last.
    /// @param periods As agreed last.
    /// @return changeHash EIP-712 hash of the change.
    function checkChange(
        IBetAmendments.ChangeTerms calldata change,
        IBetBook.BetTerms calldata terms,
        uint40 start,
        uint16 periods
    ) external view returns (bytes32 changeHash);

    /// @notice Refuses a pledge that no party may make, that is no leaf of the tree, or that its party did not sign
    /// for a bet of the caller.
    /// @dev Requirements: stake, share and curve within bounds; 1 to MAX_TARGETS targets; floor differs from base;
    /// stretch not short of base; tiers at most MAX_VALUE; weights make 10,000; proof leads to the root; signature
    /// of {betDigest} valid (contracts by ERC-1271), before its deadline.
    /// @return pledgeHash EIP-712 hash of the pledge.
    function checkSigned(
        uint256 betId,
        address sponsor,
        bytes32 termsHash,
        bytes32 root,
        IBetBook.SignedPledge calldata signed
    ) external view returns (bytes32 pledgeHash);

    /// @notice As {checkSigned}, for an amendment of a bet of `bets`: the signature is that of {amendmentDigest}.
    function checkAmendmentSigned(
        address bets,
        uint256 betId,
        uint256 amendmentId,
        bytes32 changeHash,
        bytes32 root,
        IBetBook.SignedPledge calldata signed
    ) external view returns (bytes32 pledgeHash);

    /// @notice Refuses what is no signature of {endDigest} for a bet of `bets`, or no longer good.
    function checkEndSigned(
        address bets,
        uint256 betId,
        uint32 round,
        address account,
        uint40 deadline,
        bytes calldata signature
    ) external view;

    /// @notice What a party attained by these values: all targets weighted, and the same without what was surpassed:
    /// one target does not make up for another.
    /// @dev Requirements: the terms are those of this hash; one value per target, each at most MAX_VALUE.
    /// @param inForce Hash of the party's terms that are in force.
    /// @param factorBps By what indexed targets are multiplied.
    function measure(bytes32 inForce, IBetBook.PartyTerms calldata terms, uint64[] calldata values, uint16 factorBps)
        external
        pure
        returns (uint16 keptBps, uint16 attainmentBps);

    /// @notice By what the indexed targets of a period are multiplied, basis points: {BetMath.indexFactor}.
    /// @dev Requirements: value at most MAX_VALUE.
    function factor(uint64 value, uint64 baseline, uint16 elasticityBps, uint16 maxUpBps, uint16 maxDownBps)
        external
        pure
        returns (uint16);

    /// @notice EIP-712 hash of the terms of a bet.
    function hashTerms(IBetBook.BetTerms calldata terms) external pure returns (bytes32);

    /// @notice EIP-712 hash of a pledge.
    function hashPledge(IBetBook.PartyTerms calldata pledge) external pure returns (bytes32);

    /// @notice The leaf of a party in the tree of parties.
    function partyLeaf(IBetBook.PartyTerms calldata pledge) external pure returns (bytes32);

    /// @notice What a party signs to enter a bet of `bets`: EIP-712 typed data, spelled out in {BetTypes}.
    /// @param pledgeHash {hashPledge} of its terms.
    function betDigest(
        address bets,
        uint256 betId,
        address sponsor,
        bytes32 termsHash,
        bytes32 pledgeHash,
        uint40 deadline
    ) external view returns (bytes32);

    /// @notice What a party or newcomer signs to agree to an amendment.
    function amendmentDigest(
        address bets,
        uint256 betId,
        uint256 amendmentId,
        bytes32 changeHash,
        bytes32 pledgeHash,
        uint40 deadline
    ) external view returns (bytes32);

    /// @notice What a party or the sponsor signs to end a bet.
    function endDigest(address bets, uint256 betId, uint32 round, address account, uint40 deadline)
        external
        view
        returns (bytes32);
}
