// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { IPosts } from "../../../../contracts/identity/interfaces/IPosts.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBidding } from "../../../../contracts/procurement/interfaces/IBidding.sol";
import { IProcurement } from "../../../../contracts/procurement/interfaces/IProcurement.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { House } from "../../support/House.sol";

contract CommitBidTest is House {
    uint256 private tenderId;

    function setUp() public override {
        super.setUp();
        tenderId = openTender();
    }

    function _refusedBid(address bidder, bytes memory reason) private {
        bytes32 commitment = seal(tenderId, bidder, AMOUNT);
        refused(reason);
        vm.prank(bidder);
        tenders.commitBid(tenderId, termsOf(tenderId), commitment, new bytes32[](0));
    }

    function test_a_commitment_is_stored_with_bond_credit_and_rank() public {
        commit(tenderId, rival, AMOUNT);
        vm.expectEmit(address(tenders));
        emit ITenders.BidCommitted(tenderId, supplier, 2, seal(tenderId, supplier, AMOUNT), BOND, NEWCOMER_BPS);
        commit(tenderId, supplier, AMOUNT);
        ITenders.Bid memory record = tenders.bid(tenderId, supplier);
        assertEq(bytes32(record.commitment), bytes32(bytes28(seal(tenderId, supplier, AMOUNT))));
        assertEq(record.index, 2);
        assertEq(record.creditBps, NEWCOMER_BPS);
        assertEq(record.amount, 0);
        assertEq(record.offeredDays, 0);
        assertEq(uint256(record.status), uint256(ITenders.BidStatus.Committed));
        assertEq(tenders.tender(tenderId).bids, 2);
        assertEq(token.balanceOf(address(tenders)), 2 * BOND);
    }

    function test_a_tender_without_bond_takes_none() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.bond = 0;
        tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT);
        assertEq(token.balanceOf(address(tenders)), 0);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    function test_commit_refuses_an_unknown_tender() public {
        refused(abi.encodeWithSelector(ITenders.Tenders_Unknown.selector, 99));
        vm.prank(supplier);
        tenders.commitBid(99, termsOf(tenderId), keccak256("any"), new bytes32[](0));
    }

    function test_commit_refuses_other_terms_than_those_published() public {
        ITenders.TenderTerms memory terms = termsOf(tenderId);
        terms.ceiling += 1;
        refused(abi.encodeWithSelector(ITenders.Tenders_TermsMismatch.selector, tenderId));
        vm.prank(supplier);
        tenders.commitBid(tenderId, terms, keccak256("any"), new bytes32[](0));
    }

    function test_commit_refuses_the_terms_of_another_tender() public {
        uint256 other = openTender();
        refused(abi.encodeWithSelector(ITenders.Tenders_TermsMismatch.selector, tenderId));
        vm.prank(supplier);
        tenders.commitBid(tenderId, termsOf(other), keccak256("any"), new bytes32[](0));
    }

    function testFuzz_no_other_byte_of_the_terms_passes(uint256 place, uint8 changed) public {
        bytes memory data =
            abi.encodeCall(tenders.commitBid, (tenderId, termsOf(tenderId), keccak256("any"), new bytes32[](0)));
        place = bound(place, 36, 36 + 27 * 32 - 1);
        vm.assume(changed != uint8(data[place]));
        data[place] = bytes1(changed);
        vm.prank(supplier);
        (bool done,) = address(tenders).call(data);
        assertFalse(done);
    }

    function test_a_tender_takes_255_bids_and_no_more() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.bond = 0;
        tenderId = openTender(terms);
        for (uint256 i; i < tenders.MAX_BIDS(); ++i) {
            address bidder = address(uint160(0x1000 + i));
            vm.prank(registrar);
            participants.register(bidder, Offices.SUPPLIER);
            commit(tenderId, bidder, AMOUNT);
        }
        assertEq(tenders.bid(tenderId, address(uint160(0x10fe))).index, 255);
        _refusedBid(supplier, abi.encodeWithSelector(ITenders.Tenders_TooManyBids.selector, tenderId, 255));
    }

    function test_commit_refuses_whoever_is_no_active_supplier() public {
        _refusedBid(outsider, abi.encodeWithSelector(IRoom.Room_NotActive.selector, outsider, Offices.SUPPLIER));
        _refusedBid(buyer, abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.SUPPLIER));
        suspend(supplier);
        _refusedBid(supplier, abi.encodeWithSelector(IRoom.Room_NotActive.selector, supplier, Offices.SUPPLIER));
    }

    function test_the_buyer_cannot_bid_in_its_own_tender() public {
        enrol(outsider, Offices.BUYER | Offices.SUPPLIER);
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.buyer = outsider;
        tenderId = openTender(terms);
        _refusedBid(outsider, abi.encodeWithSelector(IBidding.Bidding_BuyerCannotBid.selector, tenderId, outsider));
    }

    /// Nothing here asks for it: who holds a post is no participant, at every time.
    function test_whoever_attests_an_order_cannot_have_bid_for_it() public {
        refused(abi.encodeWithSelector(IParticipants.Participants_HoldsAPost.selector, attester));
        vm.prank(registrar);
        participants.register(attester, Offices.SUPPLIER);
        _refusedBid(attester, abi.encodeWithSelector(IRoom.Room_NotActive.selector, attester, Offices.SUPPLIER));
        commit(tenderId, supplier, AMOUNT);
        vm.prank(attester);
        participants.offerPost(attesterPost, supplier);
        refused(abi.encodeWithSelector(IPosts.Posts_HolderIsAParticipant.selector, supplier));
        vm.prank(supplier);
        participants.takePost(attesterPost);
    }

    function test_bids_are_committed_in_a_retired_edition() public {
        retire(address(tenders));
        commit(tenderId, supplier, AMOUNT);
    }

    function test_an_invited_tender_takes_only_the_invited() public {
        bytes32 mine = keccak256(bytes.concat(keccak256(abi.encode(supplier))));
        bytes32 other = keccak256(bytes.concat(keccak256(abi.encode(outsider))));
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.invitedRoot = mine < other ? keccak256(abi.encode(mine, other)) : keccak256(abi.encode(other, mine));
        tenderId = openTender(terms, new address[](2));
        bytes32[] memory invitation = new bytes32[](1);
        invitation[0] = other;
        refused(abi.encodeWithSelector(IBidding.Bidding_NotInvited.selector, tenderId, rival));
        vm.prank(rival);
        tenders.commitBid(tenderId, terms, keccak256("any"), invitation);
        _refusedBid(supplier, abi.encodeWithSelector(IBidding.Bidding_NotInvited.selector, tenderId, supplier));
        bytes32 commitment = seal(tenderId, supplier, AMOUNT);
        vm.prank(supplier);
        tenders.commitBid(tenderId, terms, commitment, invitation);
        assertEq(tenders.bid(tenderId, supplier).index, 1);
    }

    function test_commit_refuses_credit_one_point_below_the_minimum() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.minCreditBps = NEWCOMER_BPS + 1;
        tenderId = openTender(terms);
        _refusedBid(
            supplier,
            abi.encodeWithSelector(
                IBidding.Bidding_CreditTooLow.selector, tenderId, supplier, NEWCOMER_BPS, NEWCOMER_BPS + 1
            )
        );
        terms = tenderTerms();
        terms.minCreditBps = NEWCOMER_BPS;
        tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT);
    }

    function test_commit_refuses_while_paused() public {
        pause();
        _refusedBid(supplier, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }

    function test_a_supplier_commits_once() public {
        commit(tenderId, supplier, AMOUNT);
        _refusedBid(supplier, abi.encodeWithSelector(ITenders.Tenders_AlreadyCommitted.selector, tenderId, supplier));
    }

    function test_commit_refuses_an_empty_commitment() public {
        refused(abi.encodeWithSelector(ITenders.Tenders_ZeroCommitment.selector));
        vm.prank(supplier);
        // What is kept of a commitment is its first 28 bytes.
        tenders.commitBid(tenderId, termsOf(tenderId), bytes32(uint256(type(uint32).max)), new bytes32[](0));
    }

    function test_commit_closes_at_commit_end() public {
        uint40 commitEnd = tenders.tender(tenderId).commitEnd;
        vm.warp(commitEnd - 1);
        commit(tenderId, rival, AMOUNT);
        for (uint40 late; late < 2; ++late) {
            vm.warp(commitEnd + late);
            _refusedBid(
                supplier,
                abi.encodeWithSelector(ITenders.Tenders_CommitClosed.selector, tenderId, commitEnd + late, commitEnd)
            );
        }
    }

    function test_commit_without_the_bond_approved_leaves_nothing_behind() public {
        vm.prank(supplier);
        token.approve(address(tenders), BOND - 1);
        vm.prank(supplier);
        vm.expectRevert();
        tenders.commitBid(tenderId, termsOf(tenderId), keccak256("any"), new bytes32[](0));
        assertEq(tenders.bid(tenderId, supplier).index, 0);
        assertEq(tenders.tender(tenderId).bids, 0);
    }
}
