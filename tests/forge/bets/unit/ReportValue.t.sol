// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// The value added: reported, disputed, ruled.
contract ReportValueTest is BetHouse {
    uint256 private betId;

    function setUp() public override {
        super.setUp();
        betId = active(2);
        warpToEnd(betId, PERIODS);
    }

    function _rule(uint128 value) private {
        vm.prank(arbiter);
        bets.ruleValue(betId, value, EVIDENCE);
    }

    function test_the_value_is_reported_once() public {
        vm.expectEmit(address(bets));
        emit IBetContracts.BetValueReported(betId, EVIDENCE, 400_000);
        reportValue(betId, 400_000);
        assertEq(bets.bet(betId).valueAdded, 400_000);
        refusedReport(betId, IBetContracts.ReportStatus.Reported);
        reportValue(betId, 400_000);
    }

    function test_only_the_reporter_in_office_reports_it_with_evidence() public {
        refusedBecause(IBetContracts.BetContracts_NotTheReporter.selector, betId, sponsor);
        vm.prank(sponsor);
        bets.reportValue(betId, 1, EVIDENCE);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ZeroReference.selector));
        vm.prank(reporter);
        bets.reportValue(betId, 1, 0);
        revoke(Offices.REPORTER, reporter);
        refusedBecause(IBetContracts.BetContracts_NotTheReporter.selector, betId, reporter);
        reportValue(betId, 1);
    }

    function test_the_value_is_at_most_the_pool() public {
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ValueExceedsPool.selector, betId, POOL + 1, POOL));
        reportValue(betId, POOL + 1);
        reportValue(betId, POOL);
        disputeAs(sponsor, betId, address(0), 0);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ValueExceedsPool.selector, betId, POOL + 1, POOL));
        _rule(POOL + 1);
    }

    function test_the_value_is_reported_after_the_last_period_within_its_time() public {
        (uint256 opensAt, uint256 closesAt) = bets.reportWindow(betId, PERIODS);
        vm.warp(opensAt - 1);
        refusedTooEarly(betId, opensAt);
        reportValue(betId, 1);
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(betId, closesAt);
            reportValue(betId, 1);
        }
        vm.warp(closesAt - 1);
        reportValue(betId, 1);
    }

    function test_a_disputed_value_is_ruled() public {
        reportValue(betId, 1);
        vm.expectEmit(address(bets));
        emit IBetContracts.BetReportDisputed(betId, address(0), member(1), 0, "reason");
        disputeAs(member(1), betId, address(0), 0);
        vm.expectEmit(address(bets));
        emit IBetContracts.BetValueRuled(betId, EVIDENCE, 700_000);
        _rule(700_000);
        assertEq(bets.bet(betId).valueAdded, 700_000);
        IBetContracts.Report memory entry = bets.report(betId, address(0), 0);
        assertEq(uint256(entry.status), uint256(IBetContracts.ReportStatus.Ruled));
        assertEq(entry.keptBps, 0);
        refusedReport(betId, IBetContracts.ReportStatus.Ruled);
        _rule(700_000);
    }

    function test_a_value_that_was_kept_silent_can_be_ruled() public {
        (, uint256 opensAt) = bets.reportWindow(betId, PERIODS);
        refusedTooEarly(betId, opensAt);
        disputeAs(member(0), betId, address(0), 0);
        vm.warp(opensAt + DISPUTE_SECONDS);
        refusedTooLate(betId, opensAt + DISPUTE_SECONDS);
        disputeAs(member(0), betId, address(0), 0);
        vm.warp(opensAt + DISPUTE_SECONDS - 1);
        disputeAs(member(0), betId, address(0), 0);
        _rule(300_000);
        assertEq(bets.bet(betId).valueAdded, 300_000);
    }

    function test_only_the_arbiter_rules_it_in_time_and_only_when_disputed() public {
        reportValue(betId, 1);
        refusedReport(betId, IBetContracts.ReportStatus.Reported);
        _rule(2);
        disputeAs(sponsor, betId, address(0), 0);
        refusedBecause(IBetContracts.BetContracts_NotTheArbiter.selector, betId, sponsor);
        vm.prank(sponsor);
        bets.ruleValue(betId, 0, EVIDENCE);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ZeroReference.selector));
        vm.prank(arbiter);
        bets.ruleValue(betId, 0, 0);
        uint256 closesAt = block.timestamp + DISPUTE_SECONDS + RULING_SECONDS;
        vm.warp(closesAt);
        refusedTooLate(betId, closesAt);
        _rule(2);
        vm.warp(closesAt - 1);
        _rule(2);
    }
}
