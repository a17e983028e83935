// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { BetMath } from "../libraries/BetMath.sol";
import { BetTypes } from "./BetTypes.sol";
import { IBetAmendments } from "./interfaces/IBetAmendments.sol";
import { IBetBook } from "./interfaces/IBetBook.sol";
import { IBetRules } from "./interfaces/IBetRules.sol";

/// @title BetRules
/// @notice See {IBetRules}.
contract BetRules is IBetRules {
    uint16 public constant MIN_PARTIES = 2;
    uint16 public constant MAX_PARTIES = 128;
    uint256 public constant MAX_TARGETS = 4; // of one party
    uint16 public constant MAX_PERIODS = 60;
    uint64 public constant MAX_AMOUNT = 2 ** 60; // of the pool, and of all stakes: their sum fits the ledger's 63 bits
    uint64 public constant MAX_VALUE = 2 ** 60; // of a tier, a reported figure, an index
    uint32 public constant MAX_SIGN_SECONDS = 90 days; // stakes are not held longer for a bet that may be void
    uint32 public constant MAX_START_SECONDS = 365 days; // after the signatures
    uint32 public constant MIN_WINDOW_SECONDS = 1 hours; // of a period, a report, a dispute, a ruling
    uint32 public constant MAX_WINDOW_SECONDS = 90 days;
    uint32 public constant MAX_PERIOD_SECONDS = 366 days;
    uint32 public constant MAX_RUN_SECONDS = 5 * 366 days; // all periods together
    uint16 public constant MAX_SLOPE_BPS = 50_000; // five times the shortfall
    uint16 public constant MAX_INDEX_BPS = 20_000; // elasticity, and the way up: targets at most treble
    uint16 private constant _BPS = 10_000;

    /* TERMS */

    /// @inheritdoc IBetRules
    function checkTerms(IBetBook.BetTerms calldata terms) external view returns (bytes32) {
        if (terms.termsRef == bytes32(0)) revert BetRules_ZeroReference();
        _checkTerm(terms.groupId, 0, type(uint64).max);
        _checkTerm(terms.partyCount, MIN_PARTIES, MAX_PARTIES);
        _checkTerm(terms.valuePool, 0, MAX_AMOUNT);
        _checkTerm(terms.indexBaseline, 0, MAX_VALUE);
        _checkTerm(terms.indexElasticityBps, 0, MAX_INDEX_BPS);
        _checkTerm(terms.indexMaxUpBps, 0, MAX_INDEX_BPS);
        _checkTerm(terms.indexMaxDownBps, 0, _BPS - 1);
        _checkTerm(terms.signBy, block.timestamp + 1, block.timestamp + MAX_SIGN_SECONDS);
        _checkTerm(terms.start, terms.signBy, uint256(terms.signBy) + MAX_START_SECONDS);
        _checkTerm(terms.periodSeconds, MIN_WINDOW_SECONDS, MAX_PERIOD_SECONDS);
        _checkPeriods(terms.periods, terms.periodSeconds);
        _checkTerm(terms.reportSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(terms.disputeSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(terms.rulingSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        return BetTypes.hashTerms(terms);
    }

    /// @inheritdoc IBetRules
    function checkChange(
        IBetAmendments.ChangeTerms calldata change,
        IBetBook.BetTerms calldata terms,
        uint40 start,
        uint16 periods
    ) external view returns (bytes32) {
        if (change.termsRef == bytes32(0)) revert BetRules_ZeroReference();
        _checkPeriods(change.periods, terms.periodSeconds);
        uint16 fewer = change.periods < periods ? change.periods : periods;
        _checkTerm(change.fromPeriod, 1, fewer);
        uint256 signBy = uint256(start) + uint256(change.fromPeriod) * terms.periodSeconds;
        if (change.start != start) {
            _checkTerm(change.start, start, uint256(start) + MAX_START_SECONDS);
            _checkTerm(change.fromPeriod, 1, 1);
            signBy = start;
        }
        _checkTerm(change.signBy, block.timestamp + 1, signBy);
        return BetTypes.hashChange(change);
    }

    /// @inheritdoc IBetRules
    function measure(bytes32 inForce, IBetBook.PartyTerms calldata terms, uint64[] calldata values, uint16 factorBps)
        external
        pure
        returns (uint16 keptBps, uint16 attainmentBps)
    {
        bytes32 given = BetTypes.hashParty(terms);
        if (given != inForce) revert BetRules_NotTheTerms(terms.account, given, inForce);
        _checkTerm(values.length, terms.targets.length, terms.targets.length);
        uint256 kept;
        uint256 attained;
        for (uint256 i; i < values.length; ++i) {
            _checkTerm(values[i], 0, MAX_VALUE);
            IBetBook.Target calldata target = terms.targets[i];
            uint256 attainment = BetMath.attainmentDown(
                values[i], target.floor, target.base, target.stretch, target.followsIndex ? factorBps : _BPS
            );
            attained += attainment * target.weightBps;
            kept += (attainment < _BPS ? attainment : _BPS) * target.weightBps;
        }
        return (uint16(kept / _BPS), uint16(attained / _BPS));
    }

    /* SIGNATURES */

    /// @inheritdoc IBetRules
    function checkSigned(
        uint256 betId,
        address sponsor,
        bytes32 termsHash,
        bytes32 root,
        IBetBook.SignedPledge calldata signed
    ) external view returns (bytes32 pledgeHash) {
        pledgeHash = _checkPledge(signed.terms, root, signed.proof);
        bytes32 digest = betDigest(msg.sender, betId, sponsor, termsHash, pledgeHash, signed.deadline);
        _checkSignature(signed.terms.account, digest, signed.deadline, signed.signature);
    }

    /// @inheritdoc IBetRules
    function checkAmendmentSigned(
        address bets,
        uint256 betId,
        uint256 amendmentId,
        bytes32 changeHash,
        bytes32 root,
        IBetBook.SignedPledge calldata signed
    ) external view returns (bytes32 pledgeHash) {
        pledgeHash = _checkPledge(signed.terms, root, signed.proof);
        bytes32 digest = amendmentDigest(bets, betId, amendmentId, changeHash, pledgeHash, signed.deadline);
        _checkSignature(signed.terms.account, digest, signed.deadline, signed.signature);
    }

    /// @inheritdoc IBetRules
    function checkEndSigned(
        address bets,
        uint256 betId,
        uint32 round,
        address account,
        uint40 deadline,
        bytes calldata signature
    ) external view {
        _checkSignature(account, endDigest(bets, betId, round, account, deadline), deadline, signature);
    }

    /// @inheritdoc IBetRules
    function betDigest(
        address bets,
        uint256 betId,
        address sponsor,
        bytes32 termsHash,
        bytes32 pledgeHash,
        uint40 deadline
    ) public view returns (bytes32) {
        return _digest(
            bets,
            keccak256(abi.encode(BetTypes.BET_SIGNATURE_TYPEHASH, betId, sponsor, termsHash, pledgeHash, deadline))
        );
    }

    /// @inheritdoc IBetRules
    function amendmentDigest(
        address bets,
        uint256 betId,
        uint256 amendmentId,
        bytes32 changeHash,
        bytes32 pledgeHash,
        uint40 deadline
    ) public view returns (bytes32) {
        return _digest(
            bets,
            keccak256(
                abi.encode(BetTypes.AMENDMENT_SIGNATURE_TYPEHASH, betId, amendmentId, changeHash, pledgeHash, deadline)
            )
        );
    }

    /// @inheritdoc IBetRules
    function endDigest(address bets, uint256 betId, uint32 round, address account, uint40 deadline)
        public
        view
        returns (bytes32)
    {
        return _digest(bets, keccak256(abi.encode(BetTypes.END_SIGNATURE_TYPEHASH, betId, round, account, deadline)));
    }

    /// @inheritdoc IBetRules
    function factor(uint64 value, uint64 baseline, uint16 elasticityBps, uint16 maxUpBps, uint16 maxDownBps)
        external
        pure
        returns (uint16)
    {
        _checkTerm(value, 0, MAX_VALUE);
        return uint16(BetMath.indexFactor(value, baseline, elasticityBps, maxUpBps, maxDownBps));
    }

    /// @inheritdoc IBetRules
    function hashTerms(IBetBook.BetTerms calldata terms) external pure returns (bytes32) {
        return BetTypes.hashTerms(terms);
    }

    /// @inheritdoc IBetRules
    function hashPledge(IBetBook.PartyTerms calldata pledge) external pure returns (bytes32) {
        return BetTypes.hashParty(pledge);
    }

    /// @inheritdoc IBetRules
    function partyLeaf(IBetBook.PartyTerms calldata pledge) external pure returns (bytes32) {
        return BetTypes.leaf(pledge.account, BetTypes.hashParty(pledge));
    }

    /* INTERNALS */

    function _digest(address bets, bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(BetTypes.DOMAIN_TYPEHASH, BetTypes.NAME_HASH, BetTypes.VERSION_HASH, block.chainid, bets)
        );
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    function _checkPledge(IBetBook.PartyTerms calldata pledge, bytes32 root, bytes32[] calldata proof)
        private
        pure
        returns (bytes32 pledgeHash)
    {
        _checkTerm(pledge.stake, 1, MAX_AMOUNT);
        _checkTerm(pledge.shareBps, 0, _BPS);
        _checkTerm(pledge.toleranceBps, 0, _BPS);
        _checkTerm(pledge.slopeBps, 0, MAX_SLOPE_BPS);
        _checkTerm(pledge.capBps, 0, _BPS);
        _checkTargets(pledge.targets);
        pledgeHash = BetTypes.hashParty(pledge);
        if (!MerkleProof.verifyCalldata(proof, root, BetTypes.leaf(pledge.account, pledgeHash))) {
            revert BetRules_NotInTheTree(pledge.account);
        }
    }

    function _checkSignature(address account, bytes32 digest, uint40 deadline, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) revert BetRules_BadSignature(account);
        if (block.timestamp >= deadline) revert BetRules_SignatureExpired(block.timestamp, deadline);
    }

    function _checkTargets(IBetBook.Target[] calldata targets) private pure {
        _checkTerm(targets.length, 1, MAX_TARGETS);
        uint256 weights;
        for (uint256 i; i < targets.length; ++i) {
            IBetBook.Target calldata target = targets[i];
            _checkTerm(target.floor, 0, MAX_VALUE);
            _checkTerm(target.base, 0, MAX_VALUE);
            _checkTerm(target.stretch, 0, MAX_VALUE);
            if (target.floor == target.base) revert BetRules_TargetWithoutDirection(i);
            bool beyond = target.floor < target.base ? target.stretch >= target.base : target.stretch <= target.base;
            if (!beyond) revert BetRules_StretchBelowBase(i);
            weights += target.weightBps;
        }
        if (weights != _BPS) revert BetRules_WeightsNotWhole(weights);
    }

    function _checkPeriods(uint256 periods, uint256 periodSeconds) private pure {
        _checkTerm(periods, 1, MAX_PERIODS);
        _checkTerm(periods * periodSeconds, MIN_WINDOW_SECONDS, MAX_RUN_SECONDS);
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert BetRules_TermOutOfBounds(actual, min, max);
    }
}
