// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// What the audit of the second edition tried on bets.
contract AttackOfBetsTest is BetHouse {
    uint256 private betId;

    function setUp() public override {
        super.setUp();
        betId = active(3);
    }

    /// A and B go on from the third period with these shares; C leaves of its own will.
    function _leaves(uint16 shareBps) private returns (uint256 id, IBetBook.PartyTerms[] memory list) {
        list = pledges(2);
        (list[0].shareBps, list[1].shareBps) = (shareBps, shareBps);
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, list, 3);
        change.leaver = member(2);
        id = amend(betId, change);
        signAmendment(betId, id, list, 0, keyOf(0));
        signAmendment(betId, id, list, 1, keyOf(1));
    }

    function _left() private {
        (uint256 id,) = _leaves(5000);
        vm.prank(member(2));
        betAmendments.grantLeave(address(bets), betId, id, "leave");
    }

    /// One period of its own is at stake for those who go on; C's two periods keep their part of the whole.
    function _refusedGrowth(uint256 id, IBetBook.PartyTerms[] memory list, int256 grown) private {
        signAmendment(betId, id, list, 0, keyOf(0));
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        IBetBook.SignedPledge memory last = IBetBook.SignedPledge({
            terms: list[1],
            proof: proofOf(leavesOf(list), 1),
            deadline: deadline,
            signature: amendmentConsent(betId, id, list[1], keyOf(1), deadline)
        });
        refused(abi.encodeWithSelector(IBetAmendments.BetAmendments_DilutesWhoLeft.selector, betId, grown));
        betAmendments.signAmendment(address(bets), betId, id, last);
    }

    function test_those_who_go_on_do_not_double_their_shares_over_the_one_who_left() public {
        _left();
        IBetBook.PartyTerms[] memory list = pledges(2);
        (list[0].shareBps, list[1].shareBps) = (10_000, 10_000);
        _refusedGrowth(amend(betId, changeTerms(betId, list, 3)), list, 2 * 5000 * 10_000);
        assertEq(bets.bet(betId).weight, 80_000 * 5000);
    }

    function test_those_who_go_on_do_not_add_periods_over_the_one_who_left() public {
        _left();
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, pledges(2), 3);
        change.periods = 60;
        _refusedGrowth(amend(betId, change), pledges(2), 2 * 5000 * 57 * 10_000);
        // With shares that count as much over all of them as before, they do.
        IBetBook.PartyTerms[] memory list = pledges(2);
        (list[0].shareBps, list[1].shareBps) = (2500, 2500);
        change = changeTerms(betId, list, 3);
        change.periods = 4;
        uint256 id = amend(betId, change);
        signAmendment(betId, id, list, 0, keyOf(0));
        signAmendment(betId, id, list, 1, keyOf(1));
        assertEq(bets.bet(betId).periods, 4);
        assertEq(bets.bet(betId).weight, 80_000 * 5000);
    }

    /// Else they and the arbiter, who lets it go, take what it earned.
    function test_nobody_is_let_go_with_shares_that_take_what_it_earned() public {
        (uint256 id,) = _leaves(10_000);
        refused(
            abi.encodeWithSelector(IBetAmendments.BetAmendments_DilutesWhoLeft.selector, betId, int256(5000 * 10_000))
        );
        vm.prank(arbiter);
        betAmendments.grantLeave(address(bets), betId, id, "it ended its role");
        assertFalse(bets.party(betId, member(2)).left);
    }

    /// The sponsor signed the end while nothing was added; what is reported afterwards it disputes, or signs anew.
    function test_who_signed_an_end_did_not_sign_what_was_reported_afterwards() public {
        warpToEnd(betId, 3);
        signEnd(betId, 0, sponsor, sponsorKey());
        signEnd(betId, 0, member(0), keyOf(0));
        reportValue(betId, POOL);
        disputeAs(sponsor, betId, address(0), 0);
        signEnd(betId, 1, member(1), keyOf(1));
        signEnd(betId, 1, member(2), keyOf(2));
        signEnd(betId, 1, member(0), keyOf(0));
        assertTrue(bets.isActive(betId), "the sponsor waits for its ruling");
        ruleValue(betId, 0);
        signEnd(betId, 2, sponsor, sponsorKey());
        for (uint256 i; i < 3; ++i) {
            signEnd(betId, 2, member(i), keyOf(i));
        }
        assertFalse(bets.isActive(betId));
        assertEq(bets.bet(betId).remainder, POOL);
    }

    /// What a chain group asks to reopen a role: a report counts from its first second, before anybody can dispute it.
    function test_known_issue_a_report_that_is_disputed_shows_a_holder_short_until_it_is_ruled() public {
        warpToEnd(betId, 1);
        report(betId, 0, 1, 0, 10);
        disputeAs(member(0), betId, member(0), 1);
        (uint256 shortfall,,) = bets.shortfallOf(betId, member(0));
        assertEq(shortfall, 10_000);
        rule(betId, 0, 1, 100, 0);
        (shortfall,,) = bets.shortfallOf(betId, member(0));
        assertEq(shortfall, 0, "too late for a role that was reopened meanwhile");
    }

    /// The index of a period is fixed for good before anything is measured by it, however late it is disputed.
    function test_no_index_is_ruled_after_a_figure_was_measured_by_it() public {
        uint256 last = endOf(betId, 1) - DISPUTE_SECONDS - RULING_SECONDS - 1;
        vm.warp(last);
        reportIndex(betId, 1, 2 * BASELINE);
        vm.warp(last + DISPUTE_SECONDS - 1);
        disputeAs(member(0), betId, address(0), 1);
        warpToEnd(betId, 1);
        vm.expectRevert();
        ruleIndex(betId, 1, BASELINE);
        report(betId, 0, 1, 150, 0);
        (uint256 shortfall,,) = bets.shortfallOf(betId, member(0));
        assertEq(shortfall, 0, "at 150 as at 100, since the index went up by half at most");
    }

    /// A newcomer that leaves in the period in which it joined has shared in nothing, and takes its whole stake along.
    function test_who_joins_and_leaves_in_one_period_counts_for_nothing_and_gets_its_stake() public {
        betId = active(2);
        IBetBook.PartyTerms[] memory list = pledges(3);
        list[2].shareBps = 1;
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, list, 2);
        change.newcomer = member(2);
        uint256 id = amend(betId, change);
        for (uint256 i; i < 3; ++i) {
            signAmendment(betId, id, list, i, keyOf(i));
        }
        list = pledges(2);
        change = changeTerms(betId, list, 2);
        change.leaver = member(2);
        id = amend(betId, change);
        signAmendment(betId, id, list, 0, keyOf(0));
        signAmendment(betId, id, list, 1, keyOf(1));
        vm.prank(member(2));
        betAmendments.grantLeave(address(bets), betId, id, "leave");
        assertEq(bets.party(betId, member(2)).contribution, 0);
        assertEq(bets.bet(betId).weight, 2 * 5000 * 30_000);
        warpToEnd(betId, 2);
        address leaver = member(2);
        vm.expectPartialRevert(IBetBook.BetContracts_PeriodUnknown.selector);
        vm.prank(leaver);
        bets.dispute(betId, leaver, 2, "reason");
        settle(betId);
        uint256 before = token.balanceOf(leaver);
        bets.withdrawFor(betId, leaver);
        assertEq(token.balanceOf(leaver) - before, 3 * STAKE);
    }
}
