// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IBetReports } from "../../../../contracts/bets/interfaces/IBetReports.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
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
        IBetBook.Party memory record = bets.party(betId, member(i));
        assertEq(record.shortfall, shortfall, "shortfall");
        assertEq(record.contribution, 5000 * attained, "contribution");
        assertEq(record.penalty, penalty, "penalty");
    }

    function _performance(uint256 i, uint16 period) private returns (IBetBook.Report memory) {
        return reportOf(betId, member(i), period);
    }

    // ---- report ----

    function test_a_report_counts_at_once() public {
        // 50 of 100 made, no defects: 0.6 * 5000 + 0.4 * 10000 = 7000; a third of the periods: 1000 of 10000 lost.
        IBetBook.Standing memory standing = IBetBook.Standing({
            keptBps: 7000,
            shortfallBps: 3000,
            attainmentBps: 7000,
            factorBps: 10_000,
            penalty: 10_000,
            contribution: 5000 * 27_000,
            penalties: 10_000,
            weight: 5000 * 57_000,
            valueAdded: 0
        });
        vm.expectEmit(address(bets));
        emit IBetBook.BetReported(betId, member(0), EVIDENCE, 1, false, pair(50, 0), standing);
        report(betId, 0, 1, 50, 0);
        _standing(0, 3000, 27_000, 10_000);
        _standing(1, 0, 30_000, 0);
        assertEq(bets.bet(betId).penalties, 10_000);
        assertEq(bets.bet(betId).weight, 5000 * 57_000);
        IBetBook.Report memory entry = _performance(0, 1);
        assertTrue(entry.measured);
        assertEq(entry.reportedAt, block.timestamp);
        assertEq(entry.shortfallBps, 3000);
        assertEq(bets.party(betId, member(0)).measured, 1);
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

    function test_only_the_holder_of_the_reporters_post_reports() public {
        refusedHolder(reporterPost, outsider, reporter);
        reportAs(outsider, betId, member(0), 1, pair(1, 1));
        handOver(reporterPost, outsider);
        refusedHolder(reporterPost, reporter, outsider);
        report(betId, 0, 1, 1, 1);
        reportAs(outsider, betId, member(0), 1, pair(1, 1));
    }

    function test_reports_are_of_active_bets_known_parties_and_periods() public {
        refusedBecause(IBetBook.BetContracts_Unknown.selector, 99);
        report(99, 0, 1, 1, 1);
        uint256 other = proposed(2);
        refusedIn(other, IBetBook.BetStatus.Proposed);
        report(other, 0, 1, 1, 1);
        refusedBecause(IBetBook.BetContracts_NotAParty.selector, betId, member(2));
        report(betId, 2, 1, 1, 1);
        _refusedPeriod(0);
        report(betId, 0, 0, 1, 1);
        _refusedPeriod(PERIODS + 1);
        report(betId, 0, PERIODS + 1, 1, 1);
    }

    function _refusedAgain() private {
        refused(abi.encodeWithSelector(IBetReports.BetContracts_ReportedBefore.selector, betId, member(0), 1));
    }

    function _refusedHearing(Hearing.Stage stage) private {
        refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, stage));
    }

    function _refusedPeriod(uint16 period) private {
        refused(abi.encodeWithSelector(IBetBook.BetContracts_PeriodUnknown.selector, betId, period, 1, PERIODS));
    }

    function test_a_report_names_its_evidence() public {
        IBetBook.PartyTerms memory terms = pledge(0);
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(reporter);
        bets.report(betId, terms.account, 1, pair(1, 1), terms, 0);
    }

    function test_a_period_is_reported_once() public {
        report(betId, 0, 1, 100, 0);
        _refusedAgain();
        report(betId, 0, 1, 100, 0);
        report(betId, 1, 1, 100, 0);
    }

    function test_a_report_has_one_bounded_value_for_each_target() public {
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 1, 2, 2));
        reportAs(reporter, betId, member(0), 1, new uint64[](1));
        uint64 most = 2 ** 60;
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, most + 1, 0, most));
        report(betId, 0, 1, most + 1, 0);
        report(betId, 0, 1, most, 0);
    }

    function test_reports_come_after_the_period_and_within_their_time() public {
        (uint256 opensAt, uint256 closesAt) = (endOf(betId, 2), reportEndOf(betId, 2));
        vm.warp(opensAt - 1);
        refusedTooEarly(opensAt);
        report(betId, 0, 2, 1, 1);
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(closesAt);
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
            emit IBetBook.BetReportDisputed(
                betId, member(0), callers[i], 1, "reason", uint40(block.timestamp) + DISPUTE_SECONDS + RULING_SECONDS
            );
            disputeAs(callers[i], betId, member(0), 1);
            (, Hearing.Case memory hearing) = bets.reportOf(betId, member(0), 1);
            assertEq(hearing.disputant, callers[i]);
            assertEq(hearing.ruleBy, block.timestamp + DISPUTE_SECONDS + RULING_SECONDS);
            _standing(0, 3000, 27_000, 10_000);
            vm.revertToState(state);
        }
    }

    function test_nobody_else_disputes() public {
        report(betId, 0, 1, 50, 0);
        refusedBecause(IBetBook.BetContracts_NotAParty.selector, betId, outsider);
        disputeAs(outsider, betId, member(0), 1);
        refusedBecause(IBetBook.BetContracts_NotAParty.selector, betId, reporter);
        disputeAs(reporter, betId, member(0), 1);
    }

    function test_disputes_are_of_active_bets_known_parties_and_periods_with_a_reason() public {
        refusedBecause(IBetBook.BetContracts_Unknown.selector, 99);
        disputeAs(sponsor, 99, member(0), 1);
        uint256 other = proposed(2);
        refusedIn(other, IBetBook.BetStatus.Proposed);
        disputeAs(sponsor, other, member(0), 1);
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(sponsor);
        bets.dispute(betId, member(0), 1, 0);
        refusedBecause(IBetBook.BetContracts_NotAParty.selector, betId, outsider);
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
            _refusedLateDispute(closesAt);
            disputeAs(sponsor, betId, member(0), 1);
        }
        vm.warp(closesAt - 1);
        disputeAs(sponsor, betId, member(0), 1);
        refused(abi.encodeWithSelector(Hearing.Hearing_DisputedBefore.selector, sponsor));
        disputeAs(sponsor, betId, member(0), 1);
    }

    function test_silence_may_be_disputed_after_the_time_for_reports() public {
        uint256 opensAt = reportEndOf(betId, 1);
        vm.warp(opensAt - 1);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotYetDisputable.selector, block.timestamp, opensAt));
        disputeAs(sponsor, betId, member(0), 1);
        uint256 closesAt = opensAt + DISPUTE_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            _refusedLateDispute(closesAt);
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

    function _refusedLateDispute(uint256 closesAt) private {
        refused(abi.encodeWithSelector(Hearing.Hearing_NoLongerDisputable.selector, block.timestamp, closesAt));
    }

    function test_a_dispute_is_taken_back_and_the_report_stands() public {
        report(betId, 0, 1, 50, 0);
        disputeAs(sponsor, betId, member(0), 1);
        address party = member(0);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotTheDisputant.selector, party, sponsor));
        vm.prank(party);
        bets.withdrawDispute(betId, party, 1);
        vm.expectEmit(address(bets));
        emit IBetBook.BetDisputeWithdrawn(betId, party, sponsor, 1);
        vm.prank(sponsor);
        bets.withdrawDispute(betId, party, 1);
        _refusedHearing(Hearing.Stage.Withdrawn);
        rule(betId, 0, 1, 100, 0);
        _standing(0, 3000, 27_000, 10_000);
        disputeAs(party, betId, party, 1);
        rule(betId, 0, 1, 100, 0);
        _standing(0, 0, 30_000, 0);
    }

    function test_a_dispute_that_another_joined_is_not_taken_back() public {
        report(betId, 0, 1, 50, 0);
        disputeAs(sponsor, betId, member(0), 1);
        disputeAs(member(0), betId, member(0), 1);
        refused(abi.encodeWithSelector(Hearing.Hearing_Joined.selector, sponsor));
        vm.prank(sponsor);
        bets.withdrawDispute(betId, member(0), 1);
    }

    function test_a_disputed_period_is_not_reported_again() public {
        report(betId, 0, 1, 50, 0);
        disputeAs(sponsor, betId, member(0), 1);
        _refusedAgain();
        report(betId, 0, 1, 50, 0);
    }

    // ---- rule ----

    function test_a_ruling_takes_the_place_of_the_report() public {
        report(betId, 0, 1, 50, 0);
        report(betId, 1, 1, 50, 0);
        disputeAs(member(0), betId, member(0), 1);
        IBetBook.Standing memory standing = IBetBook.Standing({
            keptBps: 10_000,
            shortfallBps: 0,
            attainmentBps: 13_000,
            factorBps: 10_000,
            penalty: 0,
            contribution: 5000 * 33_000,
            penalties: 20_000,
            weight: 5000 * 60_000,
            valueAdded: 0
        });
        vm.expectEmit(address(bets));
        emit IBetBook.BetReported(betId, member(0), EVIDENCE, 1, true, pair(150, 0), standing);
        rule(betId, 0, 1, 150, 0);
        _standing(0, 0, 33_000, 0);
        _refusedHearing(Hearing.Stage.Ruled);
        rule(betId, 0, 1, 150, 0);
        refused(abi.encodeWithSelector(Hearing.Hearing_DisputedBefore.selector, member(0)));
        disputeAs(sponsor, betId, member(0), 1);
        _refusedAgain();
        report(betId, 0, 1, 50, 0);
    }

    function test_only_the_holder_of_the_arbiters_post_rules() public {
        report(betId, 0, 1, 50, 0);
        disputeAs(member(0), betId, member(0), 1);
        refusedHolder(arbiterPost, reporter, arbiter);
        ruleAs(reporter, betId, member(0), 1, pair(1, 1));
        handOver(arbiterPost, outsider);
        refusedHolder(arbiterPost, arbiter, outsider);
        rule(betId, 0, 1, 1, 1);
        ruleAs(outsider, betId, member(0), 1, pair(1, 1));
    }

    function test_rulings_are_of_disputed_reports_of_active_bets() public {
        refusedBecause(IBetBook.BetContracts_Unknown.selector, 99);
        rule(99, 0, 1, 1, 1);
        uint256 other = proposed(2);
        refusedIn(other, IBetBook.BetStatus.Proposed);
        rule(other, 0, 1, 1, 1);
        _refusedHearing(Hearing.Stage.None);
        rule(betId, 0, 1, 1, 1);
        report(betId, 0, 1, 50, 0);
        _refusedHearing(Hearing.Stage.None);
        rule(betId, 0, 1, 1, 1);
        disputeAs(member(0), betId, member(0), 1);
        IBetBook.PartyTerms memory terms = pledge(0);
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(arbiter);
        bets.rule(betId, terms.account, 1, pair(1, 1), terms, 0);
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 3, 2, 2));
        ruleAs(arbiter, betId, member(0), 1, new uint64[](3));
    }

    /// Account zero is the index, or with period zero the value: terms of a party brought along say nothing of them.
    function test_figures_of_a_party_are_not_taken_for_index_or_value() public {
        warpToEnd(betId, 3);
        reportValue(betId, 5);
        disputeAs(sponsor, betId, address(0), 0);
        refused(abi.encodeWithSelector(IBetReports.BetContracts_ValuesMismatch.selector, betId, 2, 1));
        ruleAs(arbiter, betId, address(0), 0, pair(1, 1));
        refused(abi.encodeWithSelector(IBetReports.BetContracts_ValuesMismatch.selector, betId, 2, 1));
        reportAs(reporter, betId, address(0), 1, pair(1, 1));
    }

    /// What a report measures by is what the party signed: not a fen more, not another weight, not another's terms.
    function test_other_terms_than_those_signed_are_refused() public {
        bytes32 inForce = pledgeHash(pledge(0));
        IBetBook.PartyTerms memory terms = pledge(0);
        terms.targets[0].base += 1;
        _refusedTerms(terms, inForce);
        terms = pledge(0);
        terms.shareBps += 1;
        _refusedTerms(terms, inForce);
        _refusedTerms(pledge(1), inForce);
    }

    function _refusedTerms(IBetBook.PartyTerms memory terms, bytes32 inForce) private {
        address subject = member(0);
        bytes32 given = pledgeHash(terms);
        refused(abi.encodeWithSelector(IBetRules.BetRules_NotTheTerms.selector, terms.account, given, inForce));
        vm.prank(reporter);
        bets.report(betId, subject, 1, pair(1, 1), terms, EVIDENCE);
    }

    function test_a_ruling_comes_within_its_time_or_the_report_stands() public {
        report(betId, 0, 1, 50, 0);
        disputeAs(member(0), betId, member(0), 1);
        uint256 closesAt = block.timestamp + DISPUTE_SECONDS + RULING_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refused(abi.encodeWithSelector(Hearing.Hearing_RulingClosed.selector, block.timestamp, closesAt));
            rule(betId, 0, 1, 100, 0);
        }
        _standing(0, 3000, 27_000, 10_000);
        vm.warp(closesAt - 1);
        rule(betId, 0, 1, 100, 0);
        _standing(0, 0, 30_000, 0);
    }
}
