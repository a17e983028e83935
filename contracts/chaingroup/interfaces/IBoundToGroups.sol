// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IBoundToGroups
/// @notice A contract that one {IChainGroups} relies on and that asks that one back. It is deployed first; the chain
/// groups bind it to themselves in their constructor, and nobody can bind it again.
/// Safe, because chain groups that found it bound already cannot be deployed at all: whoever is quicker spoils a
/// deployment before anybody has approved money to it, and never stands between two contracts that are in use.
/// @custom:security-contact See SECURITY.md
interface IBoundToGroups {
    error BoundToGroups_AlreadyBound(address groups);
    error BoundToGroups_NotTheGroups(address caller, address groups);

    /// @notice Binds this contract to the caller, for good.
    /// @dev Requirements: not bound.
    /// @custom:erp -
    /// @custom:pause open
    function bindGroups() external;

    /// @notice The chain groups that this contract serves; zero before they are deployed.
    function groups() external view returns (address);
}
