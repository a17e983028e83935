// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { IBetSigning } from "../../../../contracts/bets/interfaces/IBetSigning.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { BetContracts } from "../../../../contracts/bets/BetContracts.sol";
import { BetHouse } from "../../support/BetHouse.sol";
import { Wallet } from "../../support/Wallet.sol";

contract SignBetTest is BetHouse {
    uint256 private constant _ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    uint256 private betId;
    uint40 private deadline;

    function setUp() public override {
        super.setUp();
        betId = proposed(2);
        deadline = uint40(block.timestamp) + 1 hours;
    }

    function _brings(IBetBook.PartyTerms memory terms, uint256 place, bytes memory signature) private {
        _bring(betId, terms, proofOf(leavesOf(pledges(2)), place), signature);
    }

    function _bring(uint256 id, IBetBook.PartyTerms memory terms, bytes32[] memory proof, bytes memory signature)
        private
    {
        bets.signBet(
            id, IBetBook.SignedPledge({ terms: terms, proof: proof, deadline: deadline, signature: signature })
        );
    }

    function _digest(IBetBook.PartyTerms memory terms) private view returns (bytes32) {
        bytes32 termsHash = bets.bet(betId).termsHash;
        return rules.betDigest(address(bets), betId, sponsor, termsHash, pledgeHash(terms), deadline);
    }

    function _signs(uint256 i) private {
        _brings(pledge(i), i, consent(betId, pledge(i), keyOf(i), deadline));
    }

    function _refusedSignature(bytes memory signature) private {
        refused(abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, member(0)));
        _brings(pledge(0), 0, signature);
    }

    function test_a_signature_takes_the_stake_and_the_last_makes_the_bet_active() public {
        vm.expectEmit(address(bets));
        emit IBetBook.BetSigned(betId, member(0), pledge(0), 1, STAKE, 5000 * 30_000);
        _signs(0);
        assertEq(token.balanceOf(member(0)), FUNDS - STAKE);
        assertTrue(bets.isParty(betId, member(0)));
        assertTrue(!bets.isParty(betId, member(1)));
        assertEq(statusOf(betId), uint256(IBetBook.BetStatus.Proposed));

        vm.expectEmit(address(bets));
        emit IBetBook.BetActivated(betId, 2);
        _signs(1);
        assertEq(statusOf(betId), uint256(IBetBook.BetStatus.Active));
        assertEq(token.balanceOf(address(bets)), POOL + 3 * STAKE);
        IBetBook.Party memory record = bets.party(betId, member(1));
        assertEq(record.stake, 2 * STAKE);
        assertEq(record.contribution, 5000 * 30_000);
        assertEq(record.capBps, 5000);
        assertEq(record.fromPeriod, 1);
        assertEq(record.toPeriod, PERIODS);
    }

    function test_anybody_may_bring_a_signature() public {
        bytes memory signature = consent(betId, pledge(0), keyOf(0), deadline);
        bytes32[] memory proof = proofOf(leavesOf(pledges(2)), 0);
        IBetBook.PartyTerms memory terms = pledge(0);
        vm.prank(outsider);
        _bring(betId, terms, proof, signature);
        assertTrue(bets.isParty(betId, member(0)));
    }

    function test_a_contract_signs_by_erc_1271() public {
        (address clerk, uint256 key) = actorWithKey("clerk");
        Wallet wallet = new Wallet(clerk);
        enrol(address(wallet), Offices.NODE);
        wallet.approve(token, address(bets));
        IBetBook.PartyTerms[] memory list = pledges(2);
        list[1].account = address(wallet);
        betId = propose(betTerms(list));
        bytes32[] memory proof = proofOf(leavesOf(list), 1);

        bytes memory signature = consent(betId, list[1], keyOf(0), deadline);
        refused(abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, address(wallet)));
        _bring(betId, list[1], proof, signature);

        _bring(betId, list[1], proof, consent(betId, list[1], key, deadline));
        assertTrue(bets.isParty(betId, address(wallet)));
        assertEq(token.balanceOf(address(wallet)), FUNDS - 2 * STAKE);
    }

    function test_unknown_bets_and_active_bets_are_not_signed() public {
        bytes memory signature = consent(betId, pledge(0), keyOf(0), deadline);
        refusedBecause(IBetBook.BetContracts_Unknown.selector, 99);
        _bring(99, pledge(0), new bytes32[](0), signature);
        _signs(0);
        _signs(1);
        refusedIn(betId, IBetBook.BetStatus.Active);
        _brings(pledge(0), 0, signature);
    }

    function test_no_signature_while_paused() public {
        bytes memory signature = consent(betId, pledge(0), keyOf(0), deadline);
        pause();
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        _brings(pledge(0), 0, signature);
    }

    function test_strangers_and_suspended_nodes_do_not_sign() public {
        IBetBook.PartyTerms[] memory list = pledges(4); // the fourth never registered
        betId = propose(betTerms(list));
        bytes memory signature = consent(betId, list[3], keyOf(3), deadline);
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, member(3), Offices.NODE));
        _bring(betId, list[3], new bytes32[](0), signature);
        suspend(member(0));
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, member(0), Offices.NODE));
        _bring(betId, list[0], new bytes32[](0), signature);
    }

    /// Whoever holds a post is nobody else, so that reporter and arbiter are independent of every party, also later.
    function test_neither_reporter_nor_arbiter_is_ever_a_party() public {
        vm.startPrank(registrar);
        vm.expectRevert();
        participants.register(reporter, Offices.NODE);
        vm.expectRevert();
        participants.register(arbiter, Offices.NODE);
        vm.stopPrank();
        vm.prank(reporter);
        participants.offerPost(reporterPost, member(0));
        vm.prank(member(0));
        vm.expectRevert();
        participants.takePost(reporterPost);
    }

    function test_a_party_signs_once() public {
        bytes memory signature = consent(betId, pledge(0), keyOf(0), deadline);
        _brings(pledge(0), 0, signature);
        refusedBecause(IBetSigning.BetContracts_AlreadySigned.selector, betId, member(0));
        _brings(pledge(0), 0, signature);
    }

    /// The sponsor may be a party: the leader answers for the whole.
    function test_the_sponsor_may_be_a_party() public {
        (, uint256 key) = actorWithKey("sponsor");
        IBetBook.PartyTerms[] memory list = pledges(2);
        list[0].account = sponsor;
        betId = propose(betTerms(list));
        bytes memory signature = consent(betId, list[0], key, deadline);
        _bring(betId, list[0], proofOf(leavesOf(list), 0), signature);
        assertTrue(bets.isParty(betId, sponsor));
    }

    function test_terms_that_are_not_in_the_tree_are_refused() public {
        IBetBook.PartyTerms memory terms = pledge(0);
        terms.stake -= 1;
        _refusedLeaf(terms);
        terms = pledge(0);
        terms.shareBps += 1;
        _refusedLeaf(terms);
        terms = pledge(0);
        terms.toleranceBps += 1;
        _refusedLeaf(terms);
        terms = pledge(0);
        terms.slopeBps += 1;
        _refusedLeaf(terms);
        terms = pledge(0);
        terms.capBps -= 1;
        _refusedLeaf(terms);
        terms = pledge(0);
        terms.targets[1].floor += 1;
        _refusedLeaf(terms);
        terms = pledge(0);
        terms.targets[0].followsIndex = false;
        _refusedLeaf(terms);
        terms = pledge(0);
        terms.targets[0].metric += 1;
        _refusedLeaf(terms);
    }

    function _refusedLeaf(IBetBook.PartyTerms memory terms) private {
        bytes memory signature = consent(betId, terms, keyOf(0), deadline);
        refused(abi.encodeWithSelector(IBetRules.BetRules_NotInTheTree.selector, member(0)));
        _brings(terms, 0, signature);
    }

    function test_a_signature_by_another_key_is_refused() public {
        _refusedSignature(consent(betId, pledge(0), keyOf(1), deadline));
        _refusedSignature("");
        _refusedSignature("not a signature");
    }

    function test_a_signature_for_another_bet_is_refused() public {
        uint256 other = propose(betTerms(pledges(2)));
        _refusedSignature(consent(other, pledge(0), keyOf(0), deadline));
    }

    function test_a_signature_for_other_terms_or_another_deadline_is_refused() public {
        IBetBook.PartyTerms memory terms = pledge(0);
        terms.stake -= 1;
        _refusedSignature(consent(betId, terms, keyOf(0), deadline));
        _refusedSignature(consent(betId, pledge(0), keyOf(0), deadline + 1));
    }

    function test_a_signature_replayed_on_another_chain_is_refused() public {
        bytes memory signature = consent(betId, pledge(0), keyOf(0), deadline);
        vm.chainId(4242);
        _refusedSignature(signature);
    }

    function test_a_signature_replayed_on_another_contract_is_refused() public {
        BetContracts other = new BetContracts(participants, credit, token, rules, betAmendments, majeure, 0);
        IBetBook.BetTerms memory terms = betTerms(pledges(2));
        terms.valuePool = 0;
        vm.startPrank(sponsor);
        bets.proposeBet(terms); // 2 here
        other.proposeBet(terms);
        uint256 twin = other.proposeBet(terms); // 2 there, of the same sponsor and terms
        vm.stopPrank();
        assertEq(other.bet(twin).termsHash, bets.bet(2).termsHash);
        bytes memory signature = consent(2, pledge(0), keyOf(0), deadline);
        bytes32[] memory proof = proofOf(leavesOf(pledges(2)), 0);
        IBetBook.PartyTerms memory leaf = pledge(0);
        refused(abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, member(0)));
        other.signBet(2, IBetBook.SignedPledge(leaf, proof, deadline, signature));
        _bring(2, leaf, proof, signature);
    }

    function test_a_malleable_signature_is_refused() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf(0), _digest(pledge(0)));
        _refusedSignature(abi.encodePacked(r, bytes32(_ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27)));
        _brings(pledge(0), 0, abi.encodePacked(r, s, v));
    }

    function test_a_signature_is_good_before_its_deadline_only() public {
        bytes memory signature = consent(betId, pledge(0), keyOf(0), deadline);
        for (uint256 late; late < 2; ++late) {
            vm.warp(deadline + late);
            refused(abi.encodeWithSelector(IBetRules.BetRules_SignatureExpired.selector, block.timestamp, deadline));
            _brings(pledge(0), 0, signature);
        }
        vm.warp(deadline - 1);
        _brings(pledge(0), 0, signature);
    }

    function test_signing_ends_at_sign_by() public {
        uint40 signBy = uint40(block.timestamp) + SIGN_SECONDS;
        deadline = signBy + 1 days;
        bytes memory signature = consent(betId, pledge(0), keyOf(0), deadline);
        for (uint256 late; late < 2; ++late) {
            vm.warp(signBy + late);
            refusedTooLate(signBy);
            _brings(pledge(0), 0, signature);
        }
        vm.warp(signBy - 1);
        _brings(pledge(0), 0, signature);
    }

    function test_a_stake_without_allowance_or_money_signs_nothing() public {
        bytes memory signature = consent(betId, pledge(0), keyOf(0), deadline);
        vm.prank(member(0));
        token.approve(address(bets), STAKE - 1);
        vm.expectRevert();
        this.signsExternally(0, signature);
        assertTrue(!bets.isParty(betId, member(0)));
        vm.startPrank(member(0));
        token.approve(address(bets), STAKE);
        token.transfer(member(1), FUNDS - STAKE + 1);
        vm.stopPrank();
        vm.expectRevert();
        this.signsExternally(0, signature);
        assertTrue(!bets.isParty(betId, member(0)));
    }

    function signsExternally(uint256 i, bytes memory signature) external {
        _brings(pledge(i), i, signature);
    }

    function test_all_stakes_together_fit_the_ledger() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        list[1].stake = 2 ** 60 - STAKE + 1;
        betId = propose(betTerms(list));
        sign(betId, list, 0);
        bytes32[] memory proof = proofOf(leavesOf(list), 1);
        bytes memory signature = consent(betId, list[1], keyOf(1), deadline);
        refused(abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, list[1].stake, 1, 2 ** 60 - STAKE));
        _bring(betId, list[1], proof, signature);
    }

    function test_a_pledge_out_of_bounds_is_refused() public {
        IBetBook.PartyTerms memory terms = pledge(0);
        terms.stake = 0;
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 0, 1, 2 ** 60));
        _bring(betId, terms, new bytes32[](0), "");
    }

    // ---- not everybody signs ----

    function test_anybody_voids_a_bet_that_is_not_signed_in_time_and_all_money_returns() public {
        _signs(0);
        uint256 signBy = START + SIGN_SECONDS;
        vm.warp(signBy - 1);
        refusedTooEarly(signBy);
        bets.voidBet(betId);
        vm.warp(signBy);
        vm.expectEmit(address(bets));
        emit IBetBook.BetVoided(betId, sponsor, 1, POOL);
        vm.prank(outsider);
        bets.voidBet(betId);

        vm.expectEmit(address(bets));
        emit IBetBook.BetStakeReturned(betId, member(0), STAKE);
        vm.prank(member(0));
        bets.withdrawFor(betId, member(0));
        vm.prank(outsider);
        bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(member(0)), FUNDS);
        assertEq(token.balanceOf(sponsor), FUNDS);
        assertEq(token.balanceOf(address(bets)), 0);
        refusedBecause(IBetContracts.BetContracts_AlreadyWithdrawn.selector, betId, member(0));
        bets.withdrawFor(betId, member(0));
        refusedBecause(IBetBook.BetContracts_NotAParty.selector, betId, member(1));
        bets.withdrawFor(betId, member(1));
    }

    function test_a_bet_is_voided_once_and_never_when_active() public {
        refusedBecause(IBetBook.BetContracts_Unknown.selector, 99);
        bets.voidBet(99);
        uint256 other = active(2);
        vm.warp(START + SIGN_SECONDS);
        bets.voidBet(betId);
        refusedIn(betId, IBetBook.BetStatus.Voided);
        bets.voidBet(betId);
        refusedIn(other, IBetBook.BetStatus.Active);
        bets.voidBet(other);
    }
}
