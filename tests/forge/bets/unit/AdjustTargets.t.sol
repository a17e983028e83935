// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// Targets move by the index, or by the signatures of all.
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
        vm.prank(reporter);
        bets.reportIndex(betId, period, value, EVIDENCE);
    }

    function _ruleIndex(uint16 period, uint64 value) private {
        vm.prank(arbiter);
        bets.ruleIndex(betId, period, value, EVIDENCE);
    }

    function _factor(uint16 period) private view returns (uint256) {
        return bets.report(betId, address(0), period).factorBps;
    }

    function test_the_index_moves_the_targets_of_its_period() public {
        vm.expectEmit(address(bets));
        emit IBetContracts.BetIndexReported(betId, 2, 1200, 12_000, EVIDENCE);
        _index(2, 1200);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 120, 0);
        assertEq(bets.report(betId, member(0), 1).attainmentBps, 11_200, "not its period");
        warpToEnd(betId, 2);
        report(betId, 0, 2, 120, 0);
        assertEq(bets.report(betId, member(0), 2).attainmentBps, 10_000);
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
            refusedTooLate(betId, closesAt);
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
        refusedBecause(IBetContracts.BetContracts_NotTheReporter.selector, betId, sponsor);
        vm.prank(sponsor);
        bets.reportIndex(betId, 1, 1, EVIDENCE);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ZeroReference.selector));
        vm.prank(reporter);
        bets.reportIndex(betId, 1, 1, 0);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_PeriodUnknown.selector, betId, 0, PERIODS));
        _index(0, 1);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_PeriodUnknown.selector, betId, 4, PERIODS));
        _index(4, 1);
        uint64 most = 2 ** 60;
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_TermOutOfBounds.selector, most + 1, 0, most));
        _index(1, most + 1);
        _index(1, most);
        refusedReport(betId, IBetContracts.ReportStatus.Reported);
        _index(1, 1);
    }

    function test_a_bet_without_index_has_none() public {
        IBetContracts.PartyTerms[] memory list = pledges(2);
        IBetContracts.BetTerms memory terms = betTerms(list);
        terms.indexBaseline = 0;
        betId = propose(terms);
        signAll(betId, list);
        refusedBecause(IBetContracts.BetContracts_NoIndex.selector, betId);
        _index(1, 1);
    }

    function test_an_index_is_disputed_and_ruled() public {
        _index(1, 1500);
        vm.expectEmit(address(bets));
        emit IBetContracts.BetReportDisputed(betId, address(0), member(1), 1, "reason");
        disputeAs(member(1), betId, address(0), 1);
        vm.expectEmit(address(bets));
        emit IBetContracts.BetIndexRuled(betId, 1, 900, 9000, EVIDENCE);
        _ruleIndex(1, 900);
        assertEq(_factor(1), 9000);
        refusedReport(betId, IBetContracts.ReportStatus.Ruled);
        _ruleIndex(1, 900);
    }

    function test_a_dispute_of_an_index_that_is_not_ruled_leaves_it() public {
        _index(1, 1500);
        disputeAs(member(1), betId, address(0), 1);
        uint256 closesAt = block.timestamp + DISPUTE_SECONDS + RULING_SECONDS;
        vm.warp(closesAt);
        refusedTooLate(betId, closesAt);
        _ruleIndex(1, 900);
        assertEq(_factor(1), 15_000);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 150, 0);
        assertEq(bets.report(betId, member(0), 1).attainmentBps, 10_000);
    }

    function test_an_index_that_was_not_reported_is_no_dispute() public {
        (, uint256 reportEnd) = bets.reportWindow(betId, 1);
        vm.warp(reportEnd);
        refusedReport(betId, IBetContracts.ReportStatus.None);
        disputeAs(sponsor, betId, address(0), 1);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_PeriodUnknown.selector, betId, 4, PERIODS));
        disputeAs(sponsor, betId, address(0), 4);
    }

    function test_rulings_of_an_index_are_of_its_own_period_by_the_arbiter() public {
        refusedReport(betId, IBetContracts.ReportStatus.None);
        _ruleIndex(1, 900);
        refusedBecause(IBetContracts.BetContracts_NotTheArbiter.selector, betId, reporter);
        vm.prank(reporter);
        bets.ruleIndex(betId, 1, 900, EVIDENCE);
        _index(1, 1500);
        disputeAs(member(1), betId, address(0), 1);
        uint64 most = 2 ** 60;
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_TermOutOfBounds.selector, most + 1, 0, most));
        _ruleIndex(1, most + 1);
        // Period zero is the value added.
        warpToEnd(betId, PERIODS);
        reportValue(betId, 5);
        disputeAs(sponsor, betId, address(0), 0);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_PeriodUnknown.selector, betId, 0, PERIODS));
        _ruleIndex(0, 900);
    }

    // ---- amendment ----

    /// The base of what is made becomes `base`, for everybody.
    function _targets(uint64 base) private pure returns (IBetContracts.Target[] memory list) {
        list = targets();
        list[0].base = base;
        list[0].stretch = 2 * base;
    }

    function _leaves(IBetContracts.Target[] memory list) private returns (bytes32[] memory leaves) {
        leaves = new bytes32[](2);
        leaves[0] = leafOf(member(0), targetsHash(list));
        leaves[1] = leafOf(member(1), targetsHash(list));
    }

    function _propose(uint64 base, uint16 fromPeriod) private returns (uint256) {
        bytes32 root = rootOf(_leaves(_targets(base)));
        uint40 signBy = start + fromPeriod * uint40(PERIOD_SECONDS);
        vm.prank(member(0));
        return bets.proposeAmendment(betId, root, "amendment", fromPeriod, signBy);
    }

    function _consent(uint256 id, uint256 i, uint64 base, uint40 deadline) private returns (bytes memory) {
        return signatureOf(keyOf(i), bets.amendmentDigest(betId, id, member(i), targetsHash(_targets(base)), deadline));
    }

    function _bring(uint256 id, uint256 i, uint64 base, uint40 deadline, bytes memory signature) private {
        IBetContracts.Target[] memory list = _targets(base);
        bets.signAmendment(betId, id, member(i), list, proofOf(_leaves(list), i), deadline, signature);
    }

    function _sign(uint256 id, uint256 i, uint64 base) private {
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        _bring(id, i, base, deadline, _consent(id, i, base, deadline));
    }

    function _base(uint16 period) private returns (uint256) {
        return bets.targetsOf(betId, member(1), period)[0].base;
    }

    function test_an_amendment_is_in_force_when_all_have_signed_from_its_period_on() public {
        bytes32 root = rootOf(_leaves(_targets(80)));
        vm.expectEmit(address(bets));
        emit IBetContracts.BetAmendmentProposed(
            betId, member(0), 1, root, "amendment", 2, start + 2 * uint40(PERIOD_SECONDS)
        );
        uint256 id = _propose(80, 2);
        assertEq(id, 1);
        vm.expectEmit(address(bets));
        emit IBetContracts.BetAmendmentSigned(betId, member(0), 1, _targets(80), 1);
        _sign(1, 0, 80);
        assertEq(_base(3), 100, "one signature changes nothing");
        assertEq(bets.targetsOf(betId, member(0), 3)[0].base, 100, "not even for its own");
        vm.expectEmit(address(bets));
        emit IBetContracts.BetAmendmentAgreed(betId, 1, 2, 0);
        _sign(1, 1, 80);
        assertEq(_base(1), 100);
        assertEq(_base(2), 80);
        assertEq(_base(3), 80);
        assertTrue(bets.amendment(betId, 1).agreed);
        warpToEnd(betId, 2);
        report(betId, 0, 2, 80, 0);
        assertEq(bets.report(betId, member(0), 2).keptBps, 10_000);
    }

    function test_amendments_follow_each_other() public {
        _propose(80, 2);
        _propose(70, 2);
        _propose(60, 3);
        _sign(1, 0, 80);
        _sign(1, 1, 80);
        _sign(2, 0, 70);
        _sign(2, 1, 70);
        assertEq(_base(2), 70, "the later one of the same period");
        _sign(3, 0, 60);
        _sign(3, 1, 60);
        assertEq(_base(1), 100);
        assertEq(_base(2), 70);
        assertEq(_base(3), 60);
        assertEq(bets.amendment(betId, 3).previous, 2);
    }

    function test_an_amendment_from_an_earlier_period_is_overtaken() public {
        _propose(60, 3);
        _propose(80, 2);
        _sign(2, 0, 80);
        _sign(1, 0, 60);
        _sign(1, 1, 60);
        bytes memory signature = _consent(2, 1, 80, start);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_AmendmentOvertaken.selector, betId, 2, 1));
        _bring(2, 1, 80, start, signature);
    }

    function test_only_insiders_propose_amendments_to_active_bets() public {
        refusedBecause(IBetContracts.BetContracts_Unknown.selector, 99);
        bets.proposeAmendment(99, "root", "amendment", 1, start);
        refusedBecause(IBetContracts.BetContracts_NotAParty.selector, betId, outsider);
        vm.prank(outsider);
        bets.proposeAmendment(betId, "root", "amendment", 1, start);
        uint256 other = proposed(2);
        vm.startPrank(sponsor);
        refusedIn(other, IBetContracts.BetStatus.Proposed);
        bets.proposeAmendment(other, "root", "amendment", 1, start);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ZeroReference.selector));
        bets.proposeAmendment(betId, "root", 0, 1, start);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_PeriodUnknown.selector, betId, 4, PERIODS));
        bets.proposeAmendment(betId, "root", "amendment", 4, start);
        vm.stopPrank();
        pause();
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ObligationsPaused.selector));
        vm.prank(sponsor);
        bets.proposeAmendment(betId, "root", "amendment", 1, start);
    }

    function test_an_amendment_is_signed_before_its_first_period_ends() public {
        uint40 end = start + 2 * uint40(PERIOD_SECONDS);
        vm.startPrank(sponsor);
        refused(
            abi.encodeWithSelector(
                IBetContracts.BetContracts_TermOutOfBounds.selector, end + 1, block.timestamp + 1, end
            )
        );
        bets.proposeAmendment(betId, "root", "amendment", 2, end + 1);
        refused(
            abi.encodeWithSelector(
                IBetContracts.BetContracts_TermOutOfBounds.selector, block.timestamp, block.timestamp + 1, end
            )
        );
        bets.proposeAmendment(betId, "root", "amendment", 2, uint40(block.timestamp));
        bets.proposeAmendment(betId, "root", "amendment", 2, end);
        vm.stopPrank();
    }

    function test_signing_of_an_amendment_ends_at_its_sign_by() public {
        _propose(80, 2);
        uint40 signBy = start + 2 * uint40(PERIOD_SECONDS);
        bytes memory signature = _consent(1, 0, 80, signBy + 9);
        for (uint256 late; late < 2; ++late) {
            vm.warp(signBy + late);
            refusedTooLate(betId, signBy);
            _bring(1, 0, 80, signBy + 9, signature);
        }
        vm.warp(signBy - 1);
        _bring(1, 0, 80, signBy + 9, signature);
    }

    function test_an_amendment_is_signed_by_active_parties_once_while_not_paused() public {
        _propose(80, 2);
        bytes memory signature = _consent(1, 0, 80, start);
        refusedBecause(IBetContracts.BetContracts_Unknown.selector, 99);
        bets.signAmendment(99, 1, member(0), _targets(80), new bytes32[](0), start, signature);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_AmendmentUnknown.selector, betId, 2));
        bets.signAmendment(betId, 2, member(0), _targets(80), new bytes32[](0), start, signature);
        refusedBecause(IBetContracts.BetContracts_NotAParty.selector, betId, member(2));
        bets.signAmendment(betId, 1, member(2), _targets(80), new bytes32[](0), start, signature);
        suspend(member(1));
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_NotANode.selector, member(1)));
        bets.signAmendment(betId, 1, member(1), _targets(80), new bytes32[](0), start, signature);
        _bring(1, 0, 80, start, signature);
        refusedBecause(IBetContracts.BetContracts_AlreadySigned.selector, betId, member(0));
        _bring(1, 0, 80, start, signature);
        pause();
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_ObligationsPaused.selector));
        _bring(1, 0, 80, start, signature);
    }

    function test_an_amendment_of_a_bet_that_is_not_active_is_not_signed() public {
        uint256 other = proposed(2);
        refusedIn(other, IBetContracts.BetStatus.Proposed);
        bets.signAmendment(other, 1, member(0), _targets(80), new bytes32[](0), start, "");
    }

    function test_targets_outside_the_tree_or_the_rules_are_refused() public {
        _propose(80, 2);
        bytes memory signature = _consent(1, 0, 79, start);
        refusedBecause(IBetContracts.BetContracts_NotInTheTree.selector, betId, member(0));
        _bring(1, 0, 79, start, signature);
        IBetContracts.Target[] memory list = _targets(80);
        list[0].weightBps = 1;
        refused(abi.encodeWithSelector(IBetRules.BetRules_WeightsNotWhole.selector, 4001));
        bets.signAmendment(betId, 1, member(0), list, new bytes32[](0), start, "");
    }

    function test_signatures_of_an_amendment_are_not_replayed() public {
        _propose(80, 2);
        _propose(80, 2);
        bytes memory signature = _consent(2, 0, 80, start);
        refusedBecause(IBetContracts.BetContracts_BadSignature.selector, betId, member(0));
        _bring(1, 0, 80, start, signature);
        signature = _consent(1, 0, 80, start);
        refusedBecause(IBetContracts.BetContracts_BadSignature.selector, betId, member(0));
        _bring(1, 0, 80, start + 1, signature);
        uint256 state = vm.snapshotState();
        vm.chainId(4242);
        refusedBecause(IBetContracts.BetContracts_BadSignature.selector, betId, member(0));
        _bring(1, 0, 80, start, signature);
        vm.revertToState(state);
        vm.chainId(31_337);
        vm.warp(start);
        refused(
            abi.encodeWithSelector(IBetContracts.BetContracts_SignatureExpired.selector, betId, block.timestamp, start)
        );
        _bring(1, 0, 80, start, signature);
        vm.warp(start - 1);
        _bring(1, 0, 80, start, signature);
    }

    function test_at_most_16_amendments_are_agreed() public {
        for (uint256 id = 1; id <= 16; ++id) {
            _propose(80, 2);
            _sign(id, 0, 80);
            _sign(id, 1, 80);
        }
        _propose(80, 2);
        bytes memory signature = _consent(17, 0, 80, start);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_TooManyAmendments.selector, betId, 16));
        _bring(17, 0, 80, start, signature);
        assertEq(_base(1), 100, "a look back over all of them");
    }

    function test_nobody_amends_after_the_first_report_could_come() public {
        warpToEnd(betId, 1);
        bytes32 root = rootOf(_leaves(_targets(80)));
        uint40 now_ = uint40(block.timestamp);
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_TermOutOfBounds.selector, now_, now_ + 1, now_));
        vm.prank(member(0));
        bets.proposeAmendment(betId, root, "amendment", 1, now_);
    }
}
