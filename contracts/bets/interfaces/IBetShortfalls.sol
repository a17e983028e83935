// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IBetShortfalls
/// @notice How far a party of a bet stays behind its targets; joins {IBetOutcomes} with the bets of the second edition.
interface IBetShortfalls {
    /// @notice Sum of a party's shortfalls over the periods measured so far, how many those are, and of how many.
    function shortfallOf(uint256 betId, address account)
        external
        view
        returns (uint256 shortfallBps, uint16 measured, uint16 periods);
}
