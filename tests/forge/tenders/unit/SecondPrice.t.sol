// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";

contract SecondPriceTest is TenderHouse {
    function _terms() private returns (ITenders.TenderTerms memory terms) {
        terms = tenderTerms();
        terms.pricing = ITenders.Pricing.SecondPrice;
    }

    function _paid(ITenders.TenderTerms memory terms, uint128[3] memory amounts)
        private
        returns (address winner, uint128 price)
    {
        uint256 orderId = award(threeBids(terms, amounts));
        if (orderId == 0) return (address(0), 0);
        IPurchaseOrders.Order memory order = orders.order(orderId);
        return (order.supplier, order.amount);
    }

    function test_the_winner_is_paid_what_the_next_best_asked() public {
        (address winner, uint128 price) = _paid(_terms(), [AMOUNT, AMOUNT - 2000, AMOUNT - 1000]);
        assertEq(winner, rival);
        assertEq(price, AMOUNT - 1000);
    }

    function test_a_tie_is_paid_what_it_asked() public {
        (address winner, uint128 price) = _paid(_terms(), [AMOUNT, AMOUNT, AMOUNT + 1]);
        assertEq(winner, supplier);
        assertEq(price, AMOUNT);
    }

    function test_a_bid_that_stands_alone_is_paid_the_ceiling() public {
        (address winner, uint128 price) = _paid(_terms(), [CEILING + 1, AMOUNT, CEILING + 2]);
        assertEq(winner, rival);
        assertEq(price, CEILING);
    }

    function test_the_price_never_exceeds_the_ceiling() public {
        ITenders.TenderTerms memory terms = _terms();
        terms.dayValue = 100_000;
        terms.maxDays = MAX_DAYS;
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT, 1);
        commit(tenderId, rival, CEILING, 30);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT, 1);
        reveal(tenderId, rival, CEILING, 30);
        warpToAward(tenderId);
        assertEq(orders.order(award(tenderId)).amount, CEILING);
    }

    function test_fewer_days_are_paid_for_up_to_what_the_runner_up_would_have_cost() public {
        ITenders.TenderTerms memory terms = _terms();
        terms.dayValue = DAY_VALUE;
        terms.maxDays = MAX_DAYS;
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT, 10);
        commit(tenderId, rival, AMOUNT - 1000, 20);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT, 10);
        reveal(tenderId, rival, AMOUNT - 1000, 20);
        warpToAward(tenderId);
        IPurchaseOrders.Order memory order = orders.order(award(tenderId));
        assertEq(order.supplier, supplier);
        assertEq(order.amount, AMOUNT + 9000);
    }

    /// Credit is of 7000; bids are pooled so that winning, losing, ties and the ceiling are all common.
    function testFuzz_nobody_gains_by_bidding_other_than_its_cost(uint256[3] memory costs, uint256 lie, uint256 who)
        public
    {
        uint128[3] memory bids;
        for (uint256 i; i < 3; ++i) {
            bids[i] = uint128(bound(costs[i], CEILING - 5, CEILING + 2));
        }
        who = bound(who, 0, 2);
        address bidder = [supplier, rival, third][who];
        uint128 cost = bids[who];
        (address winner, uint128 price) = _paid(_terms(), bids);
        uint256 honest = winner == bidder ? price - cost : 0;
        bids[who] = uint128(bound(lie, CEILING - 8, CEILING + 4));
        (winner, price) = _paid(_terms(), bids);
        if (winner != bidder) return;
        assertLe(price, honest + cost, "a lie gained");
    }

    /// The same where credit and days count.
    function testFuzz_nobody_gains_by_lying_where_credit_and_days_count(
        uint256[3] memory costs,
        uint256[3] memory offered,
        uint256 lie,
        uint256 who
    ) public {
        appoint(Offices.SCORER, address(this));
        credit.recordDelivery(supplier, 1, 1, 3_000_000, 0, 1, 1);
        credit.recordDelivery(third, 1, 1, 2_000_000, 10, 1, 0);
        uint16[3] memory daysOf;
        uint128[3] memory bids;
        for (uint256 i; i < 3; ++i) {
            daysOf[i] = uint16(bound(offered[i], 1, 3));
            bids[i] = uint128(bound(costs[i], 20, 60));
        }
        who = bound(who, 0, 2);
        uint128 cost = bids[who];
        address bidder = [supplier, rival, third][who];
        (address winner, uint128 price) = _paidWithDays(bids, daysOf);
        assertTrue(winner != bidder || price >= cost, "less than it asked");
        uint256 honest = winner == bidder ? price - cost : 0;
        bids[who] = uint128(bound(lie, 1, 80));
        (winner, price) = _paidWithDays(bids, daysOf);
        if (winner != bidder) return;
        assertLe(price, honest + cost, "a lie gained");
    }

    function _paidWithDays(uint128[3] memory bids, uint16[3] memory daysOf) private returns (address, uint128) {
        ITenders.TenderTerms memory terms = _terms();
        (terms.ceiling, terms.dayValue, terms.maxDays, terms.creditWeightBps) = (70, 3, 3, 5000);
        uint256 tenderId = openTender(terms);
        address[3] memory bidders = [supplier, rival, third];
        for (uint256 i; i < 3; ++i) {
            commit(tenderId, bidders[i], bids[i], daysOf[i]);
        }
        warpToReveal(tenderId);
        for (uint256 i; i < 3; ++i) {
            reveal(tenderId, bidders[i], bids[i], daysOf[i]);
        }
        warpToAward(tenderId);
        IPurchaseOrders.Order memory order = orders.order(award(tenderId));
        return (order.supplier, order.amount);
    }
}
