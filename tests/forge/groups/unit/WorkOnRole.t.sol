// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

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
        groups.reportProgress(groupId, roleId, 1, earnedBps, ref);
    }

    function _refusedReview(address caller, uint16 scoreBps, uint128 weight, bytes memory reason) private {
        bytes32 ref = newReference();
        refused(reason);
        vm.prank(caller);
        groups.recordReview(groupId, PLANT, 1, scoreBps, weight, ref);
    }

    // ---- progress ----

    function test_progress_credits_the_holder_with_what_it_earned() public {
        bytes32 ref = newReference();
        vm.expectEmit(address(groups));
        emit IChainGroups.ProgressReported(groupId, MARKET, shanghai, 1, 3333, 16_665, ref);
        vm.prank(reporter);
        groups.reportProgress(groupId, MARKET, 1, 3333, ref);
        assertEq(groups.role(groupId, MARKET).earned, 16_665);
        assertEq(groups.roundOf(groupId, MARKET, 1).earned, 16_665);
        assertEq(groups.group(groupId).earned, 16_665);
        assertEq(token.balanceOf(shanghai), FUNDS - STAKE, "credited, not paid");
    }

    function test_parts_of_the_pay_sum_to_the_pay() public {
        for (uint16 bps = 1; bps < 10_000; bps += 1111) {
            progress(groupId, MARKET, bps);
        }
        progress(groupId, MARKET, 10_000);
        assertEq(groups.roundOf(groupId, MARKET, 1).earned, MARKET_PAY);
    }

    function test_progress_only_grows_and_ends_at_the_whole() public {
        _refusedProgress(
            reporter,
            PLANT,
            0,
            abi.encodeWithSelector(IChainGroups.ChainGroups_ProgressOutOfBounds.selector, groupId, PLANT, 0, 0)
        );
        progress(groupId, PLANT, 5000);
        _refusedProgress(
            reporter,
            PLANT,
            5000,
            abi.encodeWithSelector(IChainGroups.ChainGroups_ProgressOutOfBounds.selector, groupId, PLANT, 5000, 5000)
        );
        _refusedProgress(
            reporter,
            PLANT,
            10_001,
            abi.encodeWithSelector(IChainGroups.ChainGroups_ProgressOutOfBounds.selector, groupId, PLANT, 10_001, 5000)
        );
        progress(groupId, PLANT, 10_000);
    }

    function test_only_the_groups_reporter_reports_and_only_in_office() public {
        address other = actor("other reporter");
        appoint(Offices.REPORTER, other);
        bytes memory reason = abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheReporter.selector, groupId, other);
        _refusedProgress(other, PLANT, 5000, reason);
        _refusedReview(other, 5000, 1, reason);
        revoke(Offices.REPORTER, reporter);
        reason = abi.encodeWithSelector(IChainGroups.ChainGroups_NotTheReporter.selector, groupId, reporter);
        _refusedProgress(reporter, PLANT, 5000, reason);
        _refusedReview(reporter, 5000, 1, reason);
    }

    function test_nothing_is_reported_of_what_is_unknown() public {
        _refusedProgress(
            reporter, 3, 5000, abi.encodeWithSelector(IChainGroups.ChainGroups_UnknownRole.selector, groupId, 3)
        );
        groupId = 99;
        _refusedProgress(reporter, PLANT, 5000, abi.encodeWithSelector(IChainGroups.ChainGroups_Unknown.selector, 99));
    }

    function test_nothing_is_reported_before_forming_or_after_the_close() public {
        uint256 settled = groupId;
        groupId = grabbedGroup();
        bytes memory reason = abi.encodeWithSelector(
            IChainGroups.ChainGroups_WrongStatus.selector,
            groupId,
            IChainGroups.GroupStatus.Open,
            IChainGroups.GroupStatus.Formed
        );
        _refusedProgress(reporter, PLANT, 5000, reason);
        _refusedReview(reporter, 5000, 1, reason);
        groupId = settled;
        warpToClose(groupId);
        progress(groupId, PLANT, 100);
        groups.close(groupId);
        reason = abi.encodeWithSelector(
            IChainGroups.ChainGroups_WrongStatus.selector,
            groupId,
            IChainGroups.GroupStatus.Settled,
            IChainGroups.GroupStatus.Formed
        );
        _refusedProgress(reporter, PLANT, 5000, reason);
        _refusedReview(reporter, 5000, 1, reason);
    }

    function test_nobody_reviews_a_holder_whose_role_was_taken_from_it() public {
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        _refusedReview(
            reporter, 5000, 1, abi.encodeWithSelector(IChainGroups.ChainGroups_RoundOver.selector, groupId, PLANT, 1)
        );
    }

    function test_nothing_is_reported_of_a_round_in_which_nobody_was_seated() public {
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
        grab(groupId, PLANT, qingdao, 500);
        uint256[3] memory rounds = [uint256(0), 2, 3];
        for (uint256 i; i < 3; ++i) {
            bytes memory reason =
                abi.encodeWithSelector(IChainGroups.ChainGroups_NobodySeated.selector, groupId, PLANT, rounds[i]);
            vm.startPrank(reporter);
            refused(reason);
            groups.reportProgress(groupId, PLANT, rounds[i], 5000, bytes32("evidence"));
            refused(reason);
            groups.recordReview(groupId, PLANT, rounds[i], 5000, 1, bytes32("evidence"));
            vm.stopPrank();
        }
    }

    function test_the_same_evidence_is_refused_the_second_time() public {
        bytes32 ref = newReference();
        vm.startPrank(reporter);
        groups.reportProgress(groupId, PLANT, 1, 100, ref);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_ReferenceSeen.selector, reporter, ref));
        groups.reportProgress(groupId, PLANT, 1, 200, ref);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_ReferenceSeen.selector, reporter, ref));
        groups.recordReview(groupId, PLANT, 1, 5000, 1, ref);
        refused(abi.encodeWithSelector(IChainGroups.ChainGroups_ZeroReference.selector));
        groups.reportProgress(groupId, PLANT, 1, 200, bytes32(0));
        vm.stopPrank();
    }

    function test_nobody_uses_up_the_evidence_of_another_reporter() public {
        address other = actor("other reporter");
        appoint(Offices.REPORTER, other);
        IChainGroups.GroupTerms memory terms = groupTerms();
        terms.reporter = other;
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](1);
        roles[0] = roleTerms(1);
        uint256 theirs = openGroup(terms, roles);
        grab(theirs, PLANT, chengdu, TARGET);
        warpToForm(theirs);
        groups.form(theirs);
        bytes32 ref = newReference();
        vm.prank(other);
        groups.reportProgress(theirs, PLANT, 1, 100, ref);
        vm.prank(reporter);
        groups.reportProgress(groupId, PLANT, 1, 100, ref);
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
        vm.expectEmit(address(groups));
        emit IChainGroups.ReviewRecorded(groupId, PLANT, hefei, 1, 8000, 30, ref);
        vm.prank(reporter);
        groups.recordReview(groupId, PLANT, 1, 8000, 30, ref);
        review(groupId, PLANT, 2000, 10);
        IChainGroups.Round memory filling = groups.roundOf(groupId, PLANT, 1);
        assertEq(filling.reviews, 2);
        assertEq(filling.reviewWeight, 40);
        assertEq(filling.reviewWeighted, 260_000);
    }

    function test_a_review_is_within_bounds() public {
        uint128 most = groups.MAX_AMOUNT();
        _refusedReview(
            reporter,
            10_001,
            1,
            abi.encodeWithSelector(IChainGroups.ChainGroups_ScoreOutOfBounds.selector, 10_001, 10_000)
        );
        _refusedReview(
            reporter, 1, 0, abi.encodeWithSelector(IChainGroups.ChainGroups_WeightOutOfBounds.selector, 0, most)
        );
        _refusedReview(
            reporter,
            1,
            most + 1,
            abi.encodeWithSelector(IChainGroups.ChainGroups_WeightOutOfBounds.selector, most + 1, most)
        );
        review(groupId, PLANT, 10_000, most);
        review(groupId, PLANT, 0, 1);
    }
}
