// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// Settlement, and every way in which money leaves.
contract SettleBetTest is BetHouse {
    uint256 private betId;

    function setUp() public override {
        super.setUp();
        betId = active(2);
    }

    function _reportAll(uint256 i, uint64 made, uint64 defects) private {
        for (uint16 period = 1; period <= PERIODS; ++period) {
            warpToEnd(betId, period);
            report(betId, i, period, made, defects);
        }
    }

    function _withdrawn(uint256 i) private returns (uint256 paid) {
        uint256 before = token.balanceOf(member(i));
        vm.prank(outsider);
        bets.withdrawFor(betId, member(i));
        return token.balanceOf(member(i)) - before;
    }

    function test_a_bet_is_settled_when_the_last_window_is_over() public {
        uint256 from = bets.settleableAt(betId);
        uint256 reportEnd = reportEndOf(betId, PERIODS);
        assertEq(from, reportEnd + DISPUTE_SECONDS + RULING_SECONDS);
        vm.warp(from - 1);
        refusedTooEarly(from);
        bets.settleBet(betId);
        vm.warp(from);
        vm.expectEmit(address(bets));
        emit IBetBook.BetSettled(betId, sponsor, 0, 0, 2 * 5000 * 30_000, POOL, false);
        vm.prank(outsider);
        bets.settleBet(betId);
        assertEq(bets.settledAt(betId), from);
        refusedIn(betId, IBetBook.BetStatus.Settled);
        bets.settleBet(betId);
    }

    function test_only_active_bets_are_settled_and_none_is_left_to_report() public {
        refusedBecause(IBetBook.BetContracts_Unknown.selector, 99);
        bets.settleBet(99);
        uint256 other = proposed(2);
        refusedIn(other, IBetBook.BetStatus.Proposed);
        bets.settleBet(other);
        settle(betId);
        refusedIn(betId, IBetBook.BetStatus.Settled);
        report(betId, 0, 1, 1, 1);
        refusedIn(betId, IBetBook.BetStatus.Settled);
        disputeAs(sponsor, betId, member(0), 1);
        refusedIn(betId, IBetBook.BetStatus.Settled);
        rule(betId, 0, 1, 1, 1);
    }

    /// The last moment of each window still fits before the settlement.
    function test_the_last_ruling_can_come_just_before_the_settlement() public {
        uint256 reportEnd = reportEndOf(betId, PERIODS);
        vm.warp(reportEnd + DISPUTE_SECONDS - 1);
        disputeAs(sponsor, betId, member(0), PERIODS);
        disputeAs(sponsor, betId, address(0), 0);
        skip(RULING_SECONDS - 1);
        rule(betId, 0, PERIODS, 0, 10);
        ruleAs(arbiter, betId, address(0), 0, one(9));
        assertEq(block.timestamp, settleableAt(betId) - 2);
        settle(betId);
        assertEq(bets.bet(betId).valueAdded, 9);
    }

    /// Member 0 makes half, member 1 half as much again: 70 % kept against 130 % attained.
    function test_stake_penalty_and_share_sum_to_the_last_unit() public {
        for (uint16 period = 1; period <= PERIODS; ++period) {
            warpToEnd(betId, period);
            report(betId, 0, period, 50, 0);
            report(betId, 1, period, 150, 0);
        }
        reportValue(betId, 400_001);
        settle(betId);
        // Penalty: 30 % of 100,000. Pot: 430,001, by 21,000 to 39,000.
        (uint64 penalty, uint64 share) = betLens.payoutOf(betId, member(0));
        assertEq(penalty, 30_000);
        assertEq(share, 150_500);
        (penalty, share) = betLens.payoutOf(betId, outsider);
        assertEq(penalty + share, 0);
        vm.expectEmit(address(bets));
        emit IBetBook.BetPayoutWithdrawn(betId, member(0), STAKE, 30_000, 150_500, 220_500, 7000);
        assertEq(_withdrawn(0), 220_500);
        vm.expectEmit(address(bets));
        emit IBetBook.BetPayoutWithdrawn(betId, member(1), 2 * STAKE, 0, 279_500, 479_500, 10_000);
        vm.expectEmit(address(bets));
        emit IBetBook.BetRoundingReturned(betId, sponsor, 1);
        assertEq(_withdrawn(1), 479_500);
        uint256 before = token.balanceOf(sponsor);
        vm.expectEmit(address(bets));
        emit IBetBook.BetRemainderWithdrawn(betId, sponsor, POOL - 400_001 + 1);
        vm.prank(outsider);
        bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(sponsor) - before, POOL - 400_000);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    function test_who_comes_first_changes_nothing() public {
        _reportAll(0, 37, 3);
        reportValue(betId, 99_999);
        settle(betId);
        uint256 state = vm.snapshotState();
        uint256 first = _withdrawn(0);
        uint256 second = _withdrawn(1);
        vm.revertToState(state);
        assertEq(_withdrawn(1), second);
        assertEq(_withdrawn(0), first);
    }

    function test_the_sponsor_may_fetch_the_remainder_before_and_after_the_last_party() public {
        _reportAll(0, 37, 3);
        reportValue(betId, 99_998);
        settle(betId);
        bets.withdrawRemainder(betId);
        refusedBecause(IBetContracts.BetContracts_NothingToWithdraw.selector, betId, sponsor);
        bets.withdrawRemainder(betId);
        _withdrawn(0);
        _withdrawn(1);
        assertEq(bets.bet(betId).remainder, 1);
        bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    function test_a_payout_is_withdrawn_once_by_a_party_of_a_settled_bet() public {
        refusedBecause(IBetBook.BetContracts_Unknown.selector, 99);
        bets.withdrawFor(99, member(0));
        refusedBecause(IBetBook.BetContracts_Unknown.selector, 99);
        bets.withdrawRemainder(99);
        refusedIn(betId, IBetBook.BetStatus.Active);
        bets.withdrawFor(betId, member(0));
        refusedBecause(IBetContracts.BetContracts_NothingToWithdraw.selector, betId, sponsor);
        bets.withdrawRemainder(betId);
        settle(betId);
        refusedBecause(IBetBook.BetContracts_NotAParty.selector, betId, outsider);
        bets.withdrawFor(betId, outsider);
        vm.startPrank(member(0));
        bets.withdrawFor(betId, member(0));
        refusedBecause(IBetContracts.BetContracts_AlreadyWithdrawn.selector, betId, member(0));
        bets.withdrawFor(betId, member(0));
        vm.stopPrank();
    }

    function test_a_payout_goes_to_the_party_whoever_calls() public {
        settle(betId);
        assertEq(_withdrawn(1), 2 * STAKE);
        assertEq(token.balanceOf(outsider), 0);
    }

    // ---- silence ----

    function test_when_nothing_was_reported_all_money_returns() public {
        settle(betId);
        assertEq(_withdrawn(0), STAKE);
        assertEq(_withdrawn(1), 2 * STAKE);
        bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(sponsor), FUNDS);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    function test_a_silent_or_suspended_party_freezes_nobody() public {
        _reportAll(1, 200, 0);
        reportValue(betId, 300_000);
        suspend(member(0));
        settle(betId);
        pause();
        assertEq(_withdrawn(1), 2 * STAKE + 184_615);
        assertEq(_withdrawn(0), STAKE + 115_384);
    }

    // ---- nobody contributed ----

    function test_where_nobody_contributed_penalties_are_waived_and_the_pool_returns() public {
        for (uint16 period = 1; period <= PERIODS; ++period) {
            warpToEnd(betId, period);
            report(betId, 0, period, 0, 10);
            report(betId, 1, period, 0, 10);
        }
        reportValue(betId, 400_000);
        assertEq(bets.bet(betId).penalties, 150_000);
        (uint64 penalty, uint64 share) = betLens.payoutOf(betId, member(0));
        assertEq(penalty + share, 0);
        vm.warp(settleableAt(betId));
        vm.expectEmit(address(bets));
        emit IBetBook.BetSettled(betId, sponsor, 0, 0, 0, POOL, false);
        bets.settleBet(betId);
        vm.expectCall(
            address(credit), abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE), uint256(0)))
        );
        assertEq(_withdrawn(0), STAKE);
        assertEq(_withdrawn(1), 2 * STAKE);
        bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    function test_a_party_that_lost_all_is_paid_nothing_and_still_counted() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        list[0].capBps = 10_000;
        betId = propose(betTerms(list));
        signAll(betId, list);
        _reportAll(0, 0, 10);
        settle(betId);
        vm.expectCall(
            address(credit), abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE), uint256(0)))
        );
        assertEq(_withdrawn(0), 0);
        assertEq(_withdrawn(1), 3 * STAKE);
    }

    // ---- credit ----

    function test_the_outcome_is_counted_with_the_measured_part_of_the_stake_whoever_calls() public {
        _reportAll(0, 50, 0);
        warpToEnd(betId, PERIODS);
        report(betId, 1, PERIODS, 200, 0);
        settle(betId);
        vm.expectCall(
            address(credit),
            abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE), uint256(7000)))
        );
        _withdrawn(0);
        vm.expectCall(
            address(credit),
            abi.encodeCall(ICreditRegistry.recordBet, (member(1), betId, uint256(2 * STAKE) / PERIODS, uint256(10_000)))
        );
        _withdrawn(1);
    }
}
