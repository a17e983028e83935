// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "./IAwardTaker.sol";

/// @title IOrderTerms
/// @notice Who says whether an order can have these terms: a room asks before it publishes them.
interface IOrderTerms {
    /// @notice Reverts unless the posts exist and the terms are within their bounds, for an award at `awardedAt` or
    /// later.
    function checkTerms(IAwardTaker.OrderTerms calldata terms, uint40 awardedAt) external view;
}
