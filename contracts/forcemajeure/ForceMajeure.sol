// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { DayBits } from "../libraries/DayBits.sol";
import { Hearing } from "../libraries/Hearing.sol";
import { Room } from "../room/Room.sol";
import { IForceMajeure } from "./interfaces/IForceMajeure.sol";

/// @title ForceMajeure
/// @notice See {IForceMajeure}. Lasting: there is one edition of it, which all editions of all rooms read.
contract ForceMajeure is IForceMajeure, Room {
    using Hearing for Hearing.Case;

    uint16 public constant MAX_DAYS = 31; // of one declaration; longer ones are declared again
    uint32 public constant MAX_AGE_DAYS = 30; // from the first day to its declaration
    uint256 public constant MAX_RANGE_DAYS = 4608; // of one question: 18 words of days, twelve years
    uint32 public constant MIN_STEP_SECONDS = 1 hours; // to dispute, to rule
    uint32 public constant MAX_STEP_SECONDS = 30 days;

    uint256 private constant _WORD = 256; // days

    uint32 public immutable REPORTER_POST;
    uint32 public immutable ARBITER_POST;
    uint32 public immutable DISPUTE_SECONDS;
    uint32 public immutable RULING_SECONDS;

    enum Voice {
        None,
        Disputing, // None -> Disputing by dispute
        Withdrawn // Disputing -> Withdrawn by withdrawDispute
    }

    uint256 private _lastDeclarationId;
    mapping(uint256 declarationId => Declaration) private _declarations;
    mapping(uint256 declarationId => Hearing.Case) private _cases;
    mapping(uint256 declarationId => mapping(address account => Voice)) private _voices;
    mapping(bytes32 region => mapping(uint256 index => uint256 word)) private _standing;

    /// @param disputeSeconds From a declaration on, in which it may be disputed.
    /// @param rulingSeconds From the end of that time on, in which it may be ruled.
    constructor(
        IParticipants participants,
        uint32 reporterPost,
        uint32 arbiterPost,
        uint32 disputeSeconds,
        uint32 rulingSeconds
    ) Room(participants, 0) {
        _checkPost(reporterPost, Offices.REPORTER);
        _checkPost(arbiterPost, Offices.ARBITER);
        _checkTerm(disputeSeconds, MIN_STEP_SECONDS, MAX_STEP_SECONDS);
        _checkTerm(rulingSeconds, MIN_STEP_SECONDS, MAX_STEP_SECONDS);
        REPORTER_POST = reporterPost;
        ARBITER_POST = arbiterPost;
        DISPUTE_SECONDS = disputeSeconds;
        RULING_SECONDS = rulingSeconds;
    }

    /* DECLARE */

    /// @inheritdoc IForceMajeure
    function declare(bytes32 region, uint32 fromDay, uint16 count, bytes32 evidenceRef)
        external
        returns (uint256 declarationId)
    {
        _checkHolder(REPORTER_POST);
        if (region == bytes32(0)) revert ForceMajeure_ZeroRegion();
        if (count == 0 || count > MAX_DAYS) revert ForceMajeure_DaysOutOfBounds(count, 1, MAX_DAYS);
        uint256 today = block.timestamp / 1 days;
        if (uint256(fromDay) + MAX_AGE_DAYS < today) revert ForceMajeure_DayTooOld(fromDay, today - MAX_AGE_DAYS);
        uint256 lastDay = uint256(fromDay) + count - 1;
        if (lastDay > today) revert ForceMajeure_DayNotBegun(lastDay, today);
        _checkReference(evidenceRef);

        declarationId = _numberOf(++_lastDeclarationId);
        uint40 disputeBy = uint40(block.timestamp) + DISPUTE_SECONDS;
        _declarations[declarationId] = Declaration({
            region: region,
            fromDay: fromDay,
            count: count,
            disputeBy: disputeBy,
            disputes: 0,
            status: DeclarationStatus.Pending
        });
        emit ForceMajeureDeclared(declarationId, region, evidenceRef, msg.sender, fromDay, count, disputeBy);
    }

    /* DISPUTE AND RULE */

    /// @inheritdoc IForceMajeure
    function dispute(uint256 declarationId, bytes32 reasonRef) external {
        Declaration storage record = _pending(declarationId);
        if (!_PARTICIPANTS.isActive(msg.sender, 0)) revert Room_NotActive(msg.sender, 0);
        if (_voices[declarationId][msg.sender] != Voice.None) {
            revert ForceMajeure_DisputedBefore(declarationId, msg.sender);
        }
        _checkReference(reasonRef);
        uint40 disputeBy = record.disputeBy;
        _checkBefore(disputeBy);

        _voices[declarationId][msg.sender] = Voice.Disputing;
        // The first of them opens the case; whoever comes later keeps it open.
        if (record.disputes == 0) _cases[declarationId].dispute(msg.sender, 0, disputeBy, RULING_SECONDS);
        record.disputes += 1;
        emit ForceMajeureDisputed(declarationId, msg.sender, reasonRef, _cases[declarationId].ruleBy);
    }

    /// @inheritdoc IForceMajeure
    function withdrawDispute(uint256 declarationId) external {
        Declaration storage record = _pending(declarationId);
        if (_voices[declarationId][msg.sender] != Voice.Disputing) {
            revert ForceMajeure_NotDisputed(declarationId, msg.sender);
        }

        _voices[declarationId][msg.sender] = Voice.Withdrawn;
        uint32 disputes = record.disputes - 1;
        record.disputes = disputes;
        Hearing.Case storage hearing = _cases[declarationId];
        if (disputes == 0) hearing.withdraw(hearing.disputant);
        emit ForceMajeureDisputeWithdrawn(declarationId, msg.sender, disputes);
    }

    /// @inheritdoc IForceMajeure
    function rule(uint256 declarationId, uint32 fromDay, uint16 count, bytes32 rulingRef) external {
        _checkHolder(ARBITER_POST);
        Declaration storage record = _pending(declarationId);
        if (count != 0) {
            uint256 end = uint256(record.fromDay) + record.count;
            if (fromDay < record.fromDay || uint256(fromDay) + count > end) {
                revert ForceMajeure_NotWithinTheDeclared(declarationId, fromDay, count);
            }
        }
        _checkReference(rulingRef);
        _cases[declarationId].rule();

        bytes32 region = record.region;
        if (count == 0) fromDay = record.fromDay;
        record.fromDay = fromDay;
        record.count = count;
        record.status = DeclarationStatus.Closed;
        emit ForceMajeureRuled(declarationId, region, rulingRef, msg.sender, fromDay, count);
        if (count != 0) _stand(declarationId, region, fromDay, count);
    }

    /* APPLY */

    /// @inheritdoc IForceMajeure
    function applyDeclaration(uint256 declarationId) external {
        Declaration storage record = _pending(declarationId);
        Hearing.Case storage hearing = _cases[declarationId];
        uint256 from = hearing.standsAt(record.disputeBy);
        if (block.timestamp < from) revert ForceMajeure_NotYetStanding(declarationId, block.timestamp, from);

        record.status = DeclarationStatus.Closed;
        if (hearing.isDisputed()) {
            hearing.lapse();
            emit ForceMajeureDisputeLapsed(declarationId);
        }
        _stand(declarationId, record.region, record.fromDay, record.count);
    }

    /* VIEWS */

    /// @inheritdoc IForceMajeure
    function daysIn(bytes32 region, uint256 from, uint256 to) external view returns (uint256 total) {
        if (region == bytes32(0) || to <= from) return 0;
        uint256 first = from / 1 days;
        uint256 last = (to - 1) / 1 days;
        if (last - first >= MAX_RANGE_DAYS) last = first + MAX_RANGE_DAYS - 1;
        for (uint256 index = first / _WORD; index <= last / _WORD; ++index) {
            total += DayBits.count(_standing[region][index] & _within(index, first, last));
        }
    }

    /// @inheritdoc IForceMajeure
    function stands(bytes32 region, uint256 day) external view returns (bool) {
        return _standing[region][day / _WORD] >> day % _WORD & 1 == 1;
    }

    /// @inheritdoc IForceMajeure
    function declaration(uint256 declarationId) external view returns (Declaration memory) {
        return _declarations[declarationId];
    }

    /// @inheritdoc IForceMajeure
    function standsAt(uint256 declarationId) external view returns (uint256) {
        Declaration storage record = _declarations[declarationId];
        if (record.status != DeclarationStatus.Pending) return 0;
        return _cases[declarationId].standsAt(record.disputeBy);
    }

    /* INTERNALS */

    /// @dev At most two words: MAX_DAYS is below 256.
    function _stand(uint256 declarationId, bytes32 region, uint256 first, uint256 count) private {
        uint256 last = first + count - 1;
        uint256 added = _set(region, first / _WORD, first, last);
        if (last / _WORD != first / _WORD) added += _set(region, last / _WORD, first, last);
        emit ForceMajeureStands(declarationId, region, uint32(first), uint16(count), uint16(added));
    }

    function _set(bytes32 region, uint256 index, uint256 first, uint256 last) private returns (uint256 added) {
        uint256 before = _standing[region][index];
        uint256 word = before | _within(index, first, last);
        _standing[region][index] = word;
        return DayBits.count(word ^ before);
    }

    /// @dev The days [first, last] as bits of one of the words that they touch.
    function _within(uint256 index, uint256 first, uint256 last) private pure returns (uint256) {
        return
            DayBits.mask(
                index == first / _WORD ? first % _WORD : 0, //
                index == last / _WORD ? last % _WORD : _WORD - 1
            );
    }

    function _pending(uint256 declarationId) private view returns (Declaration storage record) {
        record = _declarations[declarationId];
        if (record.status == DeclarationStatus.None) revert ForceMajeure_Unknown(declarationId);
        if (record.status == DeclarationStatus.Closed) revert ForceMajeure_Closed(declarationId);
    }
}
