// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

contract EndAuctionTest is TenderHouse {
    uint256 private auctionId;
    uint40 private endsAt;

    function setUp() public override {
        super.setUp();
        auctionId = openAuction();
        endsAt = auctions.auction(auctionId).endsAt;
        placeBid(auctionId, supplier, CEILING);
        placeBid(auctionId, rival, AMOUNT);
    }

    function test_the_lowest_bid_wins_and_is_paid_what_it_bid() public {
        vm.warp(endsAt);
        vm.expectEmit(address(auctions));
        emit IReverseAuctions.ReverseAuctionAwarded(auctionId, rival, FIRST_ORDER, AMOUNT, 2);
        vm.prank(outsider);
        IPurchaseOrders.Order memory order = orders.order(awardAuction(auctionId));
        assertEq(order.supplier, rival);
        assertEq(order.buyer, buyer);
        assertEq(order.amount, AMOUNT);
        assertEq(order.quantity, QUANTITY);
        assertEq(uint256(auctions.auction(auctionId).status), uint256(IReverseAuctions.ReverseAuctionStatus.Awarded));
    }

    function test_an_auction_without_bids_is_void() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        uint256 other = openAuction(terms);
        vm.warp(endsAt);
        vm.expectEmit(address(auctions));
        emit IReverseAuctions.ReverseAuctionVoided(other, terms.requisitionRef);
        assertEq(awardAuction(other), 0);
        refused(
            abi.encodeWithSelector(
                IReverseAuctions.ReverseAuctions_AlreadySettled.selector,
                other,
                IReverseAuctions.ReverseAuctionStatus.Void
            )
        );
        awardAuction(other);
    }

    function test_an_auction_is_settled_once() public {
        vm.warp(endsAt);
        awardAuction(auctionId);
        refused(
            abi.encodeWithSelector(
                IReverseAuctions.ReverseAuctions_AlreadySettled.selector,
                auctionId,
                IReverseAuctions.ReverseAuctionStatus.Awarded
            )
        );
        awardAuction(auctionId);
    }

    function test_award_and_bonds_open_at_the_end() public {
        bytes memory reason = abi.encodeWithSelector(
            IReverseAuctions.ReverseAuctions_StillOpen.selector, auctionId, endsAt - 1, endsAt
        );
        vm.warp(endsAt - 1);
        refused(reason);
        awardAuction(auctionId);
        refused(reason);
        withdrawBond(auctionId, supplier);
        for (uint40 late; late < 2; ++late) {
            uint256 state = vm.snapshotState();
            vm.warp(endsAt + late);
            awardAuction(auctionId);
            withdrawBond(auctionId, supplier);
            vm.revertToState(state);
        }
    }

    function test_a_stranger_sends_each_bond_to_its_bidder_once() public {
        vm.warp(endsAt);
        vm.expectEmit(address(auctions));
        emit IReverseAuctions.ReverseBondReturned(auctionId, supplier, BOND);
        vm.prank(outsider);
        withdrawBond(auctionId, supplier);
        assertEq(token.balanceOf(supplier), FUNDS);
        assertEq(token.balanceOf(outsider), 0);
        bytes memory reason =
            abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_BondNotHeld.selector, auctionId, supplier);
        refused(reason);
        withdrawBond(auctionId, supplier);
        refused(abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_BondNotHeld.selector, auctionId, third));
        withdrawBond(auctionId, third);
    }

    function test_without_its_office_the_award_waits_and_no_bond_does() public {
        revoke(Offices.AWARDER, address(auctions));
        vm.warp(endsAt);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotAnAwarder.selector, address(auctions)));
        awardAuction(auctionId);
        withdrawBond(auctionId, rival);
        withdrawBond(auctionId, supplier);
        assertEq(token.balanceOf(address(auctions)), 0);
        appoint(Offices.AWARDER, address(auctions));
        awardAuction(auctionId);
    }

    function test_pause_and_suspension_stop_neither_award_nor_bond() public {
        pause();
        suspend(buyer);
        suspend(rival);
        vm.warp(endsAt);
        assertEq(orders.order(awardAuction(auctionId)).supplier, rival);
        withdrawBond(auctionId, rival);
        assertEq(token.balanceOf(rival), FUNDS);
    }

    function test_award_and_bond_refuse_an_unknown_auction_and_other_terms() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTermsOf(auctionId);
        vm.warp(endsAt);
        refused(abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_Unknown.selector, 99));
        auctions.award(99, terms);
        terms.quantity += 1;
        bytes memory reason = abi.encodeWithSelector(IReverseAuctions.ReverseAuctions_TermsMismatch.selector, auctionId);
        refused(reason);
        auctions.award(auctionId, terms);
        refused(reason);
        auctions.withdrawBond(auctionId, terms, supplier);
        refused(reason);
        auctions.mostNext(auctionId, terms);
    }
}
