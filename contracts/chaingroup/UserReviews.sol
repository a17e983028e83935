// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Room } from "../room/Room.sol";
import { BoundToGroups } from "./BoundToGroups.sol";
import { IChainGroups } from "./interfaces/IChainGroups.sol";
import { IUserReviews } from "./interfaces/IUserReviews.sol";

/// @title UserReviews
/// @notice See {IUserReviews}.
contract UserReviews is IUserReviews, Room, BoundToGroups {
    uint128 public constant MAX_VALUE = 2 ** 60; // of one review, and of all of them in credit
    uint16 public constant MAX_BPS = 10_000;

    ICreditRegistry private immutable _CREDIT;
    uint128 private immutable _FEEDBACK_VALUE;

    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => Reviews))) private _reviews;
    mapping(uint32 reporterPost => mapping(bytes32 ref => bool)) private _seen;

    /// @param feedbackValue What users' word on one holder of one role weighs in credit at most, minor units.
    constructor(IParticipants participants, ICreditRegistry credit, uint128 feedbackValue, uint256 edition)
        Room(participants, edition)
    {
        if (feedbackValue == 0 || feedbackValue > MAX_VALUE) {
            revert UserReviews_ValueOutOfBounds(feedbackValue, 1, MAX_VALUE);
        }
        _CREDIT = credit;
        _FEEDBACK_VALUE = feedbackValue;
    }

    /// @inheritdoc IUserReviews
    function recordReview(
        uint256 groupId,
        uint256 roleId,
        uint256 round,
        uint16 scoreBps,
        uint128 weight,
        bytes32 reviewRef
    ) external {
        IChainGroups.Work memory work = _boundGroups.workOf(groupId, roleId, round);
        _checkHolder(work.reporterPost);
        if (work.status != IChainGroups.GroupStatus.Formed) revert UserReviews_NotWorking(groupId, work.status);
        if (work.holder == address(0)) revert UserReviews_NobodySeated(groupId, roleId, round);
        if (work.endedAt != 0) revert UserReviews_RoundOver(groupId, roleId, round);
        if (scoreBps > MAX_BPS) revert UserReviews_ScoreOutOfBounds(scoreBps, MAX_BPS);
        if (weight == 0 || weight > MAX_VALUE) revert UserReviews_WeightOutOfBounds(weight, MAX_VALUE);
        _checkReference(reviewRef);
        if (_seen[work.reporterPost][reviewRef]) revert UserReviews_ReferenceSeen(work.reporterPost, reviewRef);
        _seen[work.reporterPost][reviewRef] = true;

        Reviews storage sums = _reviews[groupId][roleId][round];
        sums.count += 1;
        sums.weight += weight;
        sums.weighted += uint256(weight) * scoreBps;
        emit ReviewRecorded(groupId, roleId, work.holder, round, scoreBps, weight, reviewRef);
    }

    /// @inheritdoc IUserReviews
    function recordFeedback(uint256 groupId, uint256 roleId, uint256 round) external {
        IChainGroups.Work memory work = _boundGroups.workOf(groupId, roleId, round);
        if (work.holder == address(0)) revert UserReviews_NobodySeated(groupId, roleId, round);
        if (work.endedAt == 0 && work.status == IChainGroups.GroupStatus.Formed) {
            revert UserReviews_StillHeld(groupId, roleId, round);
        }
        Reviews storage sums = _reviews[groupId][roleId][round];
        if (sums.recorded) revert UserReviews_FeedbackRecorded(groupId, roleId, round);
        if (sums.count == 0) revert UserReviews_NoReviews(groupId, roleId, round);

        sums.recorded = true;
        uint256 weight = sums.weight < _FEEDBACK_VALUE ? sums.weight : _FEEDBACK_VALUE;
        uint16 outcomeBps = uint16(sums.weighted / sums.weight); // down; at most 10,000
        emit FeedbackOutcomeRecorded(groupId, roleId, work.holder, round, weight, outcomeBps);
        _CREDIT.recordFeedback(work.holder, groupId, weight, outcomeBps);
    }

    /// @inheritdoc IUserReviews
    function reviewsOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (Reviews memory) {
        return _reviews[groupId][roleId][round];
    }

    /// @inheritdoc IUserReviews
    function isBelowMark(uint256 groupId, uint256 roleId, uint256 round) external view returns (bool) {
        Reviews storage sums = _reviews[groupId][roleId][round];
        IChainGroups.Work memory work = _boundGroups.workOf(groupId, roleId, round);
        return sums.count >= work.minReviews && sums.weighted < uint256(sums.weight) * work.reviewMarkBps;
    }
}
