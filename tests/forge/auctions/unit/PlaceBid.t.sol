// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBidding } from "../../../../contracts/procurement/interfaces/IBidding.sol";
import { IProcurement } from "../../../../contracts/procurement/interfaces/IProcurement.sol";
import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

contract PlaceBidTest is TenderHouse {
    uint256 private auctionId;
    uint40 private endsAt;

    function setUp() public override {
        super.setUp();
        auctionId = openAuction();
        endsAt = auctions.auction(auctionId).endsAt;
    }

    function _refusedBid(address bidder, uint128 amount, bytes memory reason) private {
        refused(reason);
        placeBid(auctionId, bidder, amount);
    }

    function test_a_first_bid_leads_and_pays_its_bond_in() public {
        vm.expectEmit(address(auctions));
        emit IReverseAuctions.ReverseBidPlaced(auctionId, supplier, CEILING, BOND, endsAt, 0);
        placeBid(auctionId, supplier, CEILING);
        assertEq(auctions.auction(auctionId).leader, supplier);
        assertEq(auctions.auction(auctionId).bids, 1);
        assertEq(auctions.openBid(auctionId, supplier).amount, CEILING);
        assertTrue(auctions.openBid(auctionId, supplier).bondHeld);
        assertEq(token.balanceOf(address(auctions)), BOND);
    }

    function test_a_bond_is_taken_once_a_bidder() public {
        placeBid(auctionId, supplier, CEILING);
        placeBid(auctionId, rival, 1_188_000);
        vm.expectEmit(address(auctions));
        emit IReverseAuctions.ReverseBidPlaced(auctionId, supplier, 1_000_000, 0, endsAt, 0);
        placeBid(auctionId, supplier, 1_000_000);
        assertEq(token.balanceOf(address(auctions)), 2 * BOND);
        assertEq(auctions.auction(auctionId).leader, supplier);
    }

    function test_an_auction_without_bond_takes_none() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        terms.bond = 0;
        auctionId = openAuction(terms);
        placeBid(auctionId, supplier, CEILING);
        assertFalse(auctions.openBid(auctionId, supplier).bondHeld);
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    function test_the_first_bid_is_at_most_the_ceiling() public {
        assertEq(auctions.mostNext(auctionId, auctionTermsOf(auctionId)), CEILING);
        _refusedBid(
            supplier,
            CEILING + 1,
            abi.encodeWithSelector(
                IReverseAuctions.ReverseAuctions_BidTooHigh.selector, auctionId, CEILING + 1, CEILING
            )
        );
        placeBid(auctionId, supplier, CEILING);
    }

    function test_each_next_bid_is_lower_by_the_decrement() public {
        placeBid(auctionId, supplier, CEILING);
        uint128 most = CEILING - CEILING / 100;
        assertEq(auctions.mostNext(auctionId, auctionTermsOf(auctionId)), most);
        _refusedBid(
            rival,
            most + 1,
            abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_BidTooHigh.selector, auctionId, most + 1, most)
        );
        placeBid(auctionId, rival, most);
    }

    function test_without_a_decrement_a_bid_is_lower_by_one_unit_at_least() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        (terms.minDecrementBps, terms.ceiling) = (0, 2);
        auctionId = openAuction(terms);
        placeBid(auctionId, supplier, 2);
        _refusedBid(
            rival, 2, abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_BidTooHigh.selector, auctionId, 2, 1)
        );
        placeBid(auctionId, rival, 1);
        assertEq(auctions.mostNext(auctionId, terms), 0);
        _refusedBid(
            supplier, 1, abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_BidTooHigh.selector, auctionId, 1, 0)
        );
    }

    function test_a_bid_of_nothing_is_refused() public {
        _refusedBid(
            supplier, 0, abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_ZeroAmount.selector, auctionId)
        );
    }

    function test_the_leader_cannot_underbid_itself_to_move_the_end() public {
        placeBid(auctionId, supplier, CEILING);
        _refusedBid(
            supplier,
            1,
            abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_AlreadyLeading.selector, auctionId, supplier)
        );
    }

    function test_a_late_bid_extends_the_end() public {
        vm.warp(endsAt - EXTENSION_SECONDS);
        placeBid(auctionId, supplier, CEILING);
        assertEq(auctions.auction(auctionId).endsAt, endsAt, "exactly so long before is not late");
        vm.warp(endsAt - EXTENSION_SECONDS + 1);
        vm.expectEmit(address(auctions));
        emit IReverseAuctions.ReverseBidPlaced(auctionId, rival, 1_000_000, BOND, endsAt + EXTENSION_SECONDS, 1);
        placeBid(auctionId, rival, 1_000_000);
        assertEq(auctions.auction(auctionId).endsAt, endsAt + EXTENSION_SECONDS);
        assertEq(auctions.auction(auctionId).extensions, 1);
    }

    function test_the_end_moves_a_bounded_number_of_times() public {
        uint128 amount = CEILING;
        for (uint256 i; i < MAX_EXTENSIONS + 1; ++i) {
            endsAt = auctions.auction(auctionId).endsAt;
            vm.warp(endsAt - 1);
            placeBid(auctionId, i % 2 == 0 ? supplier : rival, amount);
            amount = amount * 98 / 100;
        }
        assertEq(auctions.auction(auctionId).endsAt, endsAt, "the last bid moved nothing");
        assertEq(auctions.auction(auctionId).extensions, MAX_EXTENSIONS);
    }

    function test_an_auction_without_extensions_ends_when_it_said() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        (terms.extensionSeconds, terms.maxExtensions) = (0, 0);
        auctionId = openAuction(terms);
        vm.warp(endsAt - 1);
        placeBid(auctionId, supplier, CEILING);
        assertEq(auctions.auction(auctionId).endsAt, endsAt);
    }

    function test_bidding_closes_at_the_end() public {
        for (uint40 late; late < 2; ++late) {
            vm.warp(endsAt + late);
            _refusedBid(
                supplier,
                CEILING,
                abi.encodeWithSelector(
                    IReverseAuctions.ReverseAuctions_BiddingClosed.selector, auctionId, endsAt + late, endsAt
                )
            );
        }
        vm.warp(endsAt - 1);
        placeBid(auctionId, supplier, CEILING);
    }

    function test_bids_refuse_an_unknown_auction_and_other_terms() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTermsOf(auctionId);
        refused(abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_Unknown.selector, 99));
        vm.prank(supplier);
        auctions.placeBid(99, terms, CEILING, new bytes32[](0));
        terms.ceiling *= 2;
        refused(abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_TermsMismatch.selector, auctionId));
        vm.prank(supplier);
        auctions.placeBid(auctionId, terms, CEILING, new bytes32[](0));
    }

    function test_only_active_suppliers_bid_and_never_the_buyer() public {
        _refusedBid(
            outsider, CEILING, abi.encodeWithSelector(IRoom.Room_NotActive.selector, outsider, Offices.SUPPLIER)
        );
        _refusedBid(
            attester, CEILING, abi.encodeWithSelector(IRoom.Room_NotActive.selector, attester, Offices.SUPPLIER)
        );
        enrol(outsider, Offices.BUYER | Offices.SUPPLIER);
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        terms.buyer = outsider;
        auctionId = openAuction(terms);
        _refusedBid(
            outsider, CEILING, abi.encodeWithSelector(IBidding.Bidding_BuyerCannotBid.selector, auctionId, outsider)
        );
        suspend(supplier);
        _refusedBid(
            supplier, CEILING, abi.encodeWithSelector(IRoom.Room_NotActive.selector, supplier, Offices.SUPPLIER)
        );
    }

    function test_credit_and_invitation_and_pause_count_as_in_tenders() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        terms.minCreditBps = NEWCOMER_BPS + 1;
        auctionId = openAuction(terms);
        _refusedBid(
            supplier,
            CEILING,
            abi.encodeWithSelector(
                IBidding.Bidding_CreditTooLow.selector, auctionId, supplier, NEWCOMER_BPS, NEWCOMER_BPS + 1
            )
        );
        terms = auctionTerms();
        terms.invitedRoot = parentOf(leafOf(supplier), leafOf(outsider));
        vm.prank(buyer);
        auctionId = auctions.openAuction(terms, new address[](2));
        bytes32[] memory invitation = new bytes32[](1);
        invitation[0] = leafOf(outsider);
        refused(abi.encodeWithSelector(IBidding.Bidding_NotInvited.selector, auctionId, rival));
        vm.prank(rival);
        auctions.placeBid(auctionId, terms, CEILING, invitation);
        vm.prank(supplier);
        auctions.placeBid(auctionId, terms, CEILING, invitation);
        auctionId = openAuction();
        pause();
        _refusedBid(supplier, CEILING, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }

    function test_a_bid_without_the_bond_approved_leaves_nothing_behind() public {
        vm.prank(supplier);
        token.approve(address(auctions), BOND - 1);
        vm.expectRevert();
        placeBid(auctionId, supplier, CEILING);
        assertEq(auctions.auction(auctionId).leader, address(0));
    }
}
