// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IUserReviews } from "../../../../contracts/chaingroup/interfaces/IUserReviews.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { UserReviews } from "../../../../contracts/chaingroup/UserReviews.sol";
import { PeerRatings } from "../../../../contracts/chaingroup/PeerRatings.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// recordRatings, recordFeedback, and what the contract is built with.
contract RecordOutcomesTest is GroupHouse {
    // ---- peers ----

    function _ratedGroup() private returns (uint256 groupId) {
        groupId = settledGroup();
        book.set(leader, 10_000);
        commitList(groupId, leader, pairOf(hefei, 10_000, shanghai, 0));
        warpToOpening(groupId);
        revealList(groupId, leader, pairOf(hefei, 10_000, shanghai, 0));
    }

    function test_an_outcome_is_the_members_score_moved_by_its_peers() public {
        uint256 groupId = _ratedGroup();
        warpToRecord(groupId);
        // One rater of full credit, half the band: 1000 * 10,000 / 50,000 = 200; a fifth of the value.
        (uint256 weight, uint16 outcomeBps) = ratings.outcomeOf(groupId, hefei);
        assertEq(weight, PEER_VALUE / 5);
        assertEq(outcomeBps, 7200);
        vm.expectEmit(address(ratings));
        emit IPeerRatings.PeerOutcomeRecorded(groupId, hefei, 1, PEER_VALUE / 5, 7200);
        vm.prank(outsider);
        ratings.recordRatings(groupId, hefei);
        ratings.recordRatings(groupId, shanghai);
        assertEq(book.peerOutcome(hefei, groupId), 7200);
        assertEq(book.peerWeight(hefei, groupId), PEER_VALUE / 5);
        assertEq(book.peerOutcome(shanghai, groupId), 6800);
        assertTrue(ratings.tallyOf(groupId, hefei).recorded);
    }

    function test_an_outcome_is_recorded_once() public {
        uint256 groupId = _ratedGroup();
        warpToRecord(groupId);
        ratings.recordRatings(groupId, hefei);
        refused(abi.encodeWithSelector(IPeerRatings.PeerRatings_AlreadyRecorded.selector, groupId, hefei));
        ratings.recordRatings(groupId, hefei);
    }

    function test_nothing_is_recorded_of_whom_nobody_rated() public {
        uint256 groupId = _ratedGroup();
        warpToRecord(groupId);
        refused(abi.encodeWithSelector(IPeerRatings.PeerRatings_NothingCounted.selector, groupId, leader));
        ratings.recordRatings(groupId, leader);
    }

    function test_outcomes_are_recorded_from_reveal_end_on() public {
        uint256 groupId = _ratedGroup();
        (, uint256 revealEnd) = ratings.windowsOf(groupId);
        vm.warp(revealEnd - 1);
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, revealEnd - 1, revealEnd));
        ratings.recordRatings(groupId, hefei);
        uint256 state = vm.snapshotState();
        for (uint256 late; late < 2; ++late) {
            vm.warp(revealEnd + late);
            ratings.recordRatings(groupId, hefei);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
    }

    function test_a_pause_stops_no_record() public {
        uint256 groupId = _ratedGroup();
        pause();
        suspend(hefei);
        warpToRecord(groupId);
        ratings.recordRatings(groupId, hefei);
    }

    // ---- users ----

    function test_what_users_said_of_a_replaced_holder_is_recorded_at_once() public {
        uint256 groupId = formedGroup();
        complain(groupId, PLANT);
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_StillHeld.selector, groupId, PLANT, 1));
        userReviews.recordFeedback(groupId, PLANT, 1);
        groups.reopenRole(groupId, PLANT);
        vm.expectEmit(address(userReviews));
        emit IUserReviews.FeedbackOutcomeRecorded(groupId, PLANT, hefei, 1, 300, 2000);
        vm.prank(outsider);
        userReviews.recordFeedback(groupId, PLANT, 1);
        assertEq(book.feedbackOutcome(hefei, groupId), 2000);
        assertEq(book.feedbackWeight(hefei, groupId), 300);
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_FeedbackRecorded.selector, groupId, PLANT, 1));
        userReviews.recordFeedback(groupId, PLANT, 1);
    }

    function test_what_users_said_of_the_others_is_recorded_after_the_close() public {
        uint256 groupId = formedGroup();
        review(groupId, MARKET, 9999, 2);
        review(groupId, MARKET, 10_000, 1);
        warpToClose(groupId);
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_StillHeld.selector, groupId, MARKET, 1));
        userReviews.recordFeedback(groupId, MARKET, 1);
        groups.close(groupId);
        userReviews.recordFeedback(groupId, MARKET, 1);
        assertEq(book.feedbackOutcome(shanghai, groupId), 9999, "down");
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_NoReviews.selector, groupId, PLANT, 1));
        userReviews.recordFeedback(groupId, PLANT, 1);
    }

    function test_the_weight_of_users_is_capped() public {
        uint256 groupId = formedGroup();
        review(groupId, MARKET, 1000, FEEDBACK_VALUE);
        review(groupId, MARKET, 3000, FEEDBACK_VALUE);
        warpToClose(groupId);
        groups.close(groupId);
        userReviews.recordFeedback(groupId, MARKET, 1);
        assertEq(book.feedbackWeight(shanghai, groupId), FEEDBACK_VALUE);
        assertEq(book.feedbackOutcome(shanghai, groupId), 2000);
    }

    function test_nothing_is_recorded_of_a_round_in_which_nobody_was_seated() public {
        uint256 dissolved = openGroup();
        grab(dissolved, PLANT, hefei, 600);
        warpToForm(dissolved);
        groups.dissolve(dissolved);
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_NobodySeated.selector, dissolved, PLANT, 1));
        userReviews.recordFeedback(dissolved, PLANT, 1);
        uint256 groupId = reopenedGroup();
        grab(groupId, PLANT, chengdu, 600);
        warpToClose(groupId);
        groups.close(groupId);
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_NobodySeated.selector, groupId, PLANT, 2));
        userReviews.recordFeedback(groupId, PLANT, 2);
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_NobodySeated.selector, groupId, 3, 1));
        userReviews.recordFeedback(groupId, 3, 1);
    }

    // ---- construction ----

    function _build(uint32 commitSeconds, uint32 revealSeconds, uint128 peerValue) private {
        new PeerRatings(
            participants, ICreditRegistry(address(book)), groups, commitSeconds, revealSeconds, peerValue, 0
        );
    }

    function _refusedBuild(uint32 commitSeconds, uint32 revealSeconds, uint128 peerValue, bytes memory reason) private {
        ICreditRegistry scores = ICreditRegistry(address(book));
        refused(reason);
        new PeerRatings(participants, scores, groups, commitSeconds, revealSeconds, peerValue, 0);
    }

    function test_windows_and_values_are_within_bounds() public {
        (uint32 least, uint32 most) = (1 hours, 90 days);
        (uint128 low, uint128 high) = (40_001, 2 ** 60);
        _build(least, least, low);
        _build(most, most, high);
        bytes4 term = IRoom.Room_TermOutOfBounds.selector;
        _refusedBuild(least - 1, least, low, abi.encodeWithSelector(term, least - 1, least, most));
        _refusedBuild(least, most + 1, low, abi.encodeWithSelector(term, most + 1, least, most));
        _refusedBuild(least, least, low - 1, abi.encodeWithSelector(term, low - 1, low, high));
        _refusedBuild(least, least, high + 1, abi.encodeWithSelector(term, high + 1, low, high));
    }

    function test_the_value_of_users_words_is_within_bounds() public {
        ICreditRegistry scores = ICreditRegistry(address(book));
        new UserReviews(participants, scores, 1, 0);
        new UserReviews(participants, scores, 2 ** 60, 0);
        bytes4 value = IUserReviews.UserReviews_ValueOutOfBounds.selector;
        refused(abi.encodeWithSelector(value, 0, 1, uint128(2 ** 60)));
        new UserReviews(participants, scores, 0, 0);
        refused(abi.encodeWithSelector(value, uint128(2 ** 60 + 1), 1, uint128(2 ** 60)));
        new UserReviews(participants, scores, 2 ** 60 + 1, 0);
    }
}
