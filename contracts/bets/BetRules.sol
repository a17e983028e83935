// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { Offices } from "../identity/Offices.sol";
import { BetMath } from "../libraries/BetMath.sol";
import { BetTypes } from "./BetTypes.sol";
import { IBetContracts } from "./interfaces/IBetContracts.sol";
import { IBetRules } from "./interfaces/IBetRules.sol";

/// @title BetRules
/// @notice See {IBetRules}.
contract BetRules is IBetRules {
    uint16 public constant MIN_PARTIES = 2;
    uint16 public constant MAX_PARTIES = 128;
    uint256 public constant MAX_TARGETS = 4; // of one party
    uint16 public constant MAX_PERIODS = 60;
    uint128 public constant MAX_AMOUNT = 2 ** 60; // of the pool, and of all stakes: their sum fits the ledger's 63 bits
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

    IAccessControl private immutable _OFFICES;

    constructor(IAccessControl offices) {
        _OFFICES = offices;
    }

    /// @inheritdoc IBetRules
    function checkTerms(IBetContracts.BetTerms calldata terms, address sponsor) external view returns (bytes32) {
        _checkRoles(terms, sponsor);
        if (terms.termsRef == bytes32(0)) revert BetRules_ZeroReference();
        _checkTerm(terms.partyCount, MIN_PARTIES, MAX_PARTIES);
        _checkTerm(terms.valuePool, 0, MAX_AMOUNT);
        _checkTerm(terms.indexBaseline, 0, MAX_VALUE);
        _checkTerm(terms.indexElasticityBps, 0, MAX_INDEX_BPS);
        _checkTerm(terms.indexMaxUpBps, 0, MAX_INDEX_BPS);
        _checkTerm(terms.indexMaxDownBps, 0, _BPS - 1);
        _checkTimes(terms);
        return BetTypes.hashTerms(terms);
    }

    /// @inheritdoc IBetRules
    function checkPledge(IBetContracts.PartyTerms calldata pledge) external pure returns (bytes32) {
        _checkTerm(pledge.stake, 1, MAX_AMOUNT);
        _checkTerm(pledge.shareBps, 0, _BPS);
        _checkTerm(pledge.toleranceBps, 0, _BPS);
        _checkTerm(pledge.slopeBps, 0, MAX_SLOPE_BPS);
        _checkTerm(pledge.capBps, 0, _BPS);
        return BetTypes.hashParty(pledge, checkTargets(pledge.targets));
    }

    /// @inheritdoc IBetRules
    function checkTargets(IBetContracts.Target[] calldata targets) public pure returns (bytes32) {
        _checkTerm(targets.length, 1, MAX_TARGETS);
        uint256 weights;
        for (uint256 i; i < targets.length; ++i) {
            IBetContracts.Target calldata target = targets[i];
            _checkTerm(target.floor, 0, MAX_VALUE);
            _checkTerm(target.base, 0, MAX_VALUE);
            _checkTerm(target.stretch, 0, MAX_VALUE);
            if (target.floor == target.base) revert BetRules_TargetWithoutDirection(i);
            bool beyond = target.floor < target.base ? target.stretch >= target.base : target.stretch <= target.base;
            if (!beyond) revert BetRules_StretchBelowBase(i);
            weights += target.weightBps;
        }
        if (weights != _BPS) revert BetRules_WeightsNotWhole(weights);
        return BetTypes.hashTargets(targets);
    }

    /// @inheritdoc IBetRules
    function measure(IBetContracts.Target[] calldata targets, uint64[] calldata values, uint16 factorBps)
        external
        pure
        returns (uint16 keptBps, uint16 attainmentBps)
    {
        _checkTerm(values.length, targets.length, targets.length);
        uint256 kept;
        uint256 attained;
        for (uint256 i; i < values.length; ++i) {
            _checkTerm(values[i], 0, MAX_VALUE);
            IBetContracts.Target calldata target = targets[i];
            uint256 attainment = BetMath.attainmentDown(
                values[i], target.floor, target.base, target.stretch, target.followsIndex ? factorBps : _BPS
            );
            attained += attainment * target.weightBps;
            kept += (attainment < _BPS ? attainment : _BPS) * target.weightBps;
        }
        return (uint16(kept / _BPS), uint16(attained / _BPS));
    }

    /// @inheritdoc IBetRules
    function partyLeaf(IBetContracts.PartyTerms calldata pledge) external pure returns (bytes32) {
        return BetTypes.leaf(pledge.account, BetTypes.hashParty(pledge, BetTypes.hashTargets(pledge.targets)));
    }

    /// @inheritdoc IBetRules
    function targetsLeaf(address account, IBetContracts.Target[] calldata targets) external pure returns (bytes32) {
        return BetTypes.leaf(account, BetTypes.hashTargets(targets));
    }

    function _checkRoles(IBetContracts.BetTerms calldata terms, address sponsor) private view {
        if (!_OFFICES.hasRole(Offices.REPORTER, terms.reporter)) {
            revert BetRules_ReporterWithoutOffice(terms.reporter);
        }
        if (!_OFFICES.hasRole(Offices.ARBITER, terms.arbiter)) revert BetRules_ArbiterWithoutOffice(terms.arbiter);
        if (terms.reporter == terms.arbiter || sponsor == terms.reporter || sponsor == terms.arbiter) {
            revert BetRules_RolesNotSeparate(sponsor, terms.reporter, terms.arbiter);
        }
    }

    function _checkTimes(IBetContracts.BetTerms calldata terms) private view {
        _checkTerm(terms.signBy, block.timestamp + 1, block.timestamp + MAX_SIGN_SECONDS);
        _checkTerm(terms.start, terms.signBy, uint256(terms.signBy) + MAX_START_SECONDS);
        _checkTerm(terms.periods, 1, MAX_PERIODS);
        _checkTerm(terms.periodSeconds, MIN_WINDOW_SECONDS, MAX_PERIOD_SECONDS);
        _checkTerm(uint256(terms.periods) * terms.periodSeconds, MIN_WINDOW_SECONDS, MAX_RUN_SECONDS);
        _checkTerm(terms.reportSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(terms.disputeSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(terms.rulingSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert BetRules_TermOutOfBounds(actual, min, max);
    }
}
