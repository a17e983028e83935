// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// Faults that `make mutants` planted in what changes a running bet and that no test saw.
contract SurvivorsOfBetChangesTest is BetHouse {
    uint16 private constant TEN = 10; // periods of a day each
    uint40 private start;

    function setUp() public override {
        super.setUp();
        start = uint40(block.timestamp) + 10 days;
    }

    function _terms() private pure returns (IBetBook.BetTerms memory terms) {
        (terms.periodSeconds, terms.periods) = (1 days, TEN);
    }

    /// What moves nothing and is signed before the bet starts.
    function _change() private view returns (IBetAmendments.ChangeTerms memory change) {
        change.termsRef = "amendment";
        (change.start, change.periods, change.fromPeriod, change.signBy) = (start, TEN, 1, start);
    }

    function _accepted(IBetAmendments.ChangeTerms memory change) private view {
        assertTrue(rules.checkChange(change, _terms(), start, TEN) != bytes32(0), "accepted");
    }

    function _refusedChange(IBetAmendments.ChangeTerms memory change, uint256 actual, uint256 min, uint256 max)
        private
    {
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, actual, min, max));
        rules.checkChange(change, _terms(), start, TEN);
    }

    function test_a_bet_is_moved_later_by_at_most_a_year_and_never_earlier() public {
        IBetAmendments.ChangeTerms memory change = _change();
        change.start = start - 1;
        _refusedChange(change, start - 1, start, start + 365 days);
        change.start = start + 365 days;
        _accepted(change);
        change.start += 1;
        _refusedChange(change, change.start, start, start + 365 days);
    }

    function test_a_bet_that_is_moved_changes_from_its_first_period_on_and_is_signed_before_it_would_have_begun()
        public
    {
        IBetAmendments.ChangeTerms memory change = _change();
        change.start = start + 1;
        change.fromPeriod = 2;
        _refusedChange(change, 2, 1, 1);
        change.fromPeriod = 1;
        _accepted(change);
        change.signBy = start + 1;
        _refusedChange(change, start + 1, block.timestamp + 1, start);
    }

    function test_a_bet_that_stays_where_it_is_is_changed_before_the_first_changed_period_ends() public {
        IBetAmendments.ChangeTerms memory change = _change();
        change.fromPeriod = 3;
        change.signBy = start + 3 days;
        _accepted(change);
        change.signBy += 1;
        _refusedChange(change, change.signBy, block.timestamp + 1, start + 3 days);
        change.signBy = uint40(block.timestamp);
        _refusedChange(change, block.timestamp, block.timestamp + 1, start + 3 days);
        change.signBy += 1;
        _accepted(change);
    }

    function test_a_change_begins_in_a_period_that_was_agreed_and_goes_on() public {
        IBetAmendments.ChangeTerms memory change = _change();
        change.fromPeriod = 0;
        _refusedChange(change, 0, 1, TEN);
        change.fromPeriod = TEN;
        _accepted(change);
        change.periods = TEN + 2;
        change.fromPeriod = TEN + 1;
        _refusedChange(change, TEN + 1, 1, TEN);
        change.periods = TEN - 2;
        change.fromPeriod = TEN - 1;
        _refusedChange(change, TEN - 1, 1, TEN - 2);
        change.fromPeriod = TEN - 2;
        _accepted(change);
    }

    /// More periods are more evidence of one stake, not a larger stake.
    function test_a_bet_that_was_made_longer_counts_its_stake_in_the_credit_and_no_more() public {
        uint256 betId = active(2);
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, pledges(2), 1);
        change.periods = PERIODS + 1;
        uint256 id = amend(betId, change);
        signAmendment(betId, id, pledges(2), 0, keyOf(0));
        signAmendment(betId, id, pledges(2), 1, keyOf(1));
        for (uint16 period = 1; period <= PERIODS + 1; ++period) {
            warpToEnd(betId, period);
            report(betId, 0, period, 100, 0);
        }
        settle(betId);
        vm.expectCall(address(credit), abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, STAKE, 10_000)), 1);
        bets.withdrawFor(betId, member(0));
        assertTrue(bets.party(betId, member(0)).withdrawn);
    }

    /// Each of two amendments is counted once, however often the party is looked at, and each change of share.
    function test_what_was_agreed_twice_is_counted_once_each_after_every_report() public {
        uint256 betId = active(2);
        for (uint16 i = 1; i < PERIODS; ++i) {
            IBetBook.PartyTerms[] memory list = pledges(2);
            list[0].shareBps += 1000 * i;
            agree(betId, list, i + 1);
        }
        IBetBook.Party memory expected = IBetBook.Party({
            stake: STAKE,
            penalty: 0,
            contribution: 180_000_000, // (5,000 + 6,000 + 7,000) × 10,000
            shortfall: 0,
            toleranceBps: 0,
            slopeBps: 10_000,
            capBps: 5000,
            shareBps: 7000,
            fromPeriod: 1,
            toPeriod: PERIODS,
            measured: 0,
            amendment: 2,
            left: false,
            withdrawn: false
        });
        assertEq(keccak256(abi.encode(bets.party(betId, member(0)))), keccak256(abi.encode(expected)), "agreed");
        assertEq(bets.bet(betId).weight, 330_000_000);
        for (uint16 period = 1; period <= PERIODS; ++period) {
            warpToEnd(betId, period);
            IBetBook.PartyTerms memory terms = pledge(0);
            terms.shareBps += 1000 * (period - 1);
            remember(betId, terms);
            report(betId, 0, period, 100, 0);
            expected.measured = period;
            assertEq(keccak256(abi.encode(bets.party(betId, member(0)))), keccak256(abi.encode(expected)), "reported");
            assertEq(bets.bet(betId).weight, 330_000_000);
        }
    }
}
