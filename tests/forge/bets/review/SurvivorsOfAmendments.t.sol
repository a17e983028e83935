// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// Faults that `make mutants` planted in the contract of amendments and that no test saw.
contract SurvivorsOfAmendmentsTest is BetHouse {
    uint256 private betId;

    function setUp() public override {
        super.setUp();
        betId = active(2);
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

    function _noParty(address account) private view returns (bytes memory) {
        return abi.encodeWithSelector(IBetAmendments.BetAmendments_NotAParty.selector, betId, account);
    }

    function test_who_follows_events_sees_what_is_proposed_and_who_signed_it() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, list, 2);
        bytes32 changeHash = rules.checkChange(change, termsOfBet(betId), change.start, PERIODS);
        vm.expectEmit(true, true, true, true, address(betAmendments));
        emit IBetAmendments.BetAmendmentProposed(address(bets), betId, sponsor, 1, change, changeHash);
        uint256 id = amend(betId, change);
        IBetBook.SignedPledge memory signed = _signed(id, list, 0, keyOf(0));
        vm.expectEmit(true, true, true, true, address(betAmendments));
        emit IBetAmendments.BetAmendmentSigned(address(bets), betId, member(0), id, list[0], 1);
        betAmendments.signAmendment(address(bets), betId, id, signed);
        IBetAmendments.Amendment memory expected;
        (expected.changeHash, expected.partiesRoot) = (changeHash, change.partiesRoot);
        (expected.signBy, expected.fromPeriod, expected.signed) = (change.signBy, 2, 1);
        (expected.start, expected.periods) = (change.start, PERIODS);
        IBetAmendments.Amendment memory kept = betAmendments.amendment(address(bets), betId, id);
        assertEq(keccak256(abi.encode(kept)), keccak256(abi.encode(expected)), "kept");
    }

    function test_who_is_suspended_signs_no_amendment_and_nobody_does_in_a_pause() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        uint256 id = amend(betId, changeTerms(betId, list, 2));
        IBetBook.SignedPledge memory signed = _signed(id, list, 0, keyOf(0));
        uint256 state = vm.snapshotState();
        pause();
        _refusedSignature(id, signed, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        vm.revertToState(state);
        suspend(member(0));
        _refusedSignature(id, signed, abi.encodeWithSelector(IRoom.Room_NotActive.selector, member(0), Offices.NODE));
    }

    /// B leaves and C joins; neither B nor a stranger signs what the others agree to afterwards.
    function test_who_left_or_was_never_in_goes_on_with_nothing() public {
        IBetBook.PartyTerms[] memory list = pledges(3);
        uint256 id = amend(betId, changeTerms(betId, list, 2));
        _refusedSignature(id, _signed(id, list, 2, keyOf(2)), _noParty(member(2)));
        IBetAmendments.ChangeTerms memory change = changeTerms(betId, list, 2);
        (change.leaver, change.newcomer) = (member(1), member(2));
        id = amend(betId, change);
        _refusedSignature(id, _signed(id, list, 1, keyOf(1)), _noParty(member(1)));
        signAmendment(betId, id, list, 0, keyOf(0));
        signAmendment(betId, id, list, 2, keyOf(2));
        vm.prank(member(1));
        betAmendments.grantLeave(address(bets), betId, id, "leave");
        assertTrue(bets.party(betId, member(1)).left);
        id = amend(betId, changeTerms(betId, list, 2));
        _refusedSignature(id, _signed(id, list, 1, keyOf(1)), _noParty(member(1)));
        assertEq(betAmendments.amendment(address(bets), betId, id).signed, 0);
    }

    function test_a_sponsor_that_is_a_party_signs_the_end_once() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        list[1].account = sponsor;
        betId = propose(betTerms(list));
        sign(betId, list, 0);
        bets.signBet(betId, signedPledge(betId, list, 1, sponsorKey()));
        assertTrue(bets.isActive(betId));
        signEnd(betId, 0, sponsor, sponsorKey());
        assertTrue(bets.isActive(betId));
        signEnd(betId, 0, member(0), keyOf(0));
        assertEq(bets.settledAt(betId), block.timestamp);
    }

    /// The round that a wallet asks for is the one in which its signature counts.
    function test_the_round_of_an_end_is_the_next_one_when_its_figures_or_its_time_changed() public {
        assertEq(betAmendments.endRoundOf(address(bets), betId), 0);
        warpToEnd(betId, 1);
        signEnd(betId, 0, sponsor, sponsorKey());
        assertEq(betAmendments.endRoundOf(address(bets), betId), 0, "signed");
        uint256 state = vm.snapshotState();
        skip(1 hours - 1);
        assertEq(betAmendments.endRoundOf(address(bets), betId), 0, "still");
        skip(1);
        assertEq(betAmendments.endRoundOf(address(bets), betId), 1, "over");
        vm.revertToState(state);
        report(betId, 0, 1, 0, 10);
        assertEq(betAmendments.endRoundOf(address(bets), betId), 1, "reported");
        signEnd(betId, 1, member(0), keyOf(0));
        assertEq(betAmendments.endRoundOf(address(bets), betId), 1, "signed anew");
        assertEq(betAmendments.endingOf(address(bets), betId).signed, 1);
    }
}
