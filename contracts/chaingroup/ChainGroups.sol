// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetOutcomes } from "../bets/interfaces/IBetOutcomes.sol";
import { IForceMajeure } from "../forcemajeure/interfaces/IForceMajeure.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Room } from "../room/Room.sol";
import { GroupChanges } from "./groups/GroupChanges.sol";
import { GroupRecords } from "./groups/GroupRecords.sol";
import { IBoundToGroups } from "./interfaces/IBoundToGroups.sol";
import { IChainGroups } from "./interfaces/IChainGroups.sol";
import { IGroupPay } from "./interfaces/IGroupPay.sol";
import { IGroupRules } from "./interfaces/IGroupRules.sol";
import { IUserReviews } from "./interfaces/IUserReviews.sol";

/// @title ChainGroups
/// @notice See {IChainGroups} and {IGroupChanges}.
contract ChainGroups is GroupChanges {
    /// @param pay Keeps the money; bound here, for good.
    /// @param reviews Keeps what users say; bound here, for good.
    constructor(
        IParticipants participants,
        ICreditRegistry credit,
        IBetOutcomes bets,
        IForceMajeure forceMajeure,
        IGroupRules rules,
        IGroupPay pay,
        IUserReviews reviews,
        uint256 edition
    ) Room(participants, edition) GroupRecords(credit, bets, forceMajeure, rules, pay, reviews) {
        IBoundToGroups(address(pay)).bindGroups();
        IBoundToGroups(address(reviews)).bindGroups();
    }

    /* CLOSE */

    /// @inheritdoc IChainGroups
    function close(uint256 groupId) external {
        Group storage record = _inStatus(groupId, GroupStatus.Formed);
        uint256 betId = record.betId;
        uint256 lastEnd = uint256(record.reportEnd) + MAX_BET_SECONDS;
        // After lastEnd the bet contract is not even asked.
        bool waits = betId != 0 && !record.endedByConsent && block.timestamp < lastEnd;
        if (waits && _BETS.settledAt(betId) == 0) {
            revert ChainGroups_BetStillOpen(groupId, betId, block.timestamp, lastEnd);
        }
        if (block.timestamp < record.reportEnd) {
            uint256 allEarnedAt = _PAY.purseOf(groupId).allEarnedAt;
            if (allEarnedAt == 0 || block.timestamp < allEarnedAt + record.reviewSeconds) {
                revert ChainGroups_ReportsStillOpen(groupId, block.timestamp, record.reportEnd);
            }
        }

        _settle(groupId, record);
    }

    /* VIEWS */

    /// @inheritdoc IChainGroups
    function group(uint256 groupId) external view returns (Group memory) {
        return _groups[groupId];
    }

    /// @inheritdoc IChainGroups
    function role(uint256 groupId, uint256 roleId) external view returns (Role memory) {
        return _roles[groupId][roleId];
    }

    /// @inheritdoc IChainGroups
    function roundOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (Round memory found) {
        found = _rounds[groupId][roleId][round];
        if (round == 1 && found.grabEnd == 0) {
            Group storage record = _groups[groupId];
            found.grabEnd = record.grabEnd;
            found.selectEnd = record.selectEnd;
            found.seatedAt = record.formedAt;
        }
    }

    /// @inheritdoc IChainGroups
    function candidate(uint256 groupId, uint256 roleId, uint256 round, address node)
        external
        view
        returns (Candidate memory)
    {
        return _candidates[groupId][roleId][round][node];
    }

    /// @inheritdoc IChainGroups
    function holderOf(uint256 groupId, uint256 roleId) external view returns (address) {
        Round storage roundRecord = _rounds[groupId][roleId][_roles[groupId][roleId].round];
        return _isHeld(_groups[groupId], roundRecord) ? roundRecord.standing : address(0);
    }

    /// @inheritdoc IChainGroups
    function workOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (Work memory) {
        Group storage record = _groups[groupId];
        Round storage roundRecord = _rounds[groupId][roleId][round];
        RoleTerms storage terms = _roles[groupId][roleId].terms;
        return Work({
            reporterPost: record.reporterPost,
            status: record.status,
            holder: _seatedAt(record, roundRecord) == 0 ? address(0) : roundRecord.standing,
            pay: terms.pay,
            endedAt: roundRecord.endedAt,
            minReviews: terms.minReviews,
            reviewMarkBps: terms.reviewMarkBps
        });
    }

    /// @inheritdoc IChainGroups
    function isStakeFree(uint256 groupId, uint256 roleId, uint256 round, address node) external view returns (bool) {
        Group storage record = _groups[groupId];
        if (record.status != GroupStatus.Open && record.status != GroupStatus.Formed) return true;
        if (_candidates[groupId][roleId][round][node].rejected) return true;
        if (record.status == GroupStatus.Open) return false;
        Round storage roundRecord = _rounds[groupId][roleId][round];
        if (_seatedAt(record, roundRecord) == 0) {
            return round != _roles[groupId][roleId].round || block.timestamp >= record.workEnd;
        }
        return node != roundRecord.standing || roundRecord.endedAt != 0;
    }

    /// @inheritdoc IChainGroups
    function leaderOf(uint256 groupId) external view returns (address leader, GroupStatus status) {
        Group storage record = _groups[groupId];
        return (record.leader, record.status);
    }

    /// @inheritdoc IChainGroups
    function isMember(uint256 groupId, address account) external view returns (bool) {
        Group storage record = _groups[groupId];
        return record.formedAt != 0 && (account == record.leader || _places[groupId][account] != 0);
    }

    /// @inheritdoc IChainGroups
    function settledAt(uint256 groupId) external view returns (uint40) {
        return _groups[groupId].settledAt;
    }

    /// @inheritdoc IChainGroups
    function groupFor(address leader, bytes32 needRef) external view returns (uint256 groupId) {
        return _groupFor[leader][needRef];
    }
}
