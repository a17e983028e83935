// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// What a review found and mended: each of these failed before.
contract BetsFindingsTest is BetHouse {
    uint256 internal betId;

    function setUp() public override {
        super.setUp();
        betId = active(2);
    }

    // ---- amendments ----

    function _list(uint64 base) private returns (IBetBook.PartyTerms[] memory list) {
        list = pledges(2);
        for (uint256 i; i < 2; ++i) {
            (list[i].targets[0].base, list[i].targets[0].stretch) = (base, 2 * base);
        }
    }

    /// Member 1 holds its signature back until all have agreed to something newer, and would choose between the two.
    function _heldBack(uint16 olderFrom, uint16 newerFrom) private {
        uint256 older = amend(betId, changeTerms(betId, _list(10), olderFrom));
        signAmendment(betId, older, _list(10), 0, keyOf(0));
        uint256 newer = agree(betId, _list(90), newerFrom);
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        IBetBook.SignedPledge memory signed = IBetBook.SignedPledge({
            terms: _list(10)[1],
            proof: proofOf(leavesOf(_list(10)), 1),
            deadline: deadline,
            signature: amendmentConsent(betId, older, _list(10)[1], keyOf(1), deadline)
        });
        refused(abi.encodeWithSelector(IBetAmendments.BetAmendments_Overtaken.selector, betId, older, newer));
        betAmendments.signAmendment(address(bets), betId, older, signed);
        warpToEnd(betId, PERIODS);
        report(betId, 0, PERIODS, 90, 0);
        assertEq(bets.party(betId, member(0)).shortfall, 0, "what all agreed to last");
    }

    function test_a_signature_held_back_does_not_undo_what_all_agreed_since() public {
        _heldBack(2, 2);
    }

    function test_a_signature_held_back_does_not_undo_the_later_periods_of_what_all_agreed_since() public {
        _heldBack(3, 2);
    }

    // ---- disputes ----

    /// A party whom a report favours disputes it itself, at once: the arbiter and whoever has evidence lose no time.
    function test_an_early_dispute_does_not_shorten_the_time_for_a_ruling() public {
        warpToEnd(betId, 1);
        report(betId, 0, 1, 200, 0);
        disputeAs(member(0), betId, member(0), 1);
        skip(DISPUTE_SECONDS + RULING_SECONDS - 1);
        rule(betId, 0, 1, 0, 10);
        assertEq(bets.party(betId, member(0)).shortfall, 10_000);
    }

    function test_an_early_dispute_of_an_index_does_not_shorten_it_either_and_the_ruling_precedes_the_reports() public {
        uint256 end = endOf(betId, 1);
        vm.warp(end - DISPUTE_SECONDS - RULING_SECONDS - 1);
        reportAs(reporter, betId, address(0), 1, one(1100));
        disputeAs(member(0), betId, address(0), 1);
        skip(DISPUTE_SECONDS + RULING_SECONDS - 1);
        ruleAs(arbiter, betId, address(0), 1, one(900));
        assertLt(block.timestamp, end, "in time");
        vm.warp(end);
        assertEq(reportOf(betId, address(0), 1).factorBps, 9000);
    }

    function test_an_early_dispute_of_the_last_report_is_ruled_before_the_settlement() public {
        uint256 over = reportEndOf(betId, PERIODS);
        vm.warp(over - 1);
        reportValue(betId, 5);
        disputeAs(sponsor, betId, address(0), 0);
        skip(DISPUTE_SECONDS + RULING_SECONDS - 1);
        assertLt(block.timestamp, settleableAt(betId), "before");
        ruleAs(arbiter, betId, address(0), 0, one(9));
        settle(betId);
        assertEq(bets.bet(betId).valueAdded, 9);
    }

    // ---- credit ----

    function test_silence_is_no_credit() public {
        settle(betId);
        vm.expectCall(
            address(credit),
            abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE), uint256(10_000))),
            0
        );
        bets.withdrawFor(betId, member(0));
        assertEq(bets.party(betId, member(0)).measured, 0);
    }

    function test_only_measured_periods_count_in_the_credit_each_with_its_part_of_the_stake() public {
        warpToEnd(betId, 1);
        report(betId, 0, 1, 50, 0);
        settle(betId);
        vm.expectCall(
            address(credit),
            abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE) / 3, uint256(7000)))
        );
        bets.withdrawFor(betId, member(0));
    }

    function test_a_ruled_silence_is_measured_once_and_an_unruled_one_is_not() public {
        uint256 over = reportEndOf(betId, 1);
        vm.warp(over);
        disputeAs(sponsor, betId, member(0), 1);
        disputeAs(sponsor, betId, member(1), 1);
        rule(betId, 0, 1, 50, 0);
        assertEq(bets.party(betId, member(0)).measured, 1);
        assertEq(bets.party(betId, member(1)).measured, 0);
        warpToEnd(betId, 2);
        report(betId, 0, 2, 100, 0);
        disputeAs(sponsor, betId, member(0), 2);
        rule(betId, 0, 2, 0, 0);
        assertEq(bets.party(betId, member(0)).measured, 2, "report and ruling are one");
        settle(betId);
        // 3,000 and 6,000 short of two periods.
        vm.expectCall(
            address(credit),
            abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE) * 2 / 3, uint256(5500)))
        );
        bets.withdrawFor(betId, member(0));
    }
}
