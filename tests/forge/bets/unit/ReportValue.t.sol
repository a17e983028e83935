// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetReports } from "../../../../contracts/bets/interfaces/IBetReports.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// The value added: reported, disputed, ruled.
contract ReportValueTest is BetHouse {
    uint256 private betId;

    function setUp() public override {
        super.setUp();
        betId = active(2);
        warpToEnd(betId, PERIODS);
    }

    function _rule(uint64 value) private {
        ruleValue(betId, value);
    }

    function _standing(uint64 value) private pure returns (IBetBook.Standing memory standing) {
        standing.weight = 2 * 5000 * 30_000;
        standing.valueAdded = value;
    }

    function _refusedHearing(Hearing.Stage stage) private {
        refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, stage));
    }

    function test_the_value_is_reported_once() public {
        vm.expectEmit(address(bets));
        emit IBetBook.BetReported(betId, address(0), EVIDENCE, 0, false, one(400_000), _standing(400_000));
        reportValue(betId, 400_000);
        assertEq(bets.bet(betId).valueAdded, 400_000);
        refused(abi.encodeWithSelector(IBetReports.BetContracts_ReportedBefore.selector, betId, address(0), 0));
        reportValue(betId, 400_000);
    }

    function test_only_the_holder_of_the_reporters_post_reports_it_with_evidence() public {
        refusedHolder(reporterPost, sponsor, reporter);
        reportAs(sponsor, betId, address(0), 0, one(1));
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(reporter);
        bets.report(betId, address(0), 0, one(1), nobody(), 0);
        handOver(reporterPost, outsider);
        refusedHolder(reporterPost, reporter, outsider);
        reportValue(betId, 1);
        reportAs(outsider, betId, address(0), 0, one(1));
    }

    function test_the_value_is_at_most_the_pool() public {
        refused(abi.encodeWithSelector(IBetReports.BetContracts_ValueExceedsPool.selector, betId, POOL + 1, POOL));
        reportValue(betId, POOL + 1);
        reportValue(betId, POOL);
        disputeAs(sponsor, betId, address(0), 0);
        refused(abi.encodeWithSelector(IBetReports.BetContracts_ValueExceedsPool.selector, betId, POOL + 1, POOL));
        _rule(POOL + 1);
    }

    function test_the_value_is_reported_after_the_last_period_within_its_time() public {
        (uint256 opensAt, uint256 closesAt) = (endOf(betId, PERIODS), reportEndOf(betId, PERIODS));
        vm.warp(opensAt - 1);
        refusedTooEarly(opensAt);
        reportValue(betId, 1);
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(closesAt);
            reportValue(betId, 1);
        }
        vm.warp(closesAt - 1);
        reportValue(betId, 1);
    }

    function test_a_disputed_value_is_ruled() public {
        reportValue(betId, 1);
        uint40 ruleBy = uint40(block.timestamp) + DISPUTE_SECONDS + RULING_SECONDS;
        vm.expectEmit(address(bets));
        emit IBetBook.BetReportDisputed(betId, address(0), member(1), 0, "reason", ruleBy);
        disputeAs(member(1), betId, address(0), 0);
        vm.expectEmit(address(bets));
        emit IBetBook.BetReported(betId, address(0), EVIDENCE, 0, true, one(700_000), _standing(700_000));
        _rule(700_000);
        assertEq(bets.bet(betId).valueAdded, 700_000);
        _refusedHearing(Hearing.Stage.Ruled);
        _rule(700_000);
    }

    function test_a_value_that_was_kept_silent_can_be_ruled() public {
        uint256 opensAt = reportEndOf(betId, PERIODS);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotYetDisputable.selector, block.timestamp, opensAt));
        disputeAs(member(0), betId, address(0), 0);
        vm.warp(opensAt + DISPUTE_SECONDS);
        refused(
            abi.encodeWithSelector(
                Hearing.Hearing_NoLongerDisputable.selector, block.timestamp, opensAt + DISPUTE_SECONDS
            )
        );
        disputeAs(member(0), betId, address(0), 0);
        vm.warp(opensAt + DISPUTE_SECONDS - 1);
        disputeAs(member(0), betId, address(0), 0);
        _rule(300_000);
        assertEq(bets.bet(betId).valueAdded, 300_000);
    }

    function test_only_the_arbiter_rules_it_in_time_and_only_when_disputed() public {
        reportValue(betId, 1);
        _refusedHearing(Hearing.Stage.None);
        _rule(2);
        disputeAs(sponsor, betId, address(0), 0);
        refusedHolder(arbiterPost, sponsor, arbiter);
        ruleAs(sponsor, betId, address(0), 0, one(0));
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(arbiter);
        bets.rule(betId, address(0), 0, one(0), nobody(), 0);
        uint256 closesAt = block.timestamp + DISPUTE_SECONDS + RULING_SECONDS;
        vm.warp(closesAt);
        refused(abi.encodeWithSelector(Hearing.Hearing_RulingClosed.selector, block.timestamp, closesAt));
        _rule(2);
        vm.warp(closesAt - 1);
        _rule(2);
    }

    // ---- the pool grows ----

    function test_anybody_tops_the_pool_up_before_the_value_is_reported() public {
        address friend = member(2);
        vm.expectEmit(address(bets));
        emit IBetBook.BetPoolToppedUp(betId, friend, 500, POOL + 500);
        vm.prank(friend);
        bets.topUpPool(betId, 500);
        assertEq(token.balanceOf(friend), FUNDS - 500);
        reportValue(betId, POOL + 500);
        vm.prank(friend);
        vm.expectRevert();
        bets.topUpPool(betId, 1);
        settle(betId);
        bets.withdrawFor(betId, member(0));
        bets.withdrawFor(betId, member(1));
        assertEq(token.balanceOf(address(bets)), 0);
    }

    function test_a_top_up_comes_before_the_time_for_the_value_is_over() public {
        uint256 closesAt = reportEndOf(betId, PERIODS);
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(closesAt);
            vm.prank(sponsor);
            bets.topUpPool(betId, 1);
        }
        vm.warp(closesAt - 1);
        vm.prank(sponsor);
        bets.topUpPool(betId, 1);
        settle(betId);
        assertEq(bets.bet(betId).remainder, POOL + 1, "what is not shared returns to the sponsor");
    }

    function test_a_top_up_is_of_an_active_bet_and_within_bounds() public {
        vm.startPrank(sponsor);
        refusedTerm(0, 1, 2 ** 60 - POOL);
        bets.topUpPool(betId, 0);
        refusedTerm(2 ** 60 - POOL + 1, 1, 2 ** 60 - POOL);
        bets.topUpPool(betId, 2 ** 60 - POOL + 1);
        vm.stopPrank();
        uint256 other = proposed(2);
        refusedIn(other, IBetBook.BetStatus.Proposed);
        vm.prank(sponsor);
        bets.topUpPool(other, 1);
    }
}
