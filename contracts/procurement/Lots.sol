// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "./interfaces/ITenders.sol";

/// @title Lots
/// @notice What the lots of one purchase have in common. Pure.
library Lots {
    /// @notice Whether two lots have the same windows and the same invited.
    function goTogether(ITenders.TenderTerms calldata one, ITenders.TenderTerms calldata other)
        internal
        pure
        returns (bool)
    {
        return one.commitSeconds == other.commitSeconds && one.revealSeconds == other.revealSeconds
            && one.reviewSeconds == other.reviewSeconds && one.invitedRoot == other.invitedRoot;
    }
}
