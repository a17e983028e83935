// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBidding } from "../../../../contracts/procurement/interfaces/IBidding.sol";
import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { Tenders } from "../../../../contracts/procurement/Tenders.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// What the second audit found of tenders and auctions, turned round: each of these failed on the contracts of its day.
contract SecondAuditOfTendersTest is TenderHouse {
    /// Info, inclusion: who leaves the reveals out of the blocks for the window takes every bond. Once that was a minute.
    function test_no_bond_is_lost_within_a_minute() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        (terms.commitSeconds, terms.revealSeconds) = (1 minutes, 1 minutes);
        vm.expectPartialRevert(IBidding.Bidding_WindowOutOfBounds.selector);
        vm.prank(buyer);
        tenders.openTender(terms, new address[](0));
        IReverseAuctions.AuctionTerms memory auction = auctionTerms();
        auction.durationSeconds = 1 minutes;
        vm.expectPartialRevert(IBidding.Bidding_WindowOutOfBounds.selector);
        vm.prank(buyer);
        auctions.openAuction(auction, new address[](0));
    }

    /// F1: draining could not be ordered; a pause stopped the old and the new at once.
    function test_a_retired_edition_takes_its_open_tenders_to_their_orders_and_opens_no_other() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        retire(address(tenders));
        ITenders.TenderTerms memory terms = tenderTerms();
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        vm.prank(buyer);
        tenders.openTender(terms, new address[](0));

        commit(tenderId, rival, AMOUNT - 1);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        reveal(tenderId, rival, AMOUNT - 1);
        warpToAward(tenderId);
        uint256 orderId = award(tenderId);
        assertEq(orders.order(orderId).supplier, rival);
        assertEq(token.balanceOf(address(tenders)), 0, "it has drained");
        fund(orderId, required(orderId));
    }

    function test_the_next_edition_runs_beside_the_old_one_for_the_same_orders() public {
        Tenders next = new Tenders(participants, credit, token, orders, 1);
        appoint(Offices.AWARDER, address(next));
        registerCustodian(address(next));
        approve(supplier, address(next));
        uint256 old = openTender();
        ITenders.TenderTerms memory terms = tenderTerms();
        vm.prank(buyer);
        uint256 fresh = next.openTender(terms, new address[](0));
        assertEq(fresh, 1_000_000_000 + old, "their numbers never meet");
        bytes32 commitment = next.sealBid(fresh, supplier, AMOUNT, 0, "salt");
        vm.prank(supplier);
        next.commitBid(fresh, terms, commitment, new bytes32[](0));
        skip(terms.commitSeconds);
        vm.prank(supplier);
        next.revealBid(fresh, terms, AMOUNT, 0, "salt");
        skip(terms.revealSeconds);
        assertEq(orders.order(next.award(fresh, terms)).supplier, supplier);
    }

    /// The seal names the contract: a commitment that was copied from one edition opens nothing in another.
    function test_a_seal_is_of_one_edition() public {
        Tenders next = new Tenders(participants, credit, token, orders, 0);
        assertNotEq(
            tenders.sealBid(1, supplier, AMOUNT, 0, "salt"), next.sealBid(1, supplier, AMOUNT, 0, "salt"), "seals"
        );
    }

    function test_a_retired_edition_takes_its_open_auctions_to_their_orders() public {
        uint256 auctionId = openAuction();
        retire(address(auctions));
        placeBid(auctionId, supplier, CEILING);
        placeBid(auctionId, rival, AMOUNT);
        warpToEnd(auctionId);
        assertEq(orders.order(awardAuction(auctionId)).supplier, rival);
        withdrawBond(auctionId, supplier);
        withdrawBond(auctionId, rival);
        assertEq(token.balanceOf(address(auctions)), 0, "it has drained");
    }

    /// F2: an attester's key that changed between tender and award decided who could report. Terms name its post.
    function test_the_posts_of_a_tender_may_change_hands_before_its_award() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        handOver(attesterPost, actor("next attester"));
        vacate(arbiterPost);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        uint256 orderId = award(tenderId);
        assertEq(orders.order(orderId).terms.attesterPost, attesterPost);
        assertEq(orders.order(orderId).terms.arbiterPost, arbiterPost);
    }

    /// F8: a firm bids by its account with one key and reveals with the next.
    function test_a_firm_whose_key_changes_reveals_what_it_sealed() public {
        address first = actor("first key");
        address second = actor("second key");
        FirmAccount firm = new FirmAccount(participants, first);
        enrol(address(firm), Offices.SUPPLIER);
        uint256 tenderId = openTender();
        bytes32 commitment = seal(tenderId, address(firm), AMOUNT);
        vm.prank(first);
        firm.execute(
            address(tenders),
            abi.encodeCall(tenders.commitBid, (tenderId, termsOf(tenderId), commitment, new bytes32[](0)))
        );
        vm.prank(first);
        firm.offerOwnership(second);
        vm.prank(second);
        firm.takeOwnership();
        warpToReveal(tenderId);
        bytes32 salt = saltOf(tenderId, address(firm));
        vm.prank(second);
        firm.execute(
            address(tenders), abi.encodeCall(tenders.revealBid, (tenderId, termsOf(tenderId), AMOUNT, uint16(0), salt))
        );
        assertEq(token.balanceOf(address(firm)), FUNDS, "its bond is back");
        warpToAward(tenderId);
        assertEq(orders.order(award(tenderId)).supplier, address(firm));
    }
}
