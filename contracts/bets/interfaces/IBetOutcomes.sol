// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IBetOutcomes
/// @notice What other contracts ask of a bet contract: whose it is, who signed it, and whether it is settled.
interface IBetOutcomes {
    /// @notice The chain group that its sponsor, any node, names for a bet; zero when none or unknown. No group
    /// agreed.
    function groupOf(uint256 betId) external view returns (uint256 groupId);

    /// @notice Who proposed a bet, and so wrote its group into it; zero when unknown.
    function sponsorOf(uint256 betId) external view returns (address sponsor);

    /// @notice True from the last party's signature to the settlement, which then comes by time alone. A bet that
    /// waits for signatures may still be voided, and then never settles.
    function isActive(uint256 betId) external view returns (bool);

    /// @notice When a bet was settled, unix seconds; zero while it is not (or was never).
    function settledAt(uint256 betId) external view returns (uint40);

    /// @notice True when the account signed the bet as a party, whether all others did or not.
    function isParty(uint256 betId, address account) external view returns (bool);

    /// @notice How far a party stays behind its targets so far, for whoever may replace it.
    /// @return shortfallBps Sum over its measured periods of what was missing to 10,000, less what force majeure
    /// excuses.
    /// @return measured Of how many periods figures are there.
    /// @return periods Over how many the shortfall is averaged: those of the bet as it was proposed.
    function shortfallOf(uint256 betId, address account)
        external
        view
        returns (uint256 shortfallBps, uint16 measured, uint16 periods);
}
