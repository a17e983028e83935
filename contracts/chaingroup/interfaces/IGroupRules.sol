// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "./IChainGroups.sol";

/// @title IGroupRules
/// @notice What the terms of a chain group must keep to. It stores nothing.
///
/// Assumptions for safety: none.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IGroupRules {
    error GroupRules_AmountOutOfBounds(uint256 amount, uint256 maxAmount);
    error GroupRules_RateOutOfBounds(uint16 rateBps, uint16 maxBps);
    error GroupRules_ReviewsMissing(uint256 roleId);

    /// @notice Checks what a leader publishes; returns the sum of the roles' pay.
    /// @dev Requirements: references not zero; the post is a reporter's; target, amounts, rates and windows within
    /// bounds; no floor above the most; a role with a review mark names a number of reviews.
    function checkGroup(IChainGroups.GroupTerms calldata terms, IChainGroups.RoleTerms[] calldata roles)
        external
        view
        returns (uint128 budget);

    /// @notice Checks the terms of one role.
    function checkRole(uint256 roleId, IChainGroups.RoleTerms calldata terms) external pure;
}
