// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetReports } from "../../../../contracts/bets/interfaces/IBetReports.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// Targets move by the index. See AmendBet for what all agree to.
contract AdjustTargetsTest is BetHouse {
    uint256 private betId;
    uint40 private start;

    function setUp() public override {
        super.setUp();
        betId = active(2);
        start = uint40(START) + SIGN_SECONDS + 1 days;
    }

    // ---- index ----

    function _index(uint16 period, uint64 value) private {
        reportIndex(betId, period, value);
    }

    function _ruleIndex(uint16 period, uint64 value) private {
        ruleIndex(betId, period, value);
    }

    function _factor(uint16 period) private view returns (uint256) {
        return reportOf(betId, address(0), period).factorBps;
    }

    function _standing(uint16 factorBps) private pure returns (IBetBook.Standing memory standing) {
        standing.factorBps = factorBps;
        standing.weight = 2 * 5000 * 30_000;
    }

    function _refusedHearing(Hearing.Stage stage) private {
        refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, stage));
    }

    function test_the_index_moves_the_targets_of_its_period() public {
        vm.expectEmit(address(bets));
        emit IBetBook.BetReported(betId, address(0), EVIDENCE, 2, false, one(1200), _standing(12_000));
        _index(2, 1200);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 120, 0);
        assertEq(reportOf(betId, member(0), 1).attainmentBps, 11_200, "not its period");
        warpToEnd(betId, 2);
        report(betId, 0, 2, 120, 0);
        assertEq(reportOf(betId, member(0), 2).attainmentBps, 10_000);
    }

    function test_the_index_moves_targets_within_the_agreed_bounds() public {
        _index(1, 1500);
        assertEq(_factor(1), 15_000);
        _index(2, 99_999);
        assertEq(_factor(2), 15_000);
        _index(3, 0);
        assertEq(_factor(3), 5000);
    }

    function test_an_index_is_reported_early_enough_to_be_disputed_and_ruled() public {
        uint256 closesAt = start + PERIOD_SECONDS - DISPUTE_SECONDS - RULING_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(closesAt + late);
            refusedTooLate(closesAt);
            _index(1, 1100);
        }
        vm.warp(closesAt - 1);
        _index(1, 1100);
        // Disputed and ruled at the last moment: still before the first report.
        skip(DISPUTE_SECONDS - 1);
        disputeAs(member(0), betId, address(0), 1);
        skip(RULING_SECONDS - 1);
        _ruleIndex(1, 1300);
        assertLt(block.timestamp, start + PERIOD_SECONDS, "in time");
        assertEq(_factor(1), 13_000);
    }

    function test_an_index_is_reported_once_by_the_reporter_for_a_known_period_with_evidence() public {
        refusedHolder(reporterPost, sponsor, reporter);
        reportAs(sponsor, betId, address(0), 1, one(1));
        refused(abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        vm.prank(reporter);
        bets.report(betId, address(0), 1, one(1), nobody(), 0);
        refused(abi.encodeWithSelector(IBetBook.BetContracts_PeriodUnknown.selector, betId, 4, 0, PERIODS));
        _index(4, 1);
        uint64 most = 2 ** 60;
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, most + 1, 0, most));
        _index(1, most + 1);
        _index(1, most);
        refused(abi.encodeWithSelector(IBetReports.BetContracts_ReportedBefore.selector, betId, address(0), 1));
        _index(1, 1);
    }

    function test_a_bet_without_index_has_none() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        IBetBook.BetTerms memory terms = betTerms(list);
        terms.indexBaseline = 0;
        betId = propose(terms);
        signAll(betId, list);
        refusedBecause(IBetReports.BetContracts_NoIndex.selector, betId);
        _index(1, 1);
    }

    function test_an_index_is_disputed_and_ruled() public {
        _index(1, 1500);
        uint40 ruleBy = uint40(block.timestamp) + DISPUTE_SECONDS + RULING_SECONDS;
        vm.expectEmit(address(bets));
        emit IBetBook.BetReportDisputed(betId, address(0), member(1), 1, "reason", ruleBy);
        disputeAs(member(1), betId, address(0), 1);
        vm.expectEmit(address(bets));
        emit IBetBook.BetReported(betId, address(0), EVIDENCE, 1, true, one(900), _standing(9000));
        _ruleIndex(1, 900);
        assertEq(_factor(1), 9000);
        _refusedHearing(Hearing.Stage.Ruled);
        _ruleIndex(1, 900);
    }

    function test_a_dispute_of_an_index_that_is_not_ruled_leaves_it() public {
        _index(1, 1500);
        disputeAs(member(1), betId, address(0), 1);
        uint256 closesAt = block.timestamp + DISPUTE_SECONDS + RULING_SECONDS;
        vm.warp(closesAt);
        refused(abi.encodeWithSelector(Hearing.Hearing_RulingClosed.selector, block.timestamp, closesAt));
        _ruleIndex(1, 900);
        assertEq(_factor(1), 15_000);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 150, 0);
        assertEq(reportOf(betId, member(0), 1).attainmentBps, 10_000);
    }

    function test_an_index_that_was_not_reported_is_no_dispute() public {
        vm.warp(reportEndOf(betId, 1));
        refused(abi.encodeWithSelector(IBetReports.BetContracts_NothingToDispute.selector, betId, address(0), 1));
        disputeAs(sponsor, betId, address(0), 1);
        refused(abi.encodeWithSelector(IBetBook.BetContracts_PeriodUnknown.selector, betId, 4, 0, PERIODS));
        disputeAs(sponsor, betId, address(0), 4);
    }

    function test_rulings_of_an_index_are_by_the_arbiter_of_what_is_disputed() public {
        _refusedHearing(Hearing.Stage.None);
        _ruleIndex(1, 900);
        refusedHolder(arbiterPost, reporter, arbiter);
        ruleAs(reporter, betId, address(0), 1, one(900));
        _index(1, 1500);
        disputeAs(member(1), betId, address(0), 1);
        uint64 most = 2 ** 60;
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, most + 1, 0, most));
        _ruleIndex(1, most + 1);
    }
}
