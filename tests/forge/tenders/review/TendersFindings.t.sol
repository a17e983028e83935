// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// What was found while attacking tenders and auctions and was mended, or was tried and does not work.
contract TendersFindingsTest is TenderHouse {
    // ---- open auctions ----

    /// Two hands that underbid each other once a second must not use up what protects the others from the last second.
    function test_no_two_bidders_use_up_the_extensions_within_seconds() public {
        uint256 auctionId = openAuction();
        uint256 end = auctions.auction(auctionId).endsAt;
        uint128 amount = CEILING;
        for (uint256 i; i < MAX_EXTENSIONS; ++i) {
            vm.warp(end - 1 + i);
            placeBid(auctionId, i % 2 == 0 ? supplier : rival, amount);
            amount = amount * 98 / 100;
        }
        end = auctions.auction(auctionId).endsAt;
        vm.warp(end - 1);
        placeBid(auctionId, third, amount);
        assertGe(auctions.auction(auctionId).endsAt, end - 1 + EXTENSION_SECONDS, "time to answer the last second");
    }

    function testFuzz_every_bid_can_be_answered_until_the_last_extension(uint256[8] memory pauses) public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        terms.minDecrementBps = 0;
        uint256 auctionId = openAuction(terms);
        uint256 opened = block.timestamp;
        for (uint128 i; i < 8; ++i) {
            uint256 left = auctions.auction(auctionId).endsAt - block.timestamp;
            // Half of the bids within seconds of the one before, half at the end.
            skip(pauses[i] % 2 == 0 || left < 3 ? bound(pauses[i], 0, 2) : left - bound(pauses[i], 1, 3));
            if (block.timestamp >= auctions.auction(auctionId).endsAt) break;
            placeBid(auctionId, i % 2 == 0 ? supplier : rival, CEILING - i);
            IReverseAuctions.Auction memory record = auctions.auction(auctionId);
            if (record.extensions < MAX_EXTENSIONS) {
                assertGe(record.endsAt, block.timestamp + EXTENSION_SECONDS, "time to answer");
            }
            assertEq(
                record.endsAt, opened + DURATION_SECONDS + uint256(record.extensions) * EXTENSION_SECONDS, "whole steps"
            );
        }
    }

    // ---- what a hash is cut to ----

    function test_a_commitment_counts_in_its_first_28_bytes() public {
        for (uint256 place = 20; place < 28; ++place) {
            uint256 tenderId = openTender();
            bytes32 commitment = seal(tenderId, supplier, AMOUNT) ^ bytes32(uint256(1) << (8 * (31 - place)));
            vm.prank(supplier);
            tenders.commitBid(tenderId, termsOf(tenderId), commitment, new bytes32[](0));
            warpToReveal(tenderId);
            vm.expectPartialRevert(ITenders.Tenders_CommitmentMismatch.selector);
            reveal(tenderId, supplier, AMOUNT);
        }
    }

    function test_terms_count_in_the_first_216_bits_of_their_hash() public {
        uint256 tenderId = openTender();
        bytes32 stored = vm.load(address(tenders), _openingSlot(termsOf(tenderId)));
        bytes32 whole = keccak256(abi.encode(termsOf(tenderId)));
        assertEq(uint256(stored) >> 40, uint256(whole) >> 40);
        assertEq(uint256(stored) & type(uint40).max, tenderId);
    }

    // ---- encodings ----

    function test_terms_with_dirty_bits_open_nothing() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        for (uint256 word; word < 27; ++word) {
            if (word == 1 || word == 2 || word == 16 || word == 17) continue; // whole words
            bytes memory data = abi.encodeCall(tenders.openTender, (terms, new address[](0)));
            data[4 + 32 * word] = 0x80;
            vm.prank(buyer);
            (bool done,) = address(tenders).call(data);
            assertFalse(done);
        }
    }

    function test_bytes_behind_a_call_change_nothing() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        bytes memory data = abi.encodeCall(
            tenders.revealBid, (tenderId, termsOf(tenderId), AMOUNT, uint16(0), saltOf(tenderId, supplier))
        );
        vm.prank(supplier);
        (bool done,) = address(tenders).call(abi.encodePacked(data, abi.encode(termsOf(tenderId))));
        assertTrue(done);
        assertEq(tenders.bid(tenderId, supplier).amount, AMOUNT);
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    /// The offset of a proof may point anywhere: into the terms too. The proof then is what stands there.
    function test_a_proof_that_overlaps_the_terms_invites_nobody() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.invitedRoot = parentOf(leafOf(supplier), leafOf(third));
        address[] memory invited = new address[](1);
        invited[0] = supplier;
        uint256 tenderId = openTender(terms, invited);
        bytes memory data = abi.encodeCall(tenders.commitBid, (tenderId, terms, keccak256("any"), new bytes32[](0)));
        for (uint256 offset; offset < 28; ++offset) {
            data[4 + 29 * 32 + 30] = bytes1(uint8((32 * offset) >> 8));
            data[4 + 29 * 32 + 31] = bytes1(uint8(32 * offset));
            vm.prank(rival);
            (bool done,) = address(tenders).call(data);
            assertFalse(done);
        }
    }

    // ---- lots ----

    function test_a_requisition_stands_in_one_lot_of_a_call() public {
        ITenders.TenderTerms[] memory lots = new ITenders.TenderTerms[](2);
        lots[0] = tenderTerms();
        lots[1] = lots[0];
        refused(abi.encodeWithSelector(ITenders.Tenders_ReferenceSeen.selector, lots[0].requisitionRef, 1));
        vm.prank(buyer);
        tenders.openLots(lots, new address[](0));
        assertEq(tenders.tenderFor(buyer, lots[0].requisitionRef), 0);
    }

    // ---- bounds ----

    /// Everything at its bound: the score is the largest there is, the price neither wraps nor falls below the bid.
    function test_the_largest_bids_on_the_largest_terms_are_ranked_and_priced() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.pricing = ITenders.Pricing.SecondPrice;
        (terms.ceiling, terms.dayValue, terms.maxDays) = (2 ** 60, 2 ** 60, 3000);
        terms.creditWeightBps = 10_000;
        terms.order.promisedAt = uint40(block.timestamp) + 3001 days;
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, 2 ** 60, 3000);
        commit(tenderId, rival, 2 ** 60, 3000);
        warpToReveal(tenderId);
        reveal(tenderId, rival, 2 ** 60, 3000);
        reveal(tenderId, supplier, 2 ** 60, 3000);
        warpToAward(tenderId);
        uint256 orderId = award(tenderId);
        assertEq(orders.order(orderId).supplier, supplier, "the earlier commitment");
        assertEq(orders.order(orderId).amount, 2 ** 60);
    }

    function _openingSlot(ITenders.TenderTerms memory terms) private view returns (bytes32 slot) {
        for (uint256 base; base < 8; ++base) {
            slot = keccak256(abi.encode(terms.requisitionRef, keccak256(abi.encode(terms.buyer, base))));
            if (vm.load(address(tenders), slot) != 0) return slot;
        }
        fail("no opening");
    }
}
