// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetContracts } from "./IBetContracts.sol";

/// @title IBetRules
/// @notice Which terms a bet may have, and what exactly is signed. 契约条款规则. Holds nothing and changes nothing.
///
/// Assumptions for safety: none.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IBetRules {
    error BetRules_ReporterWithoutOffice(address reporter);
    error BetRules_ArbiterWithoutOffice(address arbiter);
    error BetRules_RolesNotSeparate(address sponsor, address reporter, address arbiter);
    error BetRules_ZeroReference();
    error BetRules_TermOutOfBounds(uint256 actual, uint256 min, uint256 max);
    error BetRules_TargetWithoutDirection(uint256 index);
    error BetRules_StretchBelowBase(uint256 index);
    error BetRules_WeightsNotWhole(uint256 weightsBps);

    /// @notice Refuses terms that a bet must not have.
    /// @dev Requirements: reporter and arbiter hold their offices; sponsor, reporter and arbiter are three; a
    /// reference; 2 to MAX_PARTIES parties; pool, index and windows within bounds; now < signBy <= start.
    /// @return termsHash EIP-712 hash of the terms.
    function checkTerms(IBetContracts.BetTerms calldata terms, address sponsor)
        external
        view
        returns (bytes32 termsHash);

    /// @notice Refuses a pledge that no party may make.
    /// @dev Requirements: stake, share and curve within bounds; targets as in {checkTargets}.
    /// @return pledgeHash EIP-712 hash of the pledge.
    function checkPledge(IBetContracts.PartyTerms calldata pledge) external pure returns (bytes32 pledgeHash);

    /// @notice Refuses targets that cannot be measured.
    /// @dev Requirements: 1 to MAX_TARGETS; floor differs from base; stretch not short of base; tiers at most
    /// MAX_VALUE; weights make 10,000.
    /// @return targetsHash EIP-712 hash of the list.
    function checkTargets(IBetContracts.Target[] calldata targets) external pure returns (bytes32 targetsHash);

    /// @notice What a party attained by these values: all targets weighted, and the same without what was surpassed:
    /// one target does not make up for another.
    /// @dev Requirements: one value per target, each at most MAX_VALUE.
    /// @param factorBps By what indexed targets are multiplied.
    function measure(IBetContracts.Target[] calldata targets, uint64[] calldata values, uint16 factorBps)
        external
        pure
        returns (uint16 keptBps, uint16 attainmentBps);

    /// @notice The leaf of a party in the tree of parties.
    function partyLeaf(IBetContracts.PartyTerms calldata pledge) external pure returns (bytes32);

    /// @notice The leaf of a party in the tree of an amendment.
    function targetsLeaf(address account, IBetContracts.Target[] calldata targets) external pure returns (bytes32);
}
