// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IGroupLens
/// @notice What only computes about chain groups, for readers: no storage, no money, not followed by anybody.
///
/// Assumptions for safety: none.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IGroupLens {
    /// @notice The commitment of a plan: keccak256 of (chain id, chain groups, group, role, node, plan hash, salt).
    function sealPlan(uint256 groupId, uint256 roleId, address node, bytes32 planHash, bytes32 salt)
        external
        view
        returns (bytes32);

    /// @notice What a pledge counts in the order of a role's candidates, times 10^8; higher is better.
    function worthOf(uint256 groupId, uint256 roleId, uint128 pledge, uint16 creditBps) external view returns (uint256);

    /// @notice The stake that a grab with this pledge pays in.
    function stakeFor(uint256 groupId, uint256 roleId, uint128 pledge) external view returns (uint128);

    /// @notice True while a group is Open, every role has a candidate and the pledges reach the target.
    function isCovered(uint256 groupId) external view returns (bool);

    /// @notice From when on a formed group may be closed as things stand, its bet aside; zero when it is not formed.
    function closableAt(uint256 groupId) external view returns (uint256);

    /// @notice What a holder is owed now.
    function owedTo(uint256 groupId, uint256 roleId, uint256 round) external view returns (uint128);

    /// @notice Mean of the reviews of one round, rounded down; zero when there are none.
    function reviewMeanDown(uint256 groupId, uint256 roleId, uint256 round) external view returns (uint16);
}
