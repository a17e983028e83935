// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBidding } from "../../../../contracts/procurement/interfaces/IBidding.sol";
import { IProcurement } from "../../../../contracts/procurement/interfaces/IProcurement.sol";
import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { ReverseAuctions } from "../../../../contracts/procurement/ReverseAuctions.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

contract OpenAuctionTest is TenderHouse {
    function _refusedTerms(IReverseAuctions.AuctionTerms memory terms, bytes memory reason) private {
        refused(reason);
        vm.prank(buyer);
        auctions.openAuction(terms, new address[](0));
    }

    function test_opening_fixes_the_end_and_publishes_all_terms() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        uint40 endsAt = uint40(block.timestamp) + DURATION_SECONDS;
        vm.expectEmit(address(auctions));
        emit IReverseAuctions.ReverseAuctionOpened(1, buyer, terms.requisitionRef, terms, endsAt, new address[](0));
        assertEq(openAuction(terms), 1);
        IReverseAuctions.Auction memory record = auctions.auction(1);
        assertEq(record.endsAt, endsAt);
        assertEq(record.leader, address(0));
        assertEq(uint256(record.status), uint256(IReverseAuctions.ReverseAuctionStatus.Open));
        assertEq(record.termsHash, keccak256(abi.encode(terms)));
        assertEq(auctions.auctionFor(buyer, terms.requisitionRef), 1);
    }

    function test_open_refuses_whoever_is_no_active_buyer_and_another_s_name() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, supplier, Offices.BUYER));
        vm.prank(supplier);
        auctions.openAuction(terms, new address[](0));
        terms.buyer = outsider;
        _refusedTerms(terms, abi.encodeWithSelector(IProcurement.Procurement_NotTheBuyer.selector, outsider, buyer));
        suspend(buyer);
        _refusedTerms(terms, abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.BUYER));
    }

    function test_open_refuses_while_paused() public {
        pause();
        _refusedTerms(auctionTerms(), abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }

    function test_a_requisition_gets_one_auction() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        openAuction(terms);
        _refusedTerms(
            terms,
            abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_ReferenceSeen.selector, terms.requisitionRef, 1)
        );
        enrol(outsider, Offices.BUYER);
        terms.buyer = outsider;
        openAuction(terms);
    }

    function test_open_refuses_terms_out_of_bounds() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        uint128 max = auctions.MAX_AMOUNT();
        terms.requisitionRef = bytes32(0);
        _refusedTerms(terms, abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        terms.requisitionRef = newReference();
        terms.quantity = 0;
        _refusedTerms(terms, abi.encodeWithSelector(IProcurement.Procurement_QuantityOutOfBounds.selector, 0, max));
        (terms.quantity, terms.ceiling) = (max, 0);
        _refusedTerms(terms, abi.encodeWithSelector(IProcurement.Procurement_AmountOutOfBounds.selector, 0, max));
        (terms.ceiling, terms.bond) = (max, max + 1);
        _refusedTerms(terms, abi.encodeWithSelector(IBidding.Bidding_BondOutOfBounds.selector, max + 1, max));
        (terms.bond, terms.minDecrementBps) = (max, 10_001);
        bytes memory rate = abi.encodeWithSelector(IBidding.Bidding_RateOutOfBounds.selector, 10_001, 10_000);
        _refusedTerms(terms, rate);
        (terms.minDecrementBps, terms.minCreditBps) = (10_000, 10_001);
        _refusedTerms(terms, rate);
        (terms.minCreditBps, terms.invitedRoot) = (10_000, "root");
        _refusedTerms(terms, abi.encodeWithSelector(IBidding.Bidding_InvitedMismatch.selector));
        terms.invitedRoot = bytes32(0);
        openAuction(terms);
    }

    function test_open_refuses_windows_and_extensions_out_of_bounds() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        terms.order.promisedAt += 200 days;
        uint32[2] memory wrong = [uint32(1 minutes - 1), 90 days + 1];
        terms.bond = 0;
        for (uint256 i; i < 2; ++i) {
            terms.durationSeconds = wrong[i];
            _refusedTerms(
                terms,
                abi.encodeWithSelector(
                    IBidding.Bidding_WindowOutOfBounds.selector, wrong[i], uint32(1 minutes), uint32(90 days)
                )
            );
        }
        (terms.durationSeconds, terms.extensionSeconds) = (90 days, 1 days + 1);
        _refusedTerms(
            terms,
            abi.encodeWithSelector(IBidding.Bidding_WindowOutOfBounds.selector, uint32(1 days + 1), 0, uint32(1 days))
        );
        (terms.extensionSeconds, terms.maxExtensions) = (1 days, 91);
        _refusedTerms(
            terms, abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_TooManyExtensions.selector, 91, 90)
        );
        (terms.extensionSeconds, terms.maxExtensions) = (0, 1);
        _refusedTerms(terms, abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_ExtensionsMismatch.selector, 0, 1));
        (terms.extensionSeconds, terms.maxExtensions) = (1, 0);
        _refusedTerms(terms, abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_ExtensionsMismatch.selector, 1, 0));
        (terms.extensionSeconds, terms.maxExtensions) = (1 days, 90);
        openAuction(terms);
    }

    function test_an_auction_with_a_bond_lasts_an_hour_at_least() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        (terms.bond, terms.durationSeconds) = (1, 1 hours - 1);
        _refusedTerms(
            terms,
            abi.encodeWithSelector(
                IBidding.Bidding_WindowOutOfBounds.selector, uint32(1 hours - 1), uint32(1 hours), uint32(90 days)
            )
        );
        terms.durationSeconds = 1 hours;
        openAuction(terms);
        (terms.requisitionRef, terms.bond, terms.durationSeconds) = (newReference(), 0, 1 minutes);
        openAuction(terms);
    }

    function test_a_retired_edition_opens_no_auction_and_the_next_one_does() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        retire(address(auctions));
        _refusedTerms(terms, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        ReverseAuctions next = new ReverseAuctions(participants, credit, token, orders, 2);
        vm.prank(buyer);
        assertEq(next.openAuction(terms, new address[](0)), 2_000_000_001);
    }

    function test_the_promise_lies_after_the_last_possible_end() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        uint40 latest = uint40(block.timestamp) + DURATION_SECONDS + MAX_EXTENSIONS * EXTENSION_SECONDS;
        terms.order.promisedAt = latest;
        _refusedTerms(terms, abi.encodeWithSelector(IOrderRules.OrderRules_PromiseBeforeAward.selector, latest, latest));
        terms.order.promisedAt += 1;
        openAuction(terms);
    }
}
