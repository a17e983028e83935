// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IParticipants } from "../../../contracts/identity/interfaces/IParticipants.sol";
import { Hearing } from "../../../contracts/libraries/Hearing.sol";
import { Room } from "../../../contracts/room/Room.sol";

/// A room that only asks: every check of the base as a function of its own.
contract RoomHarness is Room {
    constructor(IParticipants participants, uint256 edition) Room(participants, edition) { }

    function numberOf(uint256 count) external view returns (uint256) {
        return _numberOf(count);
    }

    function checkMayOpen(address account, uint8 capabilities) external view {
        _checkMayOpen(account, capabilities);
    }

    function checkMayJoin(address account, uint8 capabilities) external view {
        _checkMayJoin(account, capabilities);
    }

    function checkPost(uint32 postId, bytes32 office) external view {
        _checkPost(postId, office);
    }

    function checkHolder(uint32 postId) external view {
        _checkHolder(postId);
    }

    function holds(bytes32 office, address account) external view returns (bool) {
        return _holds(office, account);
    }

    function checkReference(bytes32 ref) external pure {
        _checkReference(ref);
    }

    function checkTerm(uint256 actual, uint256 min, uint256 max) external pure {
        _checkTerm(actual, min, max);
    }

    function checkFrom(uint256 opensAt) external view {
        _checkFrom(opensAt);
    }

    function checkBefore(uint256 closesAt) external view {
        _checkBefore(closesAt);
    }
}

/// One report at `reportedAt`, disputable for a while, as a room keeps it.
contract HearingHarness {
    using Hearing for Hearing.Case;

    Hearing.Case public hearing;
    uint256 public immutable OPENS_AT;
    uint256 public immutable DISPUTE_BY;
    uint256 public immutable RULING_SECONDS;

    constructor(uint256 opensAt, uint256 disputeBy, uint256 rulingSeconds) {
        OPENS_AT = opensAt;
        DISPUTE_BY = disputeBy;
        RULING_SECONDS = rulingSeconds;
    }

    function dispute() external returns (uint40 ruleBy) {
        return hearing.dispute(msg.sender, OPENS_AT, DISPUTE_BY, RULING_SECONDS);
    }

    function withdraw() external {
        hearing.withdraw(msg.sender);
    }

    function rule() external {
        hearing.rule();
    }

    function lapse() external {
        hearing.lapse();
    }

    function reportAnew() external {
        delete hearing;
    }

    function isDisputed() external view returns (bool) {
        return hearing.isDisputed();
    }

    function standsAt() external view returns (uint256) {
        return hearing.standsAt(DISPUTE_BY);
    }
}
