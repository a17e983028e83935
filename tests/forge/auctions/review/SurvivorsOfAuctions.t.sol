// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// Faults that `make mutants` planted and that no test saw.
contract SurvivorsOfAuctionsTest is TenderHouse {
    /// `placeBid`: the smallest bond is a bond; what was recorded as held is held.
    function test_a_bond_of_one_unit_is_taken_and_sent_back() public {
        IReverseAuctions.AuctionTerms memory terms = auctionTerms();
        terms.bond = 1;
        uint256 auctionId = openAuction(terms);
        placeBid(auctionId, supplier, CEILING);
        assertTrue(auctions.openBid(auctionId, supplier).bondHeld);
        assertEq(token.balanceOf(address(auctions)), 1, "held");
        warpToEnd(auctionId);
        withdrawBond(auctionId, supplier);
        assertEq(token.balanceOf(supplier), FUNDS, "sent back");
    }
}
