// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// Reports of performance, their disputes and rulings.
contract ReportPerformanceTest is BetHouse {
    uint256 private betId;

    function setUp() public override {
        super.setUp();
        betId = active(2);
        warpToEnd(betId, 1);
    }

    function _standing(uint256 i, uint256 shortfall, uint256 attained, uint256 penalty) private {
        IBetContracts.Party memory record = bets.party(betId, member(i));
        assertEq(record.shortfall, shortfall, "shortfall");
        assertEq(record.attained, attained, "attained");
        assertEq(record.penalty, penalty, "penalty");
    }

    function _performance(uint256 i, uint16 period) private returns (IBetContracts.Report memory) {
        return bets.report(betId, member(i), period);
    }

    // ---- report ----

    function test_a_report_counts_at_once() public {
        // 50 of 100 made, no defects: 0.6 * 5000 + 0.4 * 10000 = 7000; a third of the periods: 1000 of 10000 lost.
        IBetContracts.Standing memory standing = IBetContracts.Standing({
            keptBps: 7000,
            attainmentBps: 7000,
            penalty: 10_000,
            contribution: 5000 * 27_000,
            penalties: 10_000,
            weight: 5000 * 57_000
        });
        vm.expectEmit(address(bets));
        emit IBetContracts.BetPerformanceReported(betId, member(0), EVIDENCE, 1, pair(50, 0), standing);
        report(betId, 0, 1, 50, 0);
        _standing(0, 3000, 27_000, 10_000);
        _standing(1, 0, 30_000, 0);
        assertEq(bets.bet(betId).penalties, 10_000);
        assertEq(bets.bet(betId).weight, 5000 * 57_000);
        IBetContracts.Report memory entry = _performance(0, 1);
        assertEq(uint256(entry.status), uint256(IBetContracts.ReportStatus.Reported));
        assertEq(entry.reportedAt, block.timestamp);
        assertEq(entry.keptBps, 7000);
    }

    function test_a_surpassed_target_raises_the_contribution_only() public {
        report(betId, 1, 1, 200, 0);
        _standing(1, 0, 36_000, 0);
        assertEq(bets.bet(betId).weight, 5000 * 66_000);
    }

    function test_reports_of_several_periods_add_up_to_the_cap() public {
        report(betId, 0, 1, 0, 10);
        _standing(0, 10_000, 20_000, 33_334);
        warpToEnd(betId, 2);
        report(betId, 0, 2, 0, 10);
        _standing(0, 20_000, 10_000, 50_000);
        warpToEnd(betId, 3);
        report(betId, 0, 3, 0, 10);
        _standing(0, 30_000, 0, 50_000);
        assertEq(bets.bet(betId).penalties, 50_000);
        assertEq(bets.bet(betId).weight, 5000 * 30_000);
    }

    function test_only_the_reporter_in_office_reports() public {
        appoint(Offices.REPORTER, outsider);
        refusedBecause(IBetContracts.BetContracts_NotTheReporter.selector, betId, outsider);
        vm.prank(outsider);
        bets.reportPerformance(betId, member(0), 1, pair(1, 1), EVIDENCE);
        revoke(Offices.REPORTER, reporter);
        refusedBecause(IBetContracts.BetContracts_NotTheReporter.selector, betId, reporter);
        report(betId, 0, 1, 1, 1);
    }

    function test_reports_are_of_active_bets_known_parties_and_periods() public {
        refusedBecause(IBetContracts.BetContracts_Unknown.selector, 99);
        report(99, 0, 1, 1, 1);
        uint256 other = proposed(2);
        refusedIn(other, IBetContracts.BetStatus.Proposed);
        report(other, 0, 1, 1, 1);
        refusedBecause(IBetContracts.BetContracts_NotAParty.selector, betId, member(2));
        report(betId, 2, 1, 1, 1);
        _refusedPeriod(0);
        report(betId, 0, 0, 1, 1);
        _refusedPeriod(PERIODS + 1);
        report(betId, 0, PERIODS + 1, 1, 1);
    }

    function _refusedPeriod(uint16 period) private {
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_PeriodUnknown.selector, betId, period, PERIODS));
    }

    function test_a_report_names_its_evidence() public {
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ZeroReference.selector));
        vm.prank(reporter);
        bets.reportPerformance(betId, member(0), 1, pair(1, 1), 0);
    }

    function test_a_period_is_reported_once() public {
        report(betId, 0, 1, 100, 0);
        refusedReport(betId, IBetContracts.ReportStatus.Reported);
        report(betId, 0, 1, 100, 0);
        report(betId, 1, 1, 100, 0);
    }

    function test_a_report_has_one_bounded_value_for_each_target() public {
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ValuesMismatch.selector, betId, 1, 2));
        vm.prank(reporter);
        bets.reportPerformance(betId, member(0), 1, new uint64[](1), EVIDENCE);
        uint64 most = 2 ** 60;
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, most + 1, 0, most));
        report(betId, 0, 1, most + 1, 0);
        report(betId, 0, 1, most, 0);
    }

    function test_reports_come_after_the_period_and_within_their_time() public {
        (uint256 opensAt, uint256 closesAt) = bets.reportWindow(betId, 2);
        vm.warp(opensAt - 1);
        refusedTooEarly(betId, opensAt);
        report(betId, 0, 2, 1, 1);
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(betId, closesAt);
            report(betId, 0, 2, 1, 1);
        }
        vm.warp(closesAt - 1);
        report(betId, 0, 2, 1, 1);
        vm.warp(opensAt);
        report(betId, 1, 2, 1, 1);
    }

    function test_pause_and_suspension_stop_no_report_dispute_or_ruling() public {
        pause();
        suspend(member(0));
        suspend(sponsor);
        report(betId, 0, 1, 1, 1);
        disputeAs(member(0), betId, member(0), 1);
        rule(betId, 0, 1, 100, 0);
        _standing(0, 0, 30_000, 0);
    }

    // ---- dispute ----

    function test_party_any_other_party_and_sponsor_may_dispute() public {
        address[3] memory callers = [member(0), member(1), sponsor];
        report(betId, 0, 1, 50, 0);
        uint256 state = vm.snapshotState();
        for (uint256 i; i < 3; ++i) {
            vm.expectEmit(address(bets));
            emit IBetContracts.BetReportDisputed(betId, member(0), callers[i], 1, "reason");
            disputeAs(callers[i], betId, member(0), 1);
            IBetContracts.Report memory entry = _performance(0, 1);
            assertEq(uint256(entry.status), uint256(IBetContracts.ReportStatus.Disputed));
            assertEq(entry.disputedAt, block.timestamp);
            _standing(0, 3000, 27_000, 10_000);
            vm.revertToState(state);
        }
    }

    function test_nobody_else_disputes() public {
        report(betId, 0, 1, 50, 0);
        refusedBecause(IBetContracts.BetContracts_NotAParty.selector, betId, outsider);
        disputeAs(outsider, betId, member(0), 1);
        refusedBecause(IBetContracts.BetContracts_NotAParty.selector, betId, reporter);
        disputeAs(reporter, betId, member(0), 1);
    }

    function test_disputes_are_of_active_bets_known_parties_and_periods_with_a_reason() public {
        refusedBecause(IBetContracts.BetContracts_Unknown.selector, 99);
        disputeAs(sponsor, 99, member(0), 1);
        uint256 other = proposed(2);
        refusedIn(other, IBetContracts.BetStatus.Proposed);
        disputeAs(sponsor, other, member(0), 1);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ZeroReference.selector));
        vm.prank(sponsor);
        bets.dispute(betId, member(0), 1, 0);
        refusedBecause(IBetContracts.BetContracts_NotAParty.selector, betId, outsider);
        disputeAs(sponsor, betId, outsider, 1);
        _refusedPeriod(0);
        disputeAs(sponsor, betId, member(0), 0);
        _refusedPeriod(PERIODS + 1);
        disputeAs(sponsor, betId, member(0), PERIODS + 1);
    }

    function test_a_report_may_be_disputed_within_its_time() public {
        report(betId, 0, 1, 50, 0);
        uint256 closesAt = block.timestamp + DISPUTE_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(betId, closesAt);
            disputeAs(sponsor, betId, member(0), 1);
        }
        vm.warp(closesAt - 1);
        disputeAs(sponsor, betId, member(0), 1);
        refusedReport(betId, IBetContracts.ReportStatus.Disputed);
        disputeAs(sponsor, betId, member(0), 1);
    }

    function test_silence_may_be_disputed_after_the_time_for_reports() public {
        (, uint256 opensAt) = bets.reportWindow(betId, 1);
        vm.warp(opensAt - 1);
        refusedTooEarly(betId, opensAt);
        disputeAs(sponsor, betId, member(0), 1);
        uint256 closesAt = opensAt + DISPUTE_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(betId, closesAt);
            disputeAs(sponsor, betId, member(0), 1);
        }
        vm.warp(closesAt - 1);
        disputeAs(sponsor, betId, member(0), 1);
        _standing(0, 0, 30_000, 0);
        rule(betId, 0, 1, 50, 0);
        _standing(0, 3000, 27_000, 10_000);
        vm.warp(opensAt);
        disputeAs(sponsor, betId, member(1), 1);
    }

    function test_a_disputed_period_is_not_reported_again() public {
        report(betId, 0, 1, 50, 0);
        disputeAs(sponsor, betId, member(0), 1);
        refusedReport(betId, IBetContracts.ReportStatus.Disputed);
        report(betId, 0, 1, 50, 0);
    }

    // ---- rule ----

    function test_a_ruling_takes_the_place_of_the_report() public {
        report(betId, 0, 1, 50, 0);
        report(betId, 1, 1, 50, 0);
        disputeAs(member(0), betId, member(0), 1);
        IBetContracts.Standing memory standing = IBetContracts.Standing({
            keptBps: 10_000,
            attainmentBps: 13_000,
            penalty: 0,
            contribution: 5000 * 33_000,
            penalties: 20_000,
            weight: 5000 * 60_000
        });
        vm.expectEmit(address(bets));
        emit IBetContracts.BetPerformanceRuled(betId, member(0), EVIDENCE, 1, pair(150, 0), standing);
        rule(betId, 0, 1, 150, 0);
        _standing(0, 0, 33_000, 0);
        refusedReport(betId, IBetContracts.ReportStatus.Ruled);
        rule(betId, 0, 1, 150, 0);
        refusedReport(betId, IBetContracts.ReportStatus.Ruled);
        disputeAs(sponsor, betId, member(0), 1);
        refusedReport(betId, IBetContracts.ReportStatus.Ruled);
        report(betId, 0, 1, 50, 0);
    }

    function test_only_the_arbiter_in_office_rules() public {
        report(betId, 0, 1, 50, 0);
        disputeAs(member(0), betId, member(0), 1);
        appoint(Offices.ARBITER, outsider);
        refusedBecause(IBetContracts.BetContracts_NotTheArbiter.selector, betId, outsider);
        vm.prank(outsider);
        bets.rulePerformance(betId, member(0), 1, pair(1, 1), EVIDENCE);
        refusedBecause(IBetContracts.BetContracts_NotTheArbiter.selector, betId, reporter);
        vm.prank(reporter);
        bets.rulePerformance(betId, member(0), 1, pair(1, 1), EVIDENCE);
        revoke(Offices.ARBITER, arbiter);
        refusedBecause(IBetContracts.BetContracts_NotTheArbiter.selector, betId, arbiter);
        rule(betId, 0, 1, 1, 1);
    }

    function test_rulings_are_of_disputed_reports_of_active_bets() public {
        refusedBecause(IBetContracts.BetContracts_Unknown.selector, 99);
        rule(99, 0, 1, 1, 1);
        uint256 other = proposed(2);
        refusedIn(other, IBetContracts.BetStatus.Proposed);
        rule(other, 0, 1, 1, 1);
        refusedReport(betId, IBetContracts.ReportStatus.None);
        rule(betId, 0, 1, 1, 1);
        report(betId, 0, 1, 50, 0);
        refusedReport(betId, IBetContracts.ReportStatus.Reported);
        rule(betId, 0, 1, 1, 1);
        disputeAs(member(0), betId, member(0), 1);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ZeroReference.selector));
        vm.prank(arbiter);
        bets.rulePerformance(betId, member(0), 1, pair(1, 1), 0);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ValuesMismatch.selector, betId, 3, 2));
        vm.prank(arbiter);
        bets.rulePerformance(betId, member(0), 1, new uint64[](3), EVIDENCE);
    }

    /// The entries of index and value have account zero: no ruling of performance reaches them.
    function test_no_ruling_of_performance_reaches_the_index_or_the_value() public {
        warpToEnd(betId, 3);
        reportValue(betId, 5);
        disputeAs(sponsor, betId, address(0), 0);
        refusedBecause(IBetContracts.BetContracts_NotAParty.selector, betId, address(0));
        vm.prank(arbiter);
        bets.rulePerformance(betId, address(0), 0, new uint64[](0), EVIDENCE);
        refusedBecause(IBetContracts.BetContracts_NotAParty.selector, betId, address(0));
        vm.prank(reporter);
        bets.reportPerformance(betId, address(0), 1, new uint64[](0), EVIDENCE);
    }

    function test_a_ruling_comes_within_its_time_or_the_report_stands() public {
        report(betId, 0, 1, 50, 0);
        disputeAs(member(0), betId, member(0), 1);
        uint256 closesAt = block.timestamp + DISPUTE_SECONDS + RULING_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(betId, closesAt);
            rule(betId, 0, 1, 100, 0);
        }
        _standing(0, 3000, 27_000, 10_000);
        vm.warp(closesAt - 1);
        rule(betId, 0, 1, 100, 0);
        _standing(0, 0, 30_000, 0);
    }
}
