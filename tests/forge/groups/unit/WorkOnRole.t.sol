// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IUserReviews } from "../../../../contracts/chaingroup/interfaces/IUserReviews.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";

/// reportProgress and recordReview.
contract WorkOnRoleTest is GroupHouse {
    uint256 private groupId;

    function setUp() public override {
        super.setUp();
        groupId = formedGroup();
    }

    function _refusedProgress(address caller, uint256 roleId, uint16 earnedBps, bytes memory reason) private {
        bytes32 ref = newReference();
        refused(reason);
        vm.prank(caller);
        groupPay.reportProgress(groupId, roleId, 1, earnedBps, ref);
    }

    function _refusedReview(address caller, uint16 scoreBps, uint128 weight, bytes memory reason) private {
        bytes32 ref = newReference();
        refused(reason);
        vm.prank(caller);
        userReviews.recordReview(groupId, PLANT, 1, scoreBps, weight, ref);
    }

    // ---- progress ----

    function test_progress_credits_the_holder_with_what_it_earned() public {
        bytes32 ref = newReference();
        vm.expectEmit(address(groupPay));
        emit IGroupPay.ProgressReported(groupId, MARKET, shanghai, 1, 3333, 16_665, ref);
        vm.prank(reporter);
        groupPay.reportProgress(groupId, MARKET, 1, 3333, ref);
        assertEq(groupPay.rolePayOf(groupId, MARKET).earned, 16_665);
        assertEq(groupPay.roundPayOf(groupId, MARKET, 1).earned, 16_665);
        assertEq(groupPay.purseOf(groupId).earned, 16_665);
        assertEq(token.balanceOf(shanghai), FUNDS - STAKE, "credited, not paid");
    }

    function test_parts_of_the_pay_sum_to_the_pay() public {
        for (uint16 bps = 1; bps < 10_000; bps += 1111) {
            progress(groupId, MARKET, bps);
        }
        progress(groupId, MARKET, 10_000);
        assertEq(groupPay.roundPayOf(groupId, MARKET, 1).earned, MARKET_PAY);
    }

    function test_progress_only_grows_and_ends_at_the_whole() public {
        _refusedProgress(
            reporter,
            PLANT,
            0,
            abi.encodeWithSelector(IGroupPay.GroupPay_ProgressOutOfBounds.selector, groupId, PLANT, 0, 0)
        );
        progress(groupId, PLANT, 5000);
        _refusedProgress(
            reporter,
            PLANT,
            5000,
            abi.encodeWithSelector(IGroupPay.GroupPay_ProgressOutOfBounds.selector, groupId, PLANT, 5000, 5000)
        );
        _refusedProgress(
            reporter,
            PLANT,
            10_001,
            abi.encodeWithSelector(IGroupPay.GroupPay_ProgressOutOfBounds.selector, groupId, PLANT, 10_001, 5000)
        );
        progress(groupId, PLANT, 10_000);
    }

    function _notTheHolder(address caller, address holder) private view returns (bytes memory) {
        return abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, reporterPost, caller, holder);
    }

    function test_only_the_holder_of_the_groups_reporter_post_reports() public {
        address other = actor("other reporter");
        createPost(Offices.REPORTER, other);
        _refusedProgress(other, PLANT, 5000, _notTheHolder(other, reporter));
        _refusedReview(other, 5000, 1, _notTheHolder(other, reporter));
        _refusedProgress(leader, PLANT, 5000, _notTheHolder(leader, reporter));
    }

    function test_a_post_that_changes_hands_reports_on_from_the_next_holder_alone() public {
        address next = actor("next reporter");
        progress(groupId, PLANT, 1000);
        handOver(reporterPost, next);
        _refusedProgress(reporter, PLANT, 5000, _notTheHolder(reporter, next));
        _refusedReview(reporter, 5000, 1, _notTheHolder(reporter, next));
        reporter = next;
        progress(groupId, PLANT, 5000);
        review(groupId, PLANT, 5000, 1);
        vacate(reporterPost);
        _refusedProgress(next, PLANT, 6000, _notTheHolder(next, address(0)));
    }

    function test_nothing_is_reported_of_what_is_unknown() public {
        _refusedProgress(
            reporter, 3, 5000, abi.encodeWithSelector(IGroupPay.GroupPay_NobodySeated.selector, groupId, 3, 1)
        );
        groupId = 99;
        _refusedProgress(
            reporter, PLANT, 5000, abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, 0, reporter, address(0))
        );
    }

    function test_nothing_is_reported_before_forming_or_after_the_close() public {
        uint256 settled = groupId;
        groupId = grabbedGroup();
        _refusedOfBoth(IChainGroups.GroupStatus.Open);
        groupId = settled;
        warpToClose(groupId);
        progress(groupId, PLANT, 100);
        groups.close(groupId);
        _refusedOfBoth(IChainGroups.GroupStatus.Settled);
    }

    function _refusedOfBoth(IChainGroups.GroupStatus status) private {
        _refusedProgress(
            reporter, PLANT, 5000, abi.encodeWithSelector(IGroupPay.GroupPay_NotWorking.selector, groupId, status)
        );
        _refusedReview(
            reporter, 5000, 1, abi.encodeWithSelector(IUserReviews.UserReviews_NotWorking.selector, groupId, status)
        );
    }

    function test_nobody_reviews_a_holder_whose_role_was_taken_from_it() public {
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        _refusedReview(
            reporter, 5000, 1, abi.encodeWithSelector(IUserReviews.UserReviews_RoundOver.selector, groupId, PLANT, 1)
        );
    }

    function test_nothing_is_reported_of_a_round_in_which_nobody_was_seated() public {
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        uint256[3] memory rounds = [uint256(0), 2, 3];
        for (uint256 i; i < 3; ++i) {
            vm.startPrank(reporter);
            refused(abi.encodeWithSelector(IGroupPay.GroupPay_NobodySeated.selector, groupId, PLANT, rounds[i]));
            groupPay.reportProgress(groupId, PLANT, rounds[i], 5000, bytes32("evidence"));
            refused(abi.encodeWithSelector(IUserReviews.UserReviews_NobodySeated.selector, groupId, PLANT, rounds[i]));
            userReviews.recordReview(groupId, PLANT, rounds[i], 5000, 1, bytes32("evidence"));
            vm.stopPrank();
        }
    }

    function test_the_same_evidence_is_refused_the_second_time() public {
        bytes32 ref = newReference();
        vm.startPrank(reporter);
        groupPay.reportProgress(groupId, PLANT, 1, 100, ref);
        refused(abi.encodeWithSelector(IGroupPay.GroupPay_ReferenceSeen.selector, reporterPost, ref));
        groupPay.reportProgress(groupId, PLANT, 1, 200, ref);
        userReviews.recordReview(groupId, PLANT, 1, 5000, 1, ref);
        refused(abi.encodeWithSelector(IUserReviews.UserReviews_ReferenceSeen.selector, reporterPost, ref));
        userReviews.recordReview(groupId, PLANT, 1, 5000, 1, ref);
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        groupPay.reportProgress(groupId, PLANT, 1, 200, bytes32(0));
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        userReviews.recordReview(groupId, PLANT, 1, 5000, 1, bytes32(0));
        vm.stopPrank();
    }

    function test_nobody_uses_up_the_evidence_of_another_post() public {
        address other = actor("other reporter");
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.reporterPost = createPost(Offices.REPORTER, other);
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](1);
        roles[0] = roleTerms(1);
        uint256 theirs = openGroup(terms, roles);
        grab(theirs, PLANT, chengdu, TARGET);
        warpToForm(theirs);
        groups.form(theirs);
        bytes32 ref = newReference();
        vm.prank(other);
        groupPay.reportProgress(theirs, PLANT, 1, 100, ref);
        vm.prank(reporter);
        groupPay.reportProgress(groupId, PLANT, 1, 100, ref);
    }

    function test_pause_and_suspension_stop_no_report() public {
        pause();
        suspend(hefei);
        progress(groupId, PLANT, 5000);
        review(groupId, PLANT, 5000, 1);
    }

    // ---- reviews ----

    function test_a_review_is_counted_by_its_weight() public {
        bytes32 ref = newReference();
        vm.expectEmit(address(userReviews));
        emit IUserReviews.ReviewRecorded(groupId, PLANT, hefei, 1, 8000, 30, ref);
        vm.prank(reporter);
        userReviews.recordReview(groupId, PLANT, 1, 8000, 30, ref);
        review(groupId, PLANT, 2000, 10);
        IUserReviews.Reviews memory sums = userReviews.reviewsOf(groupId, PLANT, 1);
        assertEq(sums.count, 2);
        assertEq(sums.weight, 40);
        assertEq(sums.weighted, 260_000);
        assertEq(groupLens.reviewMeanDown(groupId, PLANT, 1), 6500);
    }

    function test_a_review_is_within_bounds() public {
        uint128 most = userReviews.MAX_VALUE();
        _refusedReview(
            reporter,
            10_001,
            1,
            abi.encodeWithSelector(IUserReviews.UserReviews_ScoreOutOfBounds.selector, 10_001, 10_000)
        );
        _refusedReview(
            reporter, 1, 0, abi.encodeWithSelector(IUserReviews.UserReviews_WeightOutOfBounds.selector, 0, most)
        );
        _refusedReview(
            reporter,
            1,
            most + 1,
            abi.encodeWithSelector(IUserReviews.UserReviews_WeightOutOfBounds.selector, most + 1, most)
        );
        review(groupId, PLANT, 10_000, most);
        review(groupId, PLANT, 0, 1);
    }
}
