// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IOrderLens
/// @notice What readers ask of the purchase orders and what only computes: when things may be done, at which price.
/// Without state; deployed beside its orders, and again with another edition of them.
///
/// Assumptions for safety: none: nothing relies on it.
/// Assumptions for liveness: none.
/// @custom:security-contact See SECURITY.md
interface IOrderLens {
    /// @notice From when on anybody closes a funded order if nothing more is shipped or reported, unix seconds.
    /// Deliveries that are unsettled or disputed have to end before.
    function closableAt(uint256 orderId) external view returns (uint256);

    /// @notice When a funded order can be closed at the latest, whatever anybody but a stranger does or fails to do,
    /// if the parties do not amend it: promise + grace + five silence times + two times for a ruling.
    function latestCloseOf(uint256 orderId) external view returns (uint256);

    /// @notice From when on a delivery that nobody reports counts as lost, unless its silence is disputed.
    function lostAt(uint256 orderId) external view returns (uint256);

    /// @notice Within which time [from, until) the supplier may dispute a delivery, unix seconds.
    function disputableWithin(uint256 orderId, uint256 deliveryId) external view returns (uint256 from, uint256 until);

    /// @notice From when on anybody claims a delivery for its supplier; zero unless it is received or inspected.
    function claimableAt(uint256 orderId, uint256 deliveryId) external view returns (uint256);

    /// @notice The least and the most that an inspected delivery can be matched at, net, minor units.
    function netBounds(uint256 orderId, uint256 deliveryId) external view returns (uint256 least, uint256 most);

    /// @notice The leaf of a delivery in the schedule of an order.
    function scheduleLeaf(uint256 deliveryId, uint128 quantity, uint40 promisedAt) external pure returns (bytes32);
}
