// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBidding } from "../../../../contracts/procurement/interfaces/IBidding.sol";
import { IProcurement } from "../../../../contracts/procurement/interfaces/IProcurement.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// Faults that `make mutants` planted and that no test saw.
contract SurvivorsOfTendersTest is TenderHouse {
    uint128 private constant MOST = 2 ** 60;

    function _refusedTerms(ITenders.TenderTerms memory terms, bytes memory reason) private {
        refused(reason);
        vm.prank(buyer);
        tenders.openTender(terms, new address[](0));
    }

    /// `MAX_QUANTITY`, `MAX_AMOUNT`: more than an order takes would win and then never become one.
    function test_a_tender_takes_exactly_what_an_order_takes() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.quantity = MOST + 1;
        _refusedTerms(
            terms, abi.encodeWithSelector(IProcurement.Procurement_QuantityOutOfBounds.selector, MOST + 1, MOST)
        );
        (terms.quantity, terms.ceiling) = (MOST, MOST + 1);
        _refusedTerms(
            terms, abi.encodeWithSelector(IProcurement.Procurement_AmountOutOfBounds.selector, MOST + 1, MOST)
        );
        (terms.ceiling, terms.bond) = (MOST, MOST + 1);
        _refusedTerms(terms, abi.encodeWithSelector(IBidding.Bidding_BondOutOfBounds.selector, MOST + 1, MOST));
        terms.bond = BOND;
        IPurchaseOrders.Order memory order = orders.order(openOrder(terms, MOST));
        assertEq(order.quantity, MOST);
        assertEq(order.amount, MOST);
    }

    /// `commitBid`, `revealBid`: the smallest bond is a bond.
    function test_a_bond_of_one_unit_is_taken_and_returned() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.bond = 1;
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT);
        assertEq(token.balanceOf(supplier), FUNDS - 1, "taken");
        assertEq(token.balanceOf(address(tenders)), 1, "held");
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        assertEq(token.balanceOf(supplier), FUNDS, "returned");
        assertEq(token.balanceOf(address(tenders)), 0, "held no longer");
    }

    /// `rankBid`: a reader learns which bid was ranked, and who leads after it.
    function test_a_bid_ranked_behind_the_leader_is_told_apart_from_it() public {
        ITenders.TenderTerms memory terms = reviewedTerms(ITenders.Pricing.SecondPrice);
        uint256 tenderId = threeBids(terms, [AMOUNT, AMOUNT + 1000, AMOUNT + 2000]);
        disqualify(tenderId, supplier);
        warpToReviewEnd(tenderId);
        rank(tenderId, rival);
        vm.expectEmit(address(tenders));
        emit ITenders.BidRanked(tenderId, third, rival, third);
        rank(tenderId, third);
        assertEq(tenders.tender(tenderId).leader, rival);
        assertEq(tenders.tender(tenderId).runnerUp, third);
    }

    /// `openLots`: the first lot is the measure, and the refusal names the first that differs from it.
    function test_the_lot_that_differs_from_the_first_is_named() public {
        ITenders.TenderTerms[] memory lots = new ITenders.TenderTerms[](3);
        for (uint256 i; i < 3; ++i) {
            lots[i] = tenderTerms();
        }
        lots[1].revealSeconds += 1;
        refused(abi.encodeWithSelector(ITenders.Tenders_LotsDiffer.selector, 1));
        vm.prank(buyer);
        tenders.openLots(lots, new address[](0));
        assertEq(tenders.tenderFor(buyer, lots[0].requisitionRef), 0, "none was opened");
    }

    /// `_emitRevealed`: the ceiling itself is within it, and what is above it is not.
    function test_a_bid_at_the_ceiling_is_told_as_one_within_it() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, CEILING);
        commit(tenderId, rival, CEILING + 1);
        warpToReveal(tenderId);
        vm.expectEmit(address(tenders));
        emit ITenders.BidRevealed(tenderId, supplier, CEILING, BOND, true, 0, CEILING);
        reveal(tenderId, supplier, CEILING);
        vm.expectEmit(address(tenders));
        emit ITenders.BidRevealed(tenderId, rival, CEILING + 1, BOND, false, 0, CEILING + 1);
        reveal(tenderId, rival, CEILING + 1);
        assertEq(tenders.tender(tenderId).leader, supplier);
    }
}
