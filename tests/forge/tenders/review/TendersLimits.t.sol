// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IParticipants } from "../../../../contracts/identity/interfaces/IParticipants.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// What stays of the attacks on tenders and auctions, in its true size. A test that fails here means that an issue grew
/// or went.
contract TendersLimitsTest is TenderHouse {
    function test_a_bid_of_one_unit_ends_an_open_auction_and_costs_its_bidder_nothing() public {
        uint256 auctionId = openAuction();
        placeBid(auctionId, supplier, AMOUNT);
        uint16 before = credit.scoreOf(rival);
        placeBid(auctionId, rival, 1);
        assertEq(auctions.mostNext(auctionId, auctionTermsOf(auctionId)), 0, "nobody bids any more");
        warpToEnd(auctionId);
        uint256 orderId = awardAuction(auctionId);
        withdrawBond(auctionId, rival);
        vm.prank(rival);
        orders.cancel(orderId);
        assertEq(token.balanceOf(rival), FUNDS);
        assertGe(credit.scoreOf(rival), before - 1, "a default of one unit weighs one unit");
    }

    function test_a_decrement_of_the_whole_ends_an_auction_with_its_first_bid() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        terms.minDecrementBps = 10_000;
        uint256 auctionId = openAuction(terms);
        placeBid(auctionId, supplier, CEILING);
        assertEq(auctions.mostNext(auctionId, terms), 0);
    }

    function test_a_pause_until_the_end_hands_an_auction_to_whoever_leads() public {
        uint256 auctionId = openAuction();
        placeBid(auctionId, supplier, CEILING);
        pause();
        vm.warp(auctions.auction(auctionId).endsAt - 1);
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        placeBid(auctionId, rival, AMOUNT);
        warpToEnd(auctionId);
        assertEq(orders.order(awardAuction(auctionId)).supplier, supplier);
    }

    function test_once_every_extension_is_used_the_last_second_wins() public {
        uint256 auctionId = openAuction();
        uint128 amount = CEILING;
        for (uint256 i; i <= MAX_EXTENSIONS; ++i) {
            vm.warp(auctions.auction(auctionId).endsAt - 1);
            placeBid(auctionId, i % 2 == 0 ? supplier : rival, amount);
            amount = amount * 98 / 100;
        }
        skip(1);
        vm.expectPartialRevert(IReverseAuctions.ReverseAuctions_BiddingClosed.selector);
        placeBid(auctionId, third, amount);
        uint256 latest = START + DURATION_SECONDS + uint256(MAX_EXTENSIONS) * EXTENSION_SECONDS;
        assertEq(auctions.auction(auctionId).endsAt, latest, "and only there");
    }

    /// Striking in the last second and ranking the favourite: who sleeps through the ranking is not in it.
    function test_a_better_bid_that_nobody_ranks_loses_without_being_struck() public {
        ITenders.TenderTerms memory terms = reviewedTerms(ITenders.Pricing.FirstPrice);
        terms.reviewSeconds = tenders.MIN_WINDOW_SECONDS();
        uint256 tenderId = threeBids(terms, [AMOUNT, AMOUNT + 1, CEILING]);
        vm.warp(uint256(tenders.tender(tenderId).revealEnd) + terms.reviewSeconds - 1);
        disqualify(tenderId, supplier);
        skip(1);
        rank(tenderId, third);
        skip(1 minutes);
        assertEq(orders.order(award(tenderId)).supplier, third);
        assertEq(uint256(tenders.bid(tenderId, rival).status), uint256(ITenders.BidStatus.Revealed));
    }

    /// Two sealed bids of one hand: it sees what the others asked, then reveals the dearer of its two that still wins.
    function test_a_bidder_with_two_accounts_chooses_its_price_at_the_price_of_a_bond() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT - 100_000);
        commit(tenderId, third, AMOUNT - 1);
        commit(tenderId, rival, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, rival, AMOUNT);
        reveal(tenderId, third, AMOUNT - 1);
        warpToAward(tenderId);
        forfeit(tenderId, supplier);
        assertEq(orders.order(award(tenderId)).amount, AMOUNT - 1, "100,000 more than it was ready to do it for");
        assertEq(token.balanceOf(supplier), FUNDS - BOND, "which cost it one bond");
    }

    /// Where gas is free, a stranger fills the log of a ranking window; the ranking stays what it is.
    function test_a_stranger_may_log_rankings_that_change_nothing() public {
        uint256 tenderId = threeBids(reviewedTerms(ITenders.Pricing.FirstPrice), [AMOUNT, AMOUNT + 1, AMOUNT + 2]);
        disqualify(tenderId, supplier);
        warpToReviewEnd(tenderId);
        vm.recordLogs();
        for (uint256 i; i < 10; ++i) {
            vm.prank(outsider);
            rank(tenderId, rival);
        }
        assertEq(vm.getRecordedLogs().length, 10);
        assertEq(tenders.tender(tenderId).leader, rival);
    }

    /// The buyer strikes in the review only: a bid without rank that it left standing can be ranked and win later.
    function test_a_bid_not_struck_in_the_review_is_never_struck() public {
        uint256 tenderId = threeBids(reviewedTerms(ITenders.Pricing.FirstPrice), [AMOUNT, AMOUNT + 1, AMOUNT + 2]);
        disqualify(tenderId, supplier);
        warpToReviewEnd(tenderId);
        rank(tenderId, rival);
        vm.expectPartialRevert(ITenders.Tenders_ReviewClosed.selector);
        vm.prank(buyer);
        tenders.disqualifyBid(tenderId, termsOf(tenderId), rival, "late");
        warpToRankEnd(tenderId);
        assertEq(orders.order(award(tenderId)).supplier, rival);
    }

    /// 255 suppliers, all registered and of one hand, fill an open tender; their bonds are only lent.
    function test_255_suppliers_of_one_hand_shut_everybody_else_out() public {
        uint256 tenderId = openTender();
        for (uint256 i; i < 255; ++i) {
            address hand = address(uint160(0x1000 + i));
            enrol(hand, Offices.SUPPLIER);
            commit(tenderId, hand, CEILING + 1);
        }
        refused(abi.encodeWithSelector(ITenders.Tenders_TooManyBids.selector, tenderId, 255));
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        for (uint256 i; i < 255; ++i) {
            reveal(tenderId, address(uint160(0x1000 + i)), CEILING + 1);
        }
        assertEq(token.balanceOf(address(tenders)), 0);
        warpToAward(tenderId);
        assertEq(award(tenderId), 0, "void");
    }

    /// What the hash of the terms is trusted with: two terms of one hash would empty the contract of all bonds.
    function test_two_terms_of_one_hash_would_take_every_bond() public {
        uint256 honest = openTender();
        commit(honest, supplier, AMOUNT);
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.bond = 1;
        uint256 tenderId = openTender(terms);
        commit(tenderId, rival, AMOUNT);
        warpToAward(tenderId);
        terms.bond = BOND + 1;
        _giveHashOf(terms, tenderId);
        tenders.forfeitBond(tenderId, terms, rival);
        assertEq(token.balanceOf(buyer), FUNDS + BOND + 1);
        assertEq(token.balanceOf(address(tenders)), 0, "the bond of the honest bid too");
    }

    /// It was so once: then it could be sent tokens that no rule of its own accounts for.
    function test_no_contract_is_more_than_a_custodian() public {
        refused(abi.encodeWithSelector(IParticipants.Participants_CustodianIsNothingElse.selector, outsider));
        vm.prank(registrar);
        participants.register(outsider, Offices.CUSTODIAN | Offices.NODE);
    }

    /// As if the buyer had found the collision.
    function _giveHashOf(ITenders.TenderTerms memory terms, uint256 tenderId) private {
        for (uint256 base; base < 8; ++base) {
            bytes32 slot = keccak256(abi.encode(terms.requisitionRef, keccak256(abi.encode(terms.buyer, base))));
            if (vm.load(address(tenders), slot) == 0) continue;
            uint256 hash = uint256(keccak256(abi.encode(terms)));
            vm.store(address(tenders), slot, bytes32(hash >> 40 << 40 | tenderId));
            return;
        }
        fail("no opening");
    }
}
