// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetOutcomes } from "../../bets/interfaces/IBetOutcomes.sol";
import { IForceMajeure } from "../../forcemajeure/interfaces/IForceMajeure.sol";
import { ICreditRegistry } from "../../identity/interfaces/ICreditRegistry.sol";
import { Room } from "../../room/Room.sol";
import { IGroupChanges } from "../interfaces/IGroupChanges.sol";
import { IGroupPay } from "../interfaces/IGroupPay.sol";
import { IGroupRules } from "../interfaces/IGroupRules.sol";
import { IUserReviews } from "../interfaces/IUserReviews.sol";

/// @title GroupRecords
/// @notice What chain groups keep, how it is looked up and checked, and who stands for a role or holds it.
/// A role that a group was opened with has no windows of its own in its first round: it shares the group's, and its
/// holder is seated by forming. So opening writes none for each role, and forming costs the same for 1 and 32.
abstract contract GroupRecords is IGroupChanges, Room {
    uint256 public constant MAX_ROLES = 32; // of a group, ever
    uint256 public constant MAX_ROUNDS = 16; // of one role
    uint32 public constant MAX_BET_SECONDS = 180 days; // a group waits no longer for its bet
    uint8 public constant MAX_EXTENDED_DAYS = 180; // of force majeure, so that every group ends

    ICreditRegistry internal immutable _CREDIT;
    IBetOutcomes internal immutable _BETS;
    IForceMajeure internal immutable _FORCE_MAJEURE;
    IGroupRules internal immutable _RULES;
    IGroupPay internal immutable _PAY;
    IUserReviews internal immutable _REVIEWS;

    uint256 internal _groupCount;
    mapping(uint256 groupId => Group) internal _groups;
    mapping(uint256 groupId => mapping(uint256 roleId => Role)) internal _roles;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => Round))) internal _rounds;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => mapping(address => Candidate))))
        internal _candidates;
    // Rounds for which an account stands while the group is open, or that it holds or held once it formed.
    mapping(uint256 groupId => mapping(address account => uint256)) internal _places;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(address account => bool))) internal _leftRole;
    mapping(address leader => mapping(bytes32 needRef => uint256 groupId)) internal _groupFor;

    constructor(
        ICreditRegistry credit,
        IBetOutcomes bets,
        IForceMajeure forceMajeure,
        IGroupRules rules,
        IGroupPay pay,
        IUserReviews reviews
    ) {
        _CREDIT = credit;
        _BETS = bets;
        _FORCE_MAJEURE = forceMajeure;
        _RULES = rules;
        _PAY = pay;
        _REVIEWS = reviews;
    }

    /* LOOK-UPS */

    function _known(uint256 groupId) internal view returns (Group storage record) {
        record = _groups[groupId];
        if (record.status == GroupStatus.None) revert ChainGroups_Unknown(groupId);
    }

    function _inStatus(uint256 groupId, GroupStatus expected) internal view returns (Group storage record) {
        record = _known(groupId);
        _checkStatus(groupId, record, expected);
    }

    function _knownRole(uint256 groupId, uint256 roleId) internal view returns (Role storage roleRecord) {
        roleRecord = _roles[groupId][roleId];
        if (roleRecord.round == 0) revert ChainGroups_UnknownRole(groupId, roleId);
    }

    function _knownCandidate(uint256 groupId, uint256 roleId, uint256 round, address node)
        internal
        view
        returns (Candidate storage entry)
    {
        entry = _candidates[groupId][roleId][round][node];
        if (entry.index == 0) revert ChainGroups_UnknownCandidate(groupId, roleId, round, node);
    }

    /// @dev Round 1 of a role that the group was opened with.
    function _sharesWindows(Round storage roundRecord) internal view returns (bool) {
        return roundRecord.grabEnd == 0;
    }

    function _windows(Group storage record, Round storage roundRecord)
        internal
        view
        returns (uint40 grabEnd, uint40 selectEnd)
    {
        if (_sharesWindows(roundRecord)) return (record.grabEnd, record.selectEnd);
        return (roundRecord.grabEnd, roundRecord.selectEnd);
    }

    /// @dev When the holder of the round got the role; zero: nobody did yet. Stays when it left.
    function _seatedAt(Group storage record, Round storage roundRecord) internal view returns (uint40) {
        return _sharesWindows(roundRecord) ? record.formedAt : roundRecord.seatedAt;
    }

    function _isHeld(Group storage record, Round storage roundRecord) internal view returns (bool) {
        return _seatedAt(record, roundRecord) != 0 && roundRecord.endedAt == 0;
    }

    function _isCovered(Group storage record) internal view returns (bool) {
        return record.filled == record.roles && record.pledged >= record.target;
    }

    /* CHECKS */

    function _checkStatus(uint256 groupId, Group storage record, GroupStatus expected) internal view {
        if (record.status != expected) revert ChainGroups_WrongStatus(groupId, record.status, expected);
    }

    function _checkLeader(uint256 groupId, Group storage record) internal view {
        if (msg.sender != record.leader) revert ChainGroups_NotTheLeader(groupId, msg.sender);
    }

    /// @dev The group is open, or formed with this role open to grabs.
    function _checkUndecided(uint256 groupId, uint256 roleId, Group storage record, Round storage roundRecord)
        internal
        view
    {
        if (record.status == GroupStatus.Open) return;
        _checkStatus(groupId, record, GroupStatus.Formed);
        if (_seatedAt(record, roundRecord) != 0) revert ChainGroups_RoleHeld(groupId, roleId, roundRecord.standing);
    }

    /* WHO STANDS, WHO HOLDS */

    /// @dev While the group is open, all that stand count as its members to be; later only those that are seated do.
    function _setStanding(
        uint256 groupId,
        Group storage record,
        Round storage roundRecord,
        address node,
        uint128 pledge
    ) internal {
        if (record.status == GroupStatus.Open) {
            address former = roundRecord.standing;
            if (former == address(0)) record.filled += 1;
            else _places[groupId][former] -= 1;
            if (node == address(0)) record.filled -= 1;
            else _places[groupId][node] += 1;
            record.pledged = record.pledged - roundRecord.pledge + pledge;
        }
        roundRecord.standing = node;
        roundRecord.pledge = pledge;
    }

    /// @dev The one that stands gets the role. Not for roles that share the group's windows: forming seats them.
    function _seat(uint256 groupId, uint256 roleId, uint256 round, Group storage record, Round storage roundRecord)
        internal
    {
        address holder = roundRecord.standing;
        uint128 pledge = roundRecord.pledge;
        roundRecord.seatedAt = uint40(block.timestamp);
        record.filled += 1;
        record.pledged += pledge;
        _places[groupId][holder] += 1;
        emit RoleSeated(groupId, roleId, holder, round, pledge);
    }

    /// @dev Opens a round to grabs; its windows end with the work at the latest.
    function _openRound(Group storage record, Round storage roundRecord)
        internal
        returns (uint40 grabEnd, uint40 selectEnd)
    {
        uint40 workEnd = record.workEnd;
        grabEnd = _earlier(uint40(block.timestamp) + record.grabSeconds, workEnd);
        selectEnd = _earlier(grabEnd + record.selectSeconds, workEnd);
        roundRecord.grabEnd = grabEnd;
        roundRecord.selectEnd = selectEnd;
    }

    /// @dev Ends the work of a group, and with it what holders can earn.
    function _settle(uint256 groupId, Group storage record) internal {
        record.status = GroupStatus.Settled;
        record.settledAt = uint40(block.timestamp);
        IGroupPay.Purse memory purse = _PAY.purseOf(groupId);
        emit GroupSettled(groupId, record.leader, record.betId, purse.earned, purse.budget - purse.earned);
    }

    function _earlier(uint40 left, uint40 right) internal pure returns (uint40) {
        return left < right ? left : right;
    }
}
