// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// From every state of a bet, with every person gone, a stranger and the clock return all money.
contract EverybodyWalksAwayFromBetsTest is BetHouse {
    address private stranger;

    function setUp() public override {
        super.setUp();
        stranger = actor("stranger");
    }

    function _everybodyWalksAway() private {
        pause();
        suspend(sponsor);
        suspend(member(0));
        suspend(member(1));
        vacate(reporterPost);
        vacate(arbiterPost);
        revoke(Offices.GUARDIAN, guardian);
        revoke(Offices.TREASURER, treasurer);
        revoke(Offices.REGISTRAR, registrar);
    }

    function _settles(uint256 betId) private {
        vm.warp(settleableAt(betId));
        vm.startPrank(stranger);
        bets.settleBet(betId);
        bets.withdrawFor(betId, member(0));
        bets.withdrawFor(betId, member(1));
        if (bets.bet(betId).remainder != 0) bets.withdrawRemainder(betId);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
    }

    function _noMoneyIsLeftBehind() private {
        assertEq(token.balanceOf(address(bets)), 0, "bets");
        assertEq(token.balanceOf(stranger), 0, "stranger");
        uint256 held = token.balanceOf(sponsor) + token.balanceOf(member(0)) + token.balanceOf(member(1));
        assertEq(held, 3 * uint256(FUNDS), "people");
    }

    function test_from_a_proposal() public {
        uint256 betId = proposed(2);
        _everybodyWalksAway();
        vm.warp(START + SIGN_SECONDS);
        vm.startPrank(stranger);
        bets.voidBet(betId);
        bets.withdrawRemainder(betId);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
        assertEq(token.balanceOf(sponsor), FUNDS);
    }

    function test_from_a_half_signed_proposal() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        uint256 betId = propose(betTerms(list));
        sign(betId, list, 1);
        _everybodyWalksAway();
        vm.warp(START + SIGN_SECONDS);
        vm.startPrank(stranger);
        bets.voidBet(betId);
        bets.withdrawRemainder(betId);
        bets.withdrawFor(betId, member(1));
        vm.stopPrank();
        _noMoneyIsLeftBehind();
        assertEq(token.balanceOf(member(1)), FUNDS);
    }

    function test_from_an_active_bet() public {
        uint256 betId = active(2);
        _everybodyWalksAway();
        _settles(betId);
        assertEq(token.balanceOf(sponsor), FUNDS);
        assertEq(token.balanceOf(member(0)), FUNDS);
    }

    function test_from_a_reported_index_and_an_open_amendment() public {
        uint256 betId = active(2);
        reportIndex(betId, 1, 1100);
        disputeAs(member(0), betId, address(0), 1);
        uint256 id = amend(betId, changeTerms(betId, pledges(2), 3));
        signAmendment(betId, id, pledges(2), 0, keyOf(0));
        _everybodyWalksAway();
        _settles(betId);
        assertEq(token.balanceOf(member(0)), FUNDS);
    }

    function test_from_a_reported_period() public {
        uint256 betId = active(2);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 50, 0);
        _everybodyWalksAway();
        _settles(betId);
    }

    function test_from_a_disputed_period_and_a_disputed_silence() public {
        uint256 betId = active(2);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 50, 0);
        disputeAs(member(0), betId, member(0), 1);
        skip(REPORT_SECONDS);
        disputeAs(member(0), betId, member(1), 1);
        _everybodyWalksAway();
        _settles(betId);
    }

    function test_from_a_ruled_period_and_a_reported_value() public {
        uint256 betId = active(2);
        warpToEnd(betId, PERIODS);
        report(betId, 0, PERIODS, 50, 0);
        disputeAs(member(0), betId, member(0), PERIODS);
        rule(betId, 0, PERIODS, 70, 1);
        reportValue(betId, 333_333);
        _everybodyWalksAway();
        _settles(betId);
    }

    function test_from_a_disputed_value() public {
        uint256 betId = active(2);
        warpToEnd(betId, PERIODS);
        reportValue(betId, 333_333);
        disputeAs(sponsor, betId, address(0), 0);
        _everybodyWalksAway();
        _settles(betId);
    }

    function test_from_a_settled_bet_of_which_one_has_withdrawn() public {
        uint256 betId = active(2);
        warpToEnd(betId, PERIODS);
        reportValue(betId, 333_333);
        settle(betId);
        bets.withdrawFor(betId, member(0));
        bets.withdrawRemainder(betId);
        _everybodyWalksAway();
        vm.startPrank(stranger);
        bets.withdrawFor(betId, member(1));
        bets.withdrawRemainder(betId);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
    }
}
