// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IReceivables
/// @notice Accepted, matched, not yet due payables as transferable claims. 应收账款（供应链金融）.
interface IReceivables {
    /// @notice Turns a payable that is not yet due into a claim of the supplier; the caller's tokens cover it whole.
    /// @dev Requirements: caller is a claim issuer and has approved `amount`; the due date lies ahead. The tokens are
    /// taken by {transferFrom} in this call: a claim is never larger than the money behind it.
    /// @param amount Minor units.
    /// @param dueAt Unix seconds from which the holder is paid.
    function issue(uint256 orderId, uint256 deliveryId, address supplier, address buyer, uint128 amount, uint40 dueAt)
        external
        returns (uint256 claimId);
}
