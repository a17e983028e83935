// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "./IBetBook.sol";

/// @title IBetLens
/// @notice What readers of a bet ask and no contract needs: computed here, stored nowhere. 对赌查询.
///
/// Assumptions for safety: none.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IBetLens {
    error BetLens_NotTheTerms(uint256 betId, bytes32 given, bytes32 proposed);

    /// @notice What a party gets if nothing more is reported: its penalty and its share of the pot, minor units.
    function payoutOf(uint256 betId, address account) external view returns (uint64 penalty, uint64 share);

    /// @notice When the reports of a period may come, unix seconds, [opensAt, closesAt); the value added with the
    /// last.
    /// @param terms As {IBetBook.BetProposed} published them; those of another bet are refused.
    function reportWindow(uint256 betId, uint16 period, IBetBook.BetTerms calldata terms)
        external
        view
        returns (uint256 opensAt, uint256 closesAt);

    /// @notice What a party signs to enter a bet, and to end it: EIP-712 typed data, spelled out in {BetTypes}.
    function betDigest(uint256 betId, bytes32 pledgeHash, uint40 deadline) external view returns (bytes32);

    /// @notice What a party or the newcomer signs to agree to an amendment.
    function amendmentDigest(uint256 betId, uint256 amendmentId, bytes32 pledgeHash, uint40 deadline)
        external
        view
        returns (bytes32);

    /// @notice What a party or the sponsor signs now to end a bet by consent.
    function endDigest(uint256 betId, address account, uint40 deadline) external view returns (bytes32);
}
