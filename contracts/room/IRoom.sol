// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IRoom
/// @notice What every contract of obligations asks alike, in the same words (房间). Rooms are replaced one by one: a new
/// edition stands beside the old one, which is retired and drains.
/// @custom:security-contact See SECURITY.md
interface IRoom {
    error Room_ZeroReference();
    error Room_TermOutOfBounds(uint256 actual, uint256 min, uint256 max);
    error Room_NotActive(address account, uint8 capabilities);
    error Room_ObligationsStopped();
    error Room_NotAPostOf(uint32 postId, bytes32 office);
    error Room_NotTheHolder(uint32 postId, address account, address holder);
    error Room_TooEarly(uint256 timestamp, uint256 opensAt);
    error Room_TooLate(uint256 timestamp, uint256 closesAt);
    error Room_EditionOutOfBounds(uint256 edition, uint256 max);
    error Room_NumbersUsedUp(uint256 edition);

    /// @notice Number of this edition, from 0 on. Whatever the room numbers begins at edition × 10^9 + 1, so that no
    /// two editions of a room ever give the same number, and a number alone says whose it is.
    function EDITION() external view returns (uint256);

    /// @notice Who takes part, who holds which post and office.
    function PARTICIPANTS() external view returns (address);
}
