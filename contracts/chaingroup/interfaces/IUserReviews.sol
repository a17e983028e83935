// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "./IChainGroups.sol";

/// @title IUserReviews
/// @notice What users say of the holders of roles, as their order weighs: a mean below the mark reopens the role, and
/// when a holder's time is over its mean goes into its credit. 用户评价. A review moves no money.
///
/// Assumptions for safety:
/// - the holder of the reporter's post reports reviews as the ERP has them.
/// Assumptions for liveness:
/// - this contract keeps its scorer office; without it nothing is lost, a record waits.
/// @custom:security-contact See SECURITY.md
interface IUserReviews {
    /// @notice Sums of what users said of the holder of one round.
    struct Reviews {
        // slot 0
        uint128 weight; // sum of weights
        uint32 count;
        bool recorded; // written to the credit registry
        // slot 1
        uint256 weighted; // sum of weight * rating
    }

    /// @notice What a user says of the present holder of a role was reported.
    /// @custom:aggregate group:{groupId}
    event ReviewRecorded(
        uint256 indexed groupId,
        uint256 indexed roleId,
        address indexed holder,
        uint256 round,
        uint16 scoreBps,
        uint128 weight,
        bytes32 reviewRef
    );
    /// @notice What users said of a role's holder was counted in its credit.
    /// @custom:aggregate group:{groupId}
    event FeedbackOutcomeRecorded(
        uint256 indexed groupId,
        uint256 indexed roleId,
        address indexed holder,
        uint256 round,
        uint256 weight,
        uint16 outcomeBps
    );

    error UserReviews_ValueOutOfBounds(uint128 value, uint128 minValue, uint128 maxValue);
    error UserReviews_NobodySeated(uint256 groupId, uint256 roleId, uint256 round);
    error UserReviews_NotWorking(uint256 groupId, IChainGroups.GroupStatus status);
    error UserReviews_RoundOver(uint256 groupId, uint256 roleId, uint256 round);
    error UserReviews_ScoreOutOfBounds(uint16 scoreBps, uint16 maxBps);
    error UserReviews_WeightOutOfBounds(uint128 weight, uint128 maxWeight);
    error UserReviews_ReferenceSeen(uint32 reporterPost, bytes32 ref);
    error UserReviews_StillHeld(uint256 groupId, uint256 roleId, uint256 round);
    error UserReviews_NoReviews(uint256 groupId, uint256 roleId, uint256 round);
    error UserReviews_FeedbackRecorded(uint256 groupId, uint256 roleId, uint256 round);

    /// @notice Reports what a user says of the present holder of a role. 用户评价.
    /// @dev Emits {ReviewRecorded}. Requirements: caller holds the group's reporter post; Formed; somebody was seated
    /// in the round, which is not over; rating at most the whole; weight within bounds; reference new.
    /// @param round Of whom the user speaks: a seating while the report is under way moves it to nobody else.
    /// @param weight Value of the user's order, minor units.
    /// @param reviewRef Commitment to the review; each is good once per post.
    /// @custom:erp UserReview
    /// @custom:pause open
    function recordReview(
        uint256 groupId,
        uint256 roleId,
        uint256 round,
        uint16 scoreBps,
        uint128 weight,
        bytes32 reviewRef
    ) external;

    /// @notice Writes what users said of a holder of a role to the credit registry. Anybody may call. 用户评价入信用.
    /// @dev Emits {FeedbackOutcomeRecorded}. Requirements: somebody was seated in that round; its time in the role is
    /// over: it left the role, or the group is Settled or Dissolved; not recorded; there are reviews.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function recordFeedback(uint256 groupId, uint256 roleId, uint256 round) external;

    /// @notice The sums of one round.
    function reviewsOf(uint256 groupId, uint256 roleId, uint256 round) external view returns (Reviews memory);

    /// @notice True when a holder has enough reviews and their weighted mean lies below the role's mark.
    function isBelowMark(uint256 groupId, uint256 roleId, uint256 round) external view returns (bool);
}
