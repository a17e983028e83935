// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// What all who are in a bet change by their signatures: targets, shares, dates, who leaves, who joins, and that it ends.
contract AmendBetTest is BetHouse {
    uint256 private betId;

    function setUp() public override {
        super.setUp();
        betId = active(2);
    }

    /// The base of what is made becomes `base`, for both.
    function _list(uint64 base) private returns (IBetBook.PartyTerms[] memory list) {
        list = pledges(2);
        for (uint256 i; i < 2; ++i) {
            (list[i].targets[0].base, list[i].targets[0].stretch) = (base, 2 * base);
        }
    }

    function _refusedProposal(IBetAmendments.ChangeTerms memory change, bytes memory reason) private {
        refused(reason);
        vm.prank(sponsor);
        betAmendments.proposeAmendment(address(bets), betId, termsOfBet(betId), change);
    }

    function _signed(uint256 id, IBetBook.PartyTerms[] memory list, uint256 place, uint256 key)
        private
        view
        returns (IBetBook.SignedPledge memory)
    {
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        return IBetBook.SignedPledge({
            terms: list[place],
            proof: proofOf(leavesOf(list), place),
            deadline: deadline,
            signature: amendmentConsent(betId, id, list[place], key, deadline)
        });
    }

    function _refusedSignature(uint256 id, IBetBook.SignedPledge memory signed, bytes memory reason) private {
        refused(reason);
        betAmendments.signAmendment(address(bets), betId, id, signed);
    }

    function _weights() private returns (uint256 sum) {
        for (uint256 i; i < 3; ++i) {
            sum += bets.party(betId, member(i)).contribution;
        }
    }

    // ---- targets and shares ----

    function test_an_amendment_is_in_force_when_all_have_signed_from_its_period_on() public {
        uint256 id = amend(betId, changeTerms(betId, _list(80), 2));
        assertEq(id, 1);
        signAmendment(betId, id, _list(80), 0, keyOf(0));
        assertFalse(betAmendments.amendment(address(bets), betId, id).agreed);
        vm.expectEmit(address(bets));
        emit IBetBook.BetAmendmentAgreed(
            betId, 1, address(0), address(0), 2, PERIODS, termsOfBet(betId).start, 3 * STAKE, 2 * 5000 * 30_000
        );
        signAmendment(betId, id, _list(80), 1, keyOf(1));
        warpToEnd(betId, 1);
        report(betId, 0, 1, 80, 0);
        assertEq(reportOf(betId, member(0), 1).shortfallBps, 1200, "the first period keeps its target");
        warpToEnd(betId, 2);
        remember(betId, _list(80)[0]);
        report(betId, 0, 2, 80, 0);
        assertEq(reportOf(betId, member(0), 2).shortfallBps, 0);
    }

    function test_one_signature_changes_nothing_not_even_for_its_own() public {
        uint256 id = amend(betId, changeTerms(betId, _list(80), 1));
        signAmendment(betId, id, _list(80), 0, keyOf(0));
        warpToEnd(betId, 1);
        report(betId, 0, 1, 80, 0);
        assertEq(reportOf(betId, member(0), 1).shortfallBps, 1200);
    }

    /// 5,000 × 10,000 of the first period, then 6,000 × 20,000.
    function test_shares_change_from_a_period_on_and_the_weights_with_them() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        list[0].shareBps = 6000;
        agree(betId, list, 2);
        assertEq(bets.party(betId, member(0)).contribution, 170_000_000);
        assertEq(bets.bet(betId).weight, 320_000_000);
        assertEq(_weights(), bets.bet(betId).weight);
        warpToEnd(betId, 3);
        report(betId, 0, 3, 0, 10);
        assertEq(bets.party(betId, member(0)).contribution, 110_000_000);
        assertEq(_weights(), bets.bet(betId).weight);
    }

    function test_stakes_and_curves_stay_as_signed_first() public {
        for (uint256 k; k < 4; ++k) {
            IBetBook.PartyTerms[] memory list = pledges(2);
            if (k == 0) list[0].stake -= 1;
            if (k == 1) list[0].toleranceBps += 1;
            if (k == 2) list[0].slopeBps -= 1;
            if (k == 3) list[0].capBps -= 1;
            uint256 id = amend(betId, changeTerms(betId, list, 2));
            _refusedSignature(
                id,
                _signed(id, list, 0, keyOf(0)),
                abi.encodeWithSelector(IBetAmendments.BetAmendments_StakeIsFixed.selector, betId, member(0))
            );
        }
    }

    function test_at_most_16_amendments_are_agreed_and_a_report_looks_back_over_all() public {
        for (uint256 i; i < 16; ++i) {
            agree(betId, pledges(2), 2);
        }
        uint256 id = amend(betId, changeTerms(betId, pledges(2), 2));
        _refusedSignature(
            id,
            _signed(id, pledges(2), 0, keyOf(0)),
            abi.encodeWithSelector(IBetAmendments.BetAmendments_TooMany.selector, betId, 16)
        );
        warpToEnd(betId, 1);
        report(betId, 0, 1, 100, 0);
        assertEq(_weights(), bets.bet(betId).weight);
    }

    function test_signatures_are_of_one_amendment_of_one_change_and_of_one_party() public {
        uint256 id = amend(betId, changeTerms(betId, _list(80), 2));
        uint256 twin = amend(betId, changeTerms(betId, _list(80), 2));
        bytes memory reason = abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, member(0));
        _refusedSignature(id, _signed(twin, _list(80), 0, keyOf(0)), reason);
        _refusedSignature(id, _signed(id, _list(80), 0, keyOf(1)), reason);
        IBetBook.SignedPledge memory signed = _signed(id, _list(80), 0, keyOf(0));
        signed.deadline += 1;
        _refusedSignature(id, signed, reason);
        signed = _signed(id, _list(79), 0, keyOf(0));
        _refusedSignature(id, signed, abi.encodeWithSelector(IBetRules.BetRules_NotInTheTree.selector, member(0)));
        signAmendment(betId, id, _list(80), 0, keyOf(0));
        _refusedSignature(
            id,
            _signed(id, _list(80), 0, keyOf(0)),
            abi.encodeWithSelector(IBetAmendments.BetAmendments_AlreadySigned.selector, betId, member(0))
        );
    }

    function test_an_amendment_is_signed_before_its_first_period_ends() public {
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, _list(80), 2);
        uint40 end = change.signBy;
        change.signBy = end + 1;
        _refusedProposal(
            change,
            abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, end + 1, block.timestamp + 1, end)
        );
        change.signBy = end;
        uint256 id = amend(betId, change);
        for (uint256 late; late < 2; ++late) {
            vm.warp(end + late);
            _refusedSignature(
                id,
                _signed(id, _list(80), 0, keyOf(0)),
                abi.encodeWithSelector(IRoom.Room_TooLate.selector, block.timestamp, end)
            );
        }
        vm.warp(end - 1);
        signAmendment(betId, id, _list(80), 0, keyOf(0));
    }

    function test_only_insiders_propose_and_only_for_the_terms_of_this_bet() public {
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, _list(80), 2);
        IBetBook.BetTerms memory terms = termsOfBet(betId);
        refused(abi.encodeWithSelector(IBetAmendments.BetAmendments_NotAParty.selector, betId, outsider));
        vm.prank(outsider);
        betAmendments.proposeAmendment(address(bets), betId, terms, change);
        bytes32 inForce = bets.bet(betId).termsHash;
        terms.periodSeconds += 1;
        bytes32 given = rules.hashTerms(terms);
        refused(abi.encodeWithSelector(IBetAmendments.BetAmendments_NotTheTerms.selector, betId, given, inForce));
        vm.prank(sponsor);
        betAmendments.proposeAmendment(address(bets), betId, terms, change);
    }

    // ---- dates ----

    function test_the_sponsor_moves_the_dates_with_all_and_nobody_else() public {
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, pledges(2), 1);
        change.start += 10 days;
        change.periods = 4;
        change.signBy = termsOfBet(betId).start;
        address party = member(0);
        IBetBook.BetTerms memory terms = termsOfBet(betId);
        refused(abi.encodeWithSelector(IBetAmendments.BetAmendments_OnlyTheSponsorMovesDates.selector, betId, party));
        vm.prank(party);
        betAmendments.proposeAmendment(address(bets), betId, terms, change);
        uint256 id = amend(betId, change);
        signAmendment(betId, id, pledges(2), 0, keyOf(0));
        signAmendment(betId, id, pledges(2), 1, keyOf(1));
        assertEq(bets.bet(betId).start, change.start);
        assertEq(bets.bet(betId).weight, 2 * 5000 * 40_000);
        assertEq(bets.settleableAt(betId), settleableAt(betId));
        warpToEnd(betId, 4);
        report(betId, 0, 4, 0, 10);
        assertEq(bets.party(betId, member(0)).penalty, 33_334, "counted over the periods signed first");
        settle(betId);
        _everybodyIsPaid(2);
    }

    function test_periods_that_are_left_out_count_for_nobody() public {
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, pledges(2), 1);
        change.periods = 1;
        uint256 id = amend(betId, change);
        signAmendment(betId, id, pledges(2), 0, keyOf(0));
        signAmendment(betId, id, pledges(2), 1, keyOf(1));
        assertEq(bets.bet(betId).weight, 2 * 5000 * 10_000);
        assertEq(_weights(), bets.bet(betId).weight);
        warpToEnd(betId, 1);
        reportValue(betId, 500_000);
        settle(betId);
        _everybodyIsPaid(2);
    }

    // ---- who leaves and who joins ----

    /// A and the newcomer C go on from the second period; B leaves.
    function _replacement()
        private
        returns (IBetAmendments.ChangeTerms memory change, IBetBook.PartyTerms[] memory list)
    {
        list = new IBetBook.PartyTerms[](2);
        list[0] = pledge(0);
        list[1] = pledge(2);
        change = changeTerms(betId, list, 2);
        change.leaver = member(1);
        change.newcomer = member(2);
    }

    function _replaced() private returns (uint256 id) {
        (IBetAmendments.ChangeTerms memory change, IBetBook.PartyTerms[] memory list) = _replacement();
        id = amend(betId, change);
        signAmendment(betId, id, list, 0, keyOf(0));
        signAmendment(betId, id, list, 1, keyOf(2));
        vm.prank(member(1));
        betAmendments.grantLeave(address(bets), betId, id, "leave");
        remember(betId, list[1]);
    }

    function _everybodyIsPaid(uint256 count) private {
        for (uint256 i; i < count; ++i) {
            bets.withdrawFor(betId, member(i));
        }
        if (bets.bet(betId).remainder != 0) bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(address(bets)), 0, "to the last unit");
        uint256 held = token.balanceOf(sponsor);
        for (uint256 i; i < 3; ++i) {
            held += token.balanceOf(member(i));
        }
        assertEq(held, 4 * uint256(FUNDS), "among those it is from");
    }

    /// The example of the interface: three periods, shares of 5,000, a pot of 600.00.
    function test_a_replaced_holder_shares_by_its_periods_and_a_new_one_by_its_own() public {
        _replaced();
        assertEq(bets.party(betId, member(0)).contribution, 150_000_000);
        assertEq(bets.party(betId, member(1)).contribution, 50_000_000);
        assertEq(bets.party(betId, member(2)).contribution, 100_000_000);
        assertEq(bets.bet(betId).weight, 300_000_000);
        assertEq(bets.bet(betId).staked, 6 * STAKE);
        assertEq(token.balanceOf(member(2)), FUNDS - 3 * STAKE, "it paid in");
        warpToEnd(betId, PERIODS);
        reportValue(betId, 60_000);
        settle(betId);
        (, uint64 a) = betLens.payoutOf(betId, member(0));
        (, uint64 b) = betLens.payoutOf(betId, member(1));
        (, uint64 c) = betLens.payoutOf(betId, member(2));
        assertEq(a, 30_000);
        assertEq(b, 10_000);
        assertEq(c, 20_000);
        _everybodyIsPaid(3);
    }

    /// Who left answers for its own periods, to the end of their windows, and for no other.
    function test_who_left_is_reported_for_its_periods_only_and_the_newcomer_for_its_own() public {
        _replaced();
        warpToEnd(betId, 1);
        report(betId, 1, 1, 0, 10);
        refused(abi.encodeWithSelector(IBetBook.BetContracts_PeriodUnknown.selector, betId, 1, 2, PERIODS));
        report(betId, 2, 1, 100, 0);
        warpToEnd(betId, 2);
        refused(abi.encodeWithSelector(IBetBook.BetContracts_PeriodUnknown.selector, betId, 2, 1, 1));
        report(betId, 1, 2, 100, 0);
        report(betId, 2, 2, 0, 10);
        (uint256 short, uint16 measured,) = bets.shortfallOf(betId, member(2));
        assertEq(short, 10_000);
        assertEq(measured, 1);
        assertEq(_weights(), bets.bet(betId).weight);
        settle(betId);
        _everybodyIsPaid(3);
    }

    function test_nobody_is_put_out_by_the_others_alone() public {
        (IBetAmendments.ChangeTerms memory change, IBetBook.PartyTerms[] memory list) = _replacement();
        uint256 id = amend(betId, change);
        signAmendment(betId, id, list, 0, keyOf(0));
        signAmendment(betId, id, list, 1, keyOf(2));
        assertFalse(bets.party(betId, member(1)).left);
        vm.prank(member(0));
        refusedHolder(arbiterPost, member(0), arbiter);
        betAmendments.grantLeave(address(bets), betId, id, "leave");
        vm.prank(arbiter);
        betAmendments.grantLeave(address(bets), betId, id, "it resigned its role");
        assertTrue(bets.party(betId, member(1)).left);
    }

    function test_a_newcomer_whose_money_is_not_there_joins_nothing() public {
        (IBetAmendments.ChangeTerms memory change, IBetBook.PartyTerms[] memory list) = _replacement();
        uint256 id = amend(betId, change);
        signAmendment(betId, id, list, 0, keyOf(0));
        signAmendment(betId, id, list, 1, keyOf(2));
        vm.prank(member(2));
        token.approve(address(bets), 0);
        vm.prank(member(1));
        vm.expectRevert();
        betAmendments.grantLeave(address(bets), betId, id, "leave");
        assertFalse(bets.isParty(betId, member(2)));
        settle(betId);
        _everybodyIsPaid(2);
    }

    function test_two_go_on_and_nobody_joins_twice_or_comes_back() public {
        (IBetAmendments.ChangeTerms memory change,) = _replacement();
        change.newcomer = address(0);
        _refusedProposal(change, abi.encodeWithSelector(IBetAmendments.BetAmendments_TooFewLeft.selector, betId, 1));
        change.newcomer = member(0);
        _refusedProposal(
            change, abi.encodeWithSelector(IBetAmendments.BetAmendments_NewcomerIsAParty.selector, betId, member(0))
        );
        _replaced();
        (change,) = _replacement();
        (change.leaver, change.newcomer) = (member(2), member(1));
        _refusedProposal(
            change, abi.encodeWithSelector(IBetAmendments.BetAmendments_NewcomerIsAParty.selector, betId, member(1))
        );
    }

    function test_only_the_contract_of_amendments_changes_a_bet_or_ends_it() public {
        IBetBook.Adoption memory adoption;
        refused(abi.encodeWithSelector(IBetBook.BetContracts_NotTheAmendments.selector, sponsor));
        vm.prank(sponsor);
        bets.adoptAmendment(betId, 1, adoption);
        refused(abi.encodeWithSelector(IBetBook.BetContracts_NotTheAmendments.selector, sponsor));
        vm.prank(sponsor);
        bets.settleByConsent(betId);
    }

    // ---- the end ----

    function test_sponsor_and_all_parties_end_a_bet_at_once() public {
        signEnd(betId, 0, sponsor, sponsorKey());
        signEnd(betId, 0, member(0), keyOf(0));
        assertTrue(bets.isActive(betId));
        signEnd(betId, 0, member(1), keyOf(1));
        assertEq(bets.settledAt(betId), block.timestamp);
        assertEq(bets.bet(betId).remainder, POOL);
        _everybodyIsPaid(2);
    }

    function test_nobody_ends_a_bet_for_another_or_twice() public {
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        bytes memory signature = endConsent(betId, 0, member(0), keyOf(1), deadline);
        refused(abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, member(0)));
        betAmendments.endByConsent(address(bets), betId, member(0), deadline, signature);
        signEnd(betId, 0, member(0), keyOf(0));
        signature = endConsent(betId, 0, member(0), keyOf(0), deadline);
        refused(abi.encodeWithSelector(IBetAmendments.BetAmendments_EndedBefore.selector, betId, member(0)));
        betAmendments.endByConsent(address(bets), betId, member(0), deadline, signature);
        refused(abi.encodeWithSelector(IBetAmendments.BetAmendments_NotAParty.selector, betId, outsider));
        betAmendments.endByConsent(address(bets), betId, outsider, deadline, signature);
    }

    function test_signatures_under_an_end_are_collected_anew_when_the_earliest_is_over() public {
        signEnd(betId, 0, sponsor, sponsorKey());
        signEnd(betId, 0, member(0), keyOf(0));
        skip(1 hours);
        signEnd(betId, 1, member(1), keyOf(1));
        assertTrue(bets.isActive(betId));
        assertEq(betAmendments.endingOf(address(bets), betId).signed, 1);
        signEnd(betId, 1, sponsor, sponsorKey());
        signEnd(betId, 1, member(0), keyOf(0));
        assertFalse(bets.isActive(betId));
    }

    /// Else those who remain end the bet before the value is reported, and what the leaver earned is gone.
    function test_who_left_ends_the_bet_with_the_others_or_it_goes_on() public {
        signEnd(betId, 0, sponsor, sponsorKey());
        _replaced();
        signEnd(betId, 1, sponsor, sponsorKey());
        signEnd(betId, 1, member(0), keyOf(0));
        signEnd(betId, 1, member(2), keyOf(2));
        assertTrue(bets.isActive(betId));
        signEnd(betId, 1, member(1), keyOf(1));
        assertFalse(bets.isActive(betId));
        _everybodyIsPaid(3);
    }
}
