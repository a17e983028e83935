// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../identity/Offices.sol";
import { IGroupChanges } from "../interfaces/IGroupChanges.sol";
import { GroupForming } from "./GroupForming.sol";

/// @title GroupChanges
/// @notice See {IGroupChanges}.
abstract contract GroupChanges is GroupForming {
    /* REOPEN, RESIGN, SEAT */

    /// @inheritdoc IGroupChanges
    function reopenRole(uint256 groupId, uint256 roleId) external {
        (Group storage record, Round storage roundRecord, uint256 round) = _inFormedGroup(groupId, roleId);
        ReopenReason reason;
        if (_isHeld(record, roundRecord)) {
            reason = _reasonToReplace(groupId, roleId, round, record, roundRecord);
            _leave(groupId, roleId, record, roundRecord, reason);
        } else {
            _checkLeader(groupId, record);
            if (roundRecord.standing != address(0)) {
                revert ChainGroups_SomebodyStands(groupId, roleId, roundRecord.standing);
            }
            (uint40 grabEnd,) = _windows(record, roundRecord);
            _checkFrom(grabEnd);
            _nextRound(groupId, roleId, address(0), record, ReopenReason.Deserted);
        }
    }

    /// @inheritdoc IGroupChanges
    function resignRole(uint256 groupId, uint256 roleId) external {
        (Group storage record, Round storage roundRecord,) = _inFormedGroup(groupId, roleId);
        _checkHolderOf(groupId, roleId, record, roundRecord);
        _leave(groupId, roleId, record, roundRecord, ReopenReason.Resigned);
    }

    /// @inheritdoc IGroupChanges
    function seatRole(uint256 groupId, uint256 roleId) external {
        (Group storage record, Round storage roundRecord, uint256 round) = _inFormedGroup(groupId, roleId);
        _checkUndecided(groupId, roleId, record, roundRecord);
        if (roundRecord.standing == address(0)) revert ChainGroups_NobodyStands(groupId, roleId);
        _checkFrom(roundRecord.selectEnd);
        _checkBefore(record.workEnd);

        _seat(groupId, roleId, round, record, roundRecord);
    }

    /* ADD, EXTEND */

    /// @inheritdoc IGroupChanges
    function addRole(uint256 groupId, RoleTerms calldata terms) external returns (uint256 roleId) {
        Group storage record = _inStatus(groupId, GroupStatus.Formed);
        _checkLeader(groupId, record);
        _checkMayJoin(msg.sender, Offices.NODE);
        roleId = uint256(record.roles) + 1;
        if (roleId > MAX_ROLES) revert ChainGroups_RolesOutOfBounds(roleId, MAX_ROLES);
        _RULES.checkRole(roleId, terms);
        _checkBefore(record.workEnd);

        record.roles = uint8(roleId);
        _roles[groupId][roleId].terms = terms;
        _roles[groupId][roleId].round = 1;
        (uint40 grabEnd, uint40 selectEnd) = _openRound(record, _rounds[groupId][roleId][1]);
        emit RoleAdded(groupId, roleId, msg.sender, terms, grabEnd, selectEnd);
        _PAY.takeBudget(groupId, msg.sender, terms.pay);
    }

    /// @inheritdoc IGroupChanges
    function extendWork(uint256 groupId) external {
        Group storage record = _inStatus(groupId, GroupStatus.Formed);
        uint40 workEnd = record.workEnd;
        _checkBefore(workEnd);
        bytes32 region = record.region;
        uint256 counted = region == bytes32(0) ? 0 : _FORCE_MAJEURE.daysIn(region, record.formedAt, workEnd);
        if (counted > MAX_EXTENDED_DAYS) counted = MAX_EXTENDED_DAYS;
        uint8 extendedDays = record.extendedDays;
        if (counted <= extendedDays) revert ChainGroups_NothingToExtend(groupId, counted, extendedDays);

        uint40 added = uint40((counted - extendedDays) * 1 days);
        record.extendedDays = uint8(counted);
        record.workEnd = workEnd + added;
        record.reportEnd += added;
        emit WorkExtended(groupId, region, uint8(counted), workEnd + added, record.reportEnd);
    }

    /* END BY CONSENT */

    /// @inheritdoc IGroupChanges
    function consentToEnd(uint256 groupId, uint256 roleId, bool consents) external {
        Group storage record = _inStatus(groupId, GroupStatus.Formed);
        if (record.endedByConsent) revert ChainGroups_EndedByConsent(groupId);
        if (roleId == 0) {
            _checkLeader(groupId, record);
        } else {
            (, Round storage roundRecord,) = _inFormedGroup(groupId, roleId);
            _checkHolderOf(groupId, roleId, record, roundRecord);
        }
        if (_consents(record, roleId) == consents) revert ChainGroups_ConsentUnchanged(groupId, roleId, consents);

        _toggleConsent(record, roleId);
        emit EndConsentChanged(groupId, roleId, msg.sender, consents);
        if (_consents(record, 0) && record.consents == record.filled) _endWork(groupId, record);
    }

    /* INTERNALS */

    /// @dev The present round of a role of a formed group.
    function _inFormedGroup(uint256 groupId, uint256 roleId)
        private
        view
        returns (Group storage record, Round storage roundRecord, uint256 round)
    {
        record = _inStatus(groupId, GroupStatus.Formed);
        round = _knownRole(groupId, roleId).round;
        roundRecord = _rounds[groupId][roleId][round];
    }

    /// @dev Why a holder loses its role; reviews first, which no bet can silence.
    function _reasonToReplace(
        uint256 groupId,
        uint256 roleId,
        uint256 round,
        Group storage record,
        Round storage roundRecord
    ) private view returns (ReopenReason) {
        if (_REVIEWS.isBelowMark(groupId, roleId, round)) return ReopenReason.Reviews;
        address holder = roundRecord.standing;
        uint256 betId = record.betId;
        uint256 betSeconds = record.betSeconds;
        if (betSeconds != 0 && block.timestamp >= _seatedAt(record, roundRecord) + betSeconds) {
            // No bet is bound while one party has not signed it, and only the leader knows which.
            if (betId == 0 ? msg.sender == record.leader : !_BETS.isParty(betId, holder)) {
                return ReopenReason.BetUnsigned;
            }
        }
        uint256 markBps = _roles[groupId][roleId].terms.shortfallMarkBps;
        if (betId != 0 && markBps != 0) {
            (uint256 shortfallBps,, uint16 periods) = _BETS.shortfallOf(betId, holder);
            if (shortfallBps > markBps * periods) return ReopenReason.BetShort;
        }
        revert ChainGroups_HolderKeepsItsRole(groupId, roleId, holder);
    }

    function _leave(
        uint256 groupId,
        uint256 roleId,
        Group storage record,
        Round storage roundRecord,
        ReopenReason reason
    ) private {
        address former = roundRecord.standing;
        roundRecord.endedAt = uint40(block.timestamp);
        record.filled -= 1;
        record.pledged -= roundRecord.pledge;
        record.holderLeft = true;
        _leftRole[groupId][roleId][former] = true;
        if (_consents(record, roleId)) _toggleConsent(record, roleId);
        _nextRound(groupId, roleId, former, record, reason);
    }

    function _nextRound(uint256 groupId, uint256 roleId, address former, Group storage record, ReopenReason reason)
        private
    {
        Role storage roleRecord = _roles[groupId][roleId];
        uint256 round = roleRecord.round;
        if (round >= MAX_ROUNDS) revert ChainGroups_TooManyRounds(groupId, roleId, MAX_ROUNDS);
        _checkBefore(record.workEnd);

        roleRecord.round = uint8(++round);
        (uint40 grabEnd, uint40 selectEnd) = _openRound(record, _rounds[groupId][roleId][round]);
        // The next holder needs its time to sign before the group may dissolve for want of a bet.
        if (record.betDueAt != 0) record.betDueAt = selectEnd + record.betSeconds;
        emit RoleReopened(groupId, roleId, former, round, reason, grabEnd, selectEnd);
    }

    function _checkHolderOf(uint256 groupId, uint256 roleId, Group storage record, Round storage roundRecord)
        private
        view
    {
        address holder = _isHeld(record, roundRecord) ? roundRecord.standing : address(0);
        if (msg.sender != holder) revert ChainGroups_NotTheHolder(groupId, roleId, msg.sender, holder);
    }

    function _consents(Group storage record, uint256 roleId) private view returns (bool) {
        return record.consentBits >> roleId & 1 != 0;
    }

    function _toggleConsent(Group storage record, uint256 roleId) private {
        uint40 bits = record.consentBits ^ uint40(1 << roleId);
        record.consentBits = bits;
        if (roleId == 0) return;
        if (bits >> roleId & 1 != 0) record.consents += 1;
        else record.consents -= 1;
    }

    function _endWork(uint256 groupId, Group storage record) private {
        uint40 timestamp = uint40(block.timestamp);
        uint40 workEnd = record.workEnd;
        uint40 reportSeconds = record.holderLeft ? record.reportEnd - workEnd : 0;
        workEnd = _earlier(workEnd, timestamp);
        uint40 reportEnd = _earlier(record.reportEnd, timestamp + reportSeconds);
        record.endedByConsent = true;
        record.workEnd = workEnd;
        record.reportEnd = reportEnd;
        emit WorkEndedByConsent(groupId, record.leader, workEnd, reportEnd);
        if (!record.holderLeft) _settle(groupId, record);
    }
}
