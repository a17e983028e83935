// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// What stays of tenders and auctions, shown in its true size. A test that fails here means that an issue grew or went.
contract TendersKnownIssuesTest is TenderHouse {
    function test_a_buyer_may_strike_every_better_bid_and_award_to_its_favourite_in_the_open() public {
        uint256 tenderId = threeBids(reviewedTerms(ITenders.Pricing.FirstPrice), [AMOUNT, AMOUNT + 1, AMOUNT + 2]);
        disqualify(tenderId, supplier);
        disqualify(tenderId, rival);
        warpToReviewEnd(tenderId);
        rank(tenderId, third);
        warpToRankEnd(tenderId);
        assertEq(orders.order(award(tenderId)).supplier, third);
    }

    /// Bids of one firm under two accounts: the second price falls to just above what the winner asked, never below.
    function test_a_shill_of_the_buyer_takes_the_second_price_down_to_what_the_winner_asked() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.pricing = ITenders.Pricing.SecondPrice;
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT + 1);
        commit(tenderId, third, AMOUNT - 1);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        reveal(tenderId, rival, AMOUNT + 1); // the shill whose price fits; the other stays sealed
        warpToAward(tenderId);
        forfeit(tenderId, third);
        assertEq(orders.order(award(tenderId)).amount, AMOUNT + 1);
        assertEq(token.balanceOf(buyer), FUNDS + BOND, "and the bond of the sealed shill goes to its own hand");
    }

    function test_an_award_nobody_asks_for_until_the_offered_day_is_an_order_nobody_can_fund() public {
        uint256 tenderId = openTender(daysTerms());
        commit(tenderId, supplier, AMOUNT, 1);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT, 1);
        warpToAward(tenderId);
        skip(1 days);
        uint256 orderId = award(tenderId);
        uint128 deposit = required(orderId);
        vm.expectPartialRevert(IRoom.Room_TooLate.selector);
        fund(orderId, deposit);
    }
}
