// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBoundToGroups } from "./interfaces/IBoundToGroups.sol";
import { IGroupChanges } from "./interfaces/IGroupChanges.sol";

/// @title BoundToGroups
/// @notice See {IBoundToGroups}.
abstract contract BoundToGroups is IBoundToGroups {
    IGroupChanges internal _boundGroups;

    /// @inheritdoc IBoundToGroups
    function bindGroups() external {
        if (address(_boundGroups) != address(0)) revert BoundToGroups_AlreadyBound(address(_boundGroups));
        _boundGroups = IGroupChanges(msg.sender);
    }

    /// @inheritdoc IBoundToGroups
    function groups() external view returns (address) {
        return address(_boundGroups);
    }

    function _checkGroups() internal view {
        if (msg.sender != address(_boundGroups)) revert BoundToGroups_NotTheGroups(msg.sender, address(_boundGroups));
    }
}
