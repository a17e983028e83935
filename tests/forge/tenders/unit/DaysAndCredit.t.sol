// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

/// Price and time (A+B), and price, credit and time.
contract DaysAndCreditTest is TenderHouse {
    function _twoBids(
        ITenders.TenderTerms memory terms,
        uint128 first,
        uint16 firstDays,
        uint128 second,
        uint16 secondDays
    ) private returns (uint256 tenderId) {
        tenderId = openTender(terms);
        commit(tenderId, supplier, first, firstDays);
        commit(tenderId, rival, second, secondDays);
        warpToReveal(tenderId);
        reveal(tenderId, rival, second, secondDays);
        reveal(tenderId, supplier, first, firstDays);
        warpToAward(tenderId);
    }

    /// The next award hands exactly this to the orders.
    function _expectAward(uint256 tenderId, address winner, uint128 amount, uint40 promisedAt) private {
        ITenders.TenderTerms memory terms = termsOf(tenderId);
        terms.order.promisedAt = promisedAt;
        IAwardTaker.Award memory handed = IAwardTaker.Award({
            tenderId: tenderId,
            requisitionRef: terms.requisitionRef,
            buyer: terms.buyer,
            supplier: winner,
            quantity: terms.quantity,
            amount: amount,
            terms: terms.order
        });
        vm.expectCall(address(orders), abi.encodeCall(IAwardTaker.takeAward, (handed)));
    }

    function test_a_dearer_bid_that_delivers_sooner_wins_by_one_unit() public {
        uint256 tenderId = _twoBids(daysTerms(), AMOUNT + 9999, 10, AMOUNT, 20);
        assertEq(tenders.tender(tenderId).leader, supplier);
        tenderId = _twoBids(daysTerms(), AMOUNT + 10_001, 10, AMOUNT, 20);
        assertEq(tenders.tender(tenderId).leader, rival);
    }

    function test_the_score_is_published_with_the_reveal() public {
        ITenders.TenderTerms memory terms = daysTerms();
        terms.creditWeightBps = 1000;
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT, 10);
        warpToReveal(tenderId);
        // (1,150,000 + 10 × 1,000) × (1 + 10 % × 30 %)
        vm.expectEmit(address(tenders));
        emit ITenders.BidRevealed(tenderId, supplier, AMOUNT, BOND, true, 10, 1_194_800);
        reveal(tenderId, supplier, AMOUNT, 10);
        assertEq(tenders.bid(tenderId, supplier).offeredDays, 10);
    }

    function test_the_promise_is_what_the_winner_offered_whenever_the_award_is_made() public {
        ITenders.TenderTerms memory terms = daysTerms();
        uint256 tenderId = _twoBids(terms, AMOUNT, 10, AMOUNT + 50_000, 9);
        uint40 revealEnd = tenders.tender(tenderId).revealEnd;
        vm.warp(revealEnd + 3 days);
        _expectAward(tenderId, supplier, AMOUNT, revealEnd + 10 days);
        award(tenderId);
    }

    function test_after_a_ranking_the_days_count_from_the_end_of_the_ranking() public {
        ITenders.TenderTerms memory terms = daysTerms();
        terms.reviewSeconds = REVIEW_SECONDS;
        uint256 tenderId = _twoBids(terms, AMOUNT, 1, AMOUNT + 1, 1);
        uint40 revealEnd = tenders.tender(tenderId).revealEnd;
        disqualify(tenderId, supplier);
        warpToReviewEnd(tenderId);
        rank(tenderId, rival);
        warpToRankEnd(tenderId);
        _expectAward(tenderId, rival, AMOUNT + 1, revealEnd + 2 * REVIEW_SECONDS + 1 days);
        award(tenderId);
    }

    function test_the_published_promise_holds_where_days_are_not_offered() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        uint256 tenderId = _twoBids(terms, AMOUNT, 0, AMOUNT + 1, 0);
        _expectAward(tenderId, supplier, AMOUNT, terms.order.promisedAt);
        award(tenderId);
    }

    function test_days_out_of_bounds_are_never_revealed() public {
        uint256 tenderId = openTender(daysTerms());
        commit(tenderId, supplier, AMOUNT, 0);
        commit(tenderId, rival, AMOUNT, MAX_DAYS + 1);
        commit(tenderId, third, AMOUNT, MAX_DAYS);
        uint256 fixedId = openTender();
        commit(fixedId, supplier, AMOUNT, 1);
        warpToReveal(tenderId);
        refused(abi.encodeWithSelector(ITenders.Tenders_DaysOutOfBounds.selector, 0, 1, MAX_DAYS));
        reveal(tenderId, supplier, AMOUNT, 0);
        refused(abi.encodeWithSelector(ITenders.Tenders_DaysOutOfBounds.selector, MAX_DAYS + 1, 1, MAX_DAYS));
        reveal(tenderId, rival, AMOUNT, MAX_DAYS + 1);
        reveal(tenderId, third, AMOUNT, MAX_DAYS);
        refused(abi.encodeWithSelector(ITenders.Tenders_DaysOutOfBounds.selector, 1, 0, 0));
        reveal(fixedId, supplier, AMOUNT, 1);
    }

    function test_missing_credit_is_made_up_for_by_a_lower_price() public {
        appoint(Offices.SCORER, address(this));
        credit.recordDelivery(supplier, 1, 1, 1_000_000, 0, 1, 1); // 8500 against the rival's 7000
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.creditWeightBps = 10_000;
        // supplier: 1,000,000 × 1.15 = 1,150,000; rival: 884,615 × 1.3 = 1,149,999.5, up to 1,150,000: a tie
        uint256 tenderId = _twoBids(terms, 1_000_000, 0, 884_615, 0);
        assertEq(tenders.tender(tenderId).leader, supplier);
        terms.requisitionRef = newReference();
        tenderId = _twoBids(terms, 1_000_000, 0, 884_614, 0);
        assertEq(tenders.tender(tenderId).leader, rival);
        IPurchaseOrders.Order memory order = orders.order(award(tenderId));
        assertEq(order.amount, 884_614);
    }
}
