// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { IRoom } from "./IRoom.sol";

/// @title Room
/// @notice See {IRoom}.
abstract contract Room is IRoom {
    uint256 internal constant _NUMBERS = 10 ** 9; // of one edition
    uint256 internal constant _MAX_EDITION = 10 ** 6; // so that every number fits the ledger's 63 bits

    IParticipants internal immutable _PARTICIPANTS;
    address public immutable PARTICIPANTS;
    uint256 public immutable EDITION;

    /// @param edition From 0 on; another for each deployment of the same contract in one house.
    constructor(IParticipants participants, uint256 edition) {
        if (edition > _MAX_EDITION) revert Room_EditionOutOfBounds(edition, _MAX_EDITION);
        _PARTICIPANTS = participants;
        PARTICIPANTS = address(participants);
        EDITION = edition;
    }

    /* _NUMBERS */

    /// @dev The number of what was counted as the `count`th, from 1 on; none of them reaches into the next edition.
    function _numberOf(uint256 count) internal view returns (uint256) {
        if (count >= _NUMBERS) revert Room_NumbersUsedUp(EDITION);
        return EDITION * _NUMBERS + count;
    }

    /* WHO */

    /// @dev Whoever begins something new here is active, and neither all obligations nor this contract are stopped.
    function _checkMayOpen(address account, uint8 capabilities) internal view {
        (bool active, bool stopped) = _PARTICIPANTS.mayOpen(account, capabilities);
        if (!active) revert Room_NotActive(account, capabilities);
        if (stopped) revert Room_ObligationsStopped();
    }

    /// @dev Whoever joins what is open here is active, and obligations are not stopped; a retired room goes on.
    function _checkMayJoin(address account, uint8 capabilities) internal view {
        (bool active, bool paused) = _PARTICIPANTS.mayTakeOn(account, capabilities);
        if (!active) revert Room_NotActive(account, capabilities);
        if (paused) revert Room_ObligationsStopped();
    }

    /// @dev The post exists and is of this office, held or vacant.
    function _checkPost(uint32 postId, bytes32 office) internal view {
        if (!_PARTICIPANTS.isPostOf(postId, office)) revert Room_NotAPostOf(postId, office);
    }

    /// @dev The caller acts for the post.
    function _checkHolder(uint32 postId) internal view {
        address holder = _PARTICIPANTS.holderOf(postId);
        if (msg.sender != holder) revert Room_NotTheHolder(postId, msg.sender, holder);
    }

    /// @dev Offices of operators and contracts, as AccessControl keeps them.
    function _holds(bytes32 office, address account) internal view returns (bool) {
        return IAccessControl(address(_PARTICIPANTS)).hasRole(office, account);
    }

    /* WHAT AND WHEN */

    function _checkReference(bytes32 ref) internal pure {
        if (ref == bytes32(0)) revert Room_ZeroReference();
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) internal pure {
        if (actual < min || actual > max) revert Room_TermOutOfBounds(actual, min, max);
    }

    /// @dev Windows are half open: they begin at their first second and end before their last.
    function _checkFrom(uint256 opensAt) internal view {
        if (block.timestamp < opensAt) revert Room_TooEarly(block.timestamp, opensAt);
    }

    function _checkBefore(uint256 closesAt) internal view {
        if (block.timestamp >= closesAt) revert Room_TooLate(block.timestamp, closesAt);
    }
}
